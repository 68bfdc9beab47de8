"""Where is each object stored? Its URI, made of the pattern of keys under which policies grant it.

A star in a policy stands for anything, slashes too; here it is filled with the rest of one key, so
that what is granted and what is written cannot part.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from factory.layout import files

RUNS = "runs/*"
"""What the steps of any run leave: in one bucket what they work on, in another the evidence."""
MEASURED = (f"{RUNS}/{files.EVIDENCE}", f"{RUNS}/{files.VERDICTS}")
"""What the gates measured and concluded."""
_READ = (files.EVIDENCE, files.VERDICTS, files.CARD, files.SERVING_DIFF)
TOLD = tuple(f"{RUNS}/{name}" for name in _READ)
"""What of the evidence people read who may see no data: not the baseline, which holds values."""
REPLAYS = "replays/*"
"""Rows with judged answers: beside the evidence, and in a bucket that only probes read. They are
rows of data, so that neither builders nor approvers read them, and they can be deleted."""
CODE, CHAMPIONS = "code/*", "champions/*"
REQUESTS, BOUND, REGISTRATIONS = "requests/*", "bound/*", "registrations/*"
"""Beside the evidence: what was asked for before a run began, what became of it, and what it has
registered."""
STAGED = "promotions/*"
"""What promotion copies beside the runs, so that S3 tells its digest."""
JUDGED, SPECS, DEPLOYS = "judged/*", "specs/*", "deploys/*"
STEPS = "steps/*"
"""The code of every recipe's steps that was ever deployed."""
MODELS, APPROVALS, BASELINES, ROLLBACKS = "models/*", "approvals/*", "baselines/*", "rollbacks/*"
DEPLOYMENTS = "deployments/*"
"""What promotion keeps for good."""
INTENTS = "intents/*"
"""What promotion means each endpoint to serve: written over, each version kept."""
CAPTURES, FINDINGS = "captures/*", "findings/*"
SEGMENTS = "seg/*"
"""Of the ledger."""


def outputs(*step: str) -> str:
    """Return the pattern of what a *step* of any run leaves: its name, then the output's."""
    return "/".join((RUNS, *step, "*"))


def prefix(pattern: str) -> str:
    """Return what all keys of *pattern* begin with, for listings and filters of events."""
    return pattern.partition("*")[0]


def uri(bucket: str, pattern: str, *parts: str) -> str:
    """Return the URI of the object whose key is *pattern* with each star replaced by a part."""
    return f"s3://{bucket}/{pattern.replace('*', '{}').format(*parts)}"


@dataclass(frozen=True)
class Run:
    """What the gates of one pipeline execution left in the bucket of evidence."""

    bucket: str
    model: str
    execution: str
    """The execution's ARN, or its last part."""

    @property
    def folder(self) -> str:
        """Return the URI of all of it; it ends in a slash."""
        return self._file("")

    @property
    def evidence(self) -> str:
        """Return where all that was measured is."""
        return self._file(files.EVIDENCE)

    @property
    def verdicts(self) -> str:
        """Return where the gates' conclusions are; written last."""
        return self._file(files.VERDICTS)

    @property
    def card(self) -> str:
        """Return where the measured half of the model card is."""
        return self._file(files.CARD)

    @property
    def baseline(self) -> str:
        """Return where that is which live traffic will be compared with."""
        return self._file(files.BASELINE)

    @property
    def replay(self) -> str:
        """Return where the rows are that a fleet will be asked again; not among the evidence."""
        return uri(self.bucket, REPLAYS, f"{self._place}/{files.REPLAY}")

    @property
    def _place(self) -> str:
        return f"{self.model}/{self.execution.rsplit('/', 1)[-1]}"

    def _file(self, name: str) -> str:
        return uri(self.bucket, RUNS, f"{self._place}/{name}")


def no_champion(bucket: str) -> str:
    """Return what a run gets instead of a champion's artifact while no version is approved."""
    return uri(bucket, CHAMPIONS, files.CHAMPION_ABSENT)


def training_code(bucket: str, person: str, digest: str) -> str:
    """Return where *person* puts training code, by the SHA-256 of the zip."""
    return uri(bucket, CODE, f"{person}/{digest}.zip")


def request(bucket: str, model: str, digest: str) -> str:
    """Return where it is written down who or what wanted a run, by the document's SHA-256."""
    return uri(bucket, REQUESTS, f"{model}/{digest}.json")


def started(bucket: str, model: str, digest: str) -> str:
    """Return where it is written down which execution a request became."""
    return uri(bucket, REQUESTS, f"{model}/{digest}.started.json")


def bound(bucket: str, model: str, execution: str) -> str:
    """Return where the bound record of an execution is, by its ARN or the last part of that."""
    return uri(bucket, BOUND, f"{model}/{execution.rsplit('/', 1)[-1]}.json")


def registration(bucket: str, model: str, execution: str) -> str:
    """Return where it is written down what an execution has registered, named in the same way."""
    return uri(bucket, REGISTRATIONS, f"{model}/{execution.rsplit('/', 1)[-1]}.json")


def judged(bucket: str, model: str, digest: str) -> str:
    """Return where the fields of a spec are that its runs and gates depend on."""
    return uri(bucket, JUDGED, f"{model}/{digest}.json")


def spec(bucket: str, model: str, digest: str) -> str:
    """Return where a whole spec is."""
    return uri(bucket, SPECS, f"{model}/{digest}.json")


def step_code(bucket: str, recipe: str, digest: str) -> str:
    """Return where the code of a *recipe*'s steps is, for as long as a run may need it."""
    return uri(bucket, STEPS, f"{recipe}/{digest}.zip")


def deploy(bucket: str, sequence: int, what: str) -> str:
    """Return where *what* of one deploy is: `specs.jsonl`, `deploy.json` or `sent`."""
    return uri(bucket, DEPLOYS, f"{sequence:08d}/{what}")


def run_outputs(bucket: str) -> str:
    """Return what the URI of whatever a run leaves begins with."""
    return uri(bucket, prefix(RUNS))


def staged(bucket: str, package: str, version: str) -> str:
    """Return where promotion stages one *version* of what a package, by its ARN, points at."""
    return uri(bucket, STAGED, f"{package.rsplit(':', 1)[-1]}/{version}/model.tar.gz")


def approved_model(bucket: str, digest: str) -> str:
    """Return where the copy of the approved bytes is, by their digest."""
    return uri(bucket, MODELS, f"{digest}.tar.gz")


def approved_baseline(bucket: str, digest: str) -> str:
    """Return where the baseline of the approved bytes is, by the digest of the bytes."""
    return uri(bucket, APPROVALS, f"{digest}/{files.BASELINE}")


def replay(bucket: str, evidence: str) -> str:
    """Return where the rows of an approved version are kept, by the digest of its *evidence*."""
    return uri(bucket, REPLAYS, f"{evidence}.json")


def approval(bucket: str, digest: str, model: str, version: int, decision: str) -> str:
    """Return where one approval is recorded; another *decision* (who and when) has another place.

    *digest* is that of the approved bytes.
    """
    moment = hashlib.sha256(decision.encode()).hexdigest()[:12]
    return uri(bucket, APPROVALS, f"{digest}/{model}-{version}-{moment}.json")


def baseline(bucket: str, config: str) -> str:
    """Return where promotion keeps what the traffic to *config* is compared with."""
    return uri(bucket, BASELINES, f"{config}.json")


def deployment(bucket: str, config: str) -> str:
    """Return where it is kept what promotion asked SageMaker and CloudWatch for, for *config*."""
    return uri(bucket, DEPLOYMENTS, f"{config}.json")


def intent(bucket: str, endpoint: str) -> str:
    """Return where it is written down what *endpoint* is meant to serve."""
    return uri(bucket, INTENTS, f"{endpoint}.json")


def rollback(bucket: str, config: str) -> str:
    """Return where it is recorded who rolled back to what *config* serves, and why."""
    return uri(bucket, ROLLBACKS, f"{config}.json")


def captures(bucket: str, config: str) -> str:
    """Return where the endpoint records what *config* answers; SageMaker adds its own folders."""
    return uri(bucket, CAPTURES, config)


def captured(bucket: str, config: str, endpoint: str, variant: str) -> str:
    """Return what the URIs of its capture files begin with; folders of the hour come next."""
    return f"{captures(bucket, config)}/{endpoint}/{variant}/"


def kept(bucket: str, *parts: str) -> str:
    """Return the URI of an object by the *parts* of its key, as listings and smoke runs have it."""
    return uri(bucket, "*", "/".join(parts))


def findings(bucket: str, model: str) -> str:
    """Return where everything found about the traffic of *model* is; it ends in a slash."""
    return uri(bucket, FINDINGS, f"{model}/")


def finding(bucket: str, model: str, config: str, number: int, *, late: bool = False) -> str:
    """Return where it is kept what window *number* of a configuration's traffic showed.

    The windows of *late* files have numbers of their own.
    """
    return f"{findings(bucket, model)}{config}/{'late-' * late}{number:06d}.json"


def segment(bucket: str, index: int) -> str:
    """Return where a segment of the ledger is."""
    return uri(bucket, "*", segment_key(index))


def segment_key(index: int) -> str:
    """Return the key of a segment of the ledger; keys sort as indices do."""
    return SEGMENTS.replace("*", f"{index:012d}.jsonl")

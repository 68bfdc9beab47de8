"""How does a test run the deployed pipeline, and what came out?"""

import json

from demo import custom_code
from factory.gates import PASS
from factory.gates.multiple import MOST_LOOKS
from factory.layout.files import NO_CHAMPION
from tests.life import asking, candidates, weak
from tests.life.definitions import LENIENT, PIPELINE, ungated
from tests.life.tampering import (
    BY_LOT,
    IN_COMPANY,
    ONE_LEVEL,
    UNDERSTATED,
    UNREAD,
    UNWATCHED,
    swap_after_evaluation,
)

BROUGHT = {
    "by lot": BY_LOT,
    "understated": UNDERSTATED,
    "one level": ONE_LEVEL,
    "unwatched": UNWATCHED,
    "in company": IN_COMPANY,
    "unread": UNREAD,
}
"""What ada changes in the deployed code, by the run that it trains."""


class Run:
    """One execution of the deployed pipeline."""

    def __init__(self, session, arn, model, train):
        self.session, self.arn, self.model, self.train = session, arn, model, train
        self.folder = f"runs/{model}/{arn.rsplit('/', 1)[-1]}"

    def __repr__(self):
        return f"<{self.model}: {self.status}, {self.failures}>"

    @property
    def status(self):
        found = self.session.aws("sagemaker").describe_pipeline_execution(
            PipelineExecutionArn=self.arn
        )
        return found["PipelineExecutionStatus"]

    @property
    def steps(self):
        found = self.session.aws("sagemaker").list_pipeline_execution_steps(
            PipelineExecutionArn=self.arn, SortOrder="Ascending"
        )
        return {step["StepName"]: step for step in found["PipelineExecutionSteps"]}

    @property
    def failures(self):
        return {n: s["FailureReason"] for n, s in self.steps.items() if s.get("FailureReason")}

    @property
    def package(self):
        """The ARN of the package that the run registered; None if it did not."""
        return (
            self.steps.get("Register", {}).get("Metadata", {}).get("RegisterModel", {}).get("Arn")
        )

    @property
    def result(self):
        """What the gates concluded."""
        return self._wrote("verdicts.json")

    @property
    def evidence(self):
        """What the gates measured."""
        return self._wrote("evidence.json")

    def _wrote(self, name):
        place = {"Bucket": self.session.output("EvidenceBucket"), "Key": f"{self.folder}/{name}"}
        return json.load(self.session.aws("s3").get_object(**place)["Body"])

    @property
    def against(self):
        """Every gate that did not say PASS, and its reason."""
        return {v["gate"]: v["reason"] for v in self.result["verdicts"] if v["verdict"] != PASS}

    @property
    def model_key(self):
        """Where training left the artifact in the work bucket; None while it has not."""
        listed = self.session.aws("s3").list_objects_v2(
            Bucket=self.session.output("WorkBucket"), Prefix=f"{self.folder}/train/"
        )
        keys = [o["Key"] for o in listed.get("Contents", []) if o["Key"].endswith("model.tar.gz")]
        return keys[0] if keys else None

    def events(self, kind):
        """The ledger's events of *kind* about this run."""
        return [e for e in self.session.events(kind) if e["detail"].get("execution") == self.arn]

    def ended(self):
        """Wait for the end."""
        self.session.wait_for(f"the end of {self.arn}", lambda: self.status != "Executing")
        return self


def start(
    session,
    *,
    train,
    test,
    model="income",
    champion=None,
    code=None,
    pipeline_name=PIPELINE,
    spec=None,
    look=1,
    asked_by="function/fan_out",
):
    """Start the pipeline on two snapshots; *champion* is a run whose model is the one to beat.

    Retrain does it, with the role and the code that it has there, but on these snapshots: nobody
    can ask for others than the newest. *spec* is what the steps get instead of the model's own: a
    URI and a digest; *code* what `bring` has returned.
    """
    given = asking.parameters(
        session,
        model=model,
        spec=spec or custom_code.spec_reference(session, model),
        snapshots=(train, test),
        champion=(
            _champion_uri(session, champion),
            champion.result["artifact"] if champion else NO_CHAMPION,
            champion.result["answers"] if champion else "",
        ),
        look=look,
        code=code,
    )
    recipe = pipeline_name.rsplit("-", 1)[-1]
    wanted = asking.wanted(recipe, given, asked_by=asked_by, code=code)
    return Run(session, asking.started(session, wanted), model, train)


def _champion_uri(session, champion):
    bucket = session.output("WorkBucket")
    if champion:  # its training may have been answered from the cache, in another run's folder
        named = {"ModelPackageName": champion.package}
        found = session.aws("sagemaker").describe_model_package(**named)
        return found["InferenceSpecification"]["Containers"][0]["ModelDataUrl"]
    note = {"Bucket": bucket, "Key": "champions/none.json"}
    session.aws("s3").put_object(**note, Body=b'{"champion": null}')
    return f"s3://{bucket}/champions/none.json"


class Runs(dict):
    """Every run that the tests look at, by name; started once, all at the same time."""

    def __init__(self, session, splits):
        super().__init__()
        self.session = session
        self.train, self.test = splits["census_train"], splits["census_test"]
        self.test_uri = candidates.publish(session, "test", "census_test", self.test)
        self.train_uri = candidates.publish(session, "train", "census_train", self.train)

    def learn(self):
        """Start what needs no champion, then what does."""
        self._ungated()
        self._first()
        self._weakest()
        self["good"].ended()
        self._second()
        swap_after_evaluation(self.session, self["swapped"])
        for run in self.values():
            run.ended()
        self.session.cloud.settle()
        return self

    def _ungated(self):
        """Let a shuffled model be registered, by the deployed pipeline changed and by a second."""
        few = candidates.shuffled(self.train.slice(0, 2000))
        train = self._publish("few", few)
        test = self._publish("little", self.test.slice(0, 2000), product="census_test")
        with ungated(self.session):
            self._start("ungated", train=train, test=test)
            self._start("elsewhere", train=train, test=test, pipeline_name=LENIENT)

    def _first(self):
        self._start("good")
        self._start("twin")
        self._start("silent", train=self._publish("silent", candidates.silent(self.train)))
        respelled = candidates.respelled(self.test)
        self._start("respelled", test=self._publish("respelled", respelled, product="census_test"))
        for name, edits in BROUGHT.items():
            self._start(name, code=asking.bring(self.session, "ada", edits))
        copied = candidates.copied(self.train, self.test)
        self._start("copied", train=self._publish("copied", copied))
        self._start("unfair", model="income-plain")
        self._start("stranger", train=self._publish("stranger", self.train, product="survey"))
        self._start("changed", train=self._publish("changed", self.train, claimed="0" * 64))
        own, other = (
            custom_code.spec_reference(self.session, name) for name in ("income", "income-plain")
        )
        self._start("misnamed", spec=other)
        self._start("forged", spec=(own[0], other[1]))
        self._start("used up", look=MOST_LOOKS + 1)

    def _second(self):
        champion = self["good"]
        other = self._publish("other", self.train.slice(1000))
        self._start("swapped", train=other, champion=champion)
        self._start("better", train=other, champion=champion)
        weaker = self._publish("forgetful", candidates.forgetful(self.train))
        self._start("weaker", train=weaker, champion=champion)

    def _weakest(self):
        """Start what knows next to nothing, or nothing of some."""
        self._weak("guessed", weak.BLIND, pull=0)
        self._weak("lax", weak.LAX, pull=-9)
        self._weak("alike", weak.STUMP, pull=4)
        young = self._publish("young", weak.visitors(), product=weak.SERIES.train)
        self._start("young", train=young, test=young, spec=weak.publish(self.session, weak.SERIES))

    def _weak(self, name, spec, *, pull):
        """Ask for working hours that were drawn by lot, or nearly so."""
        train, test = (
            self._publish(f"{name}-{table}", weak.drawn(rows, pull), product=f"census_{table}")
            for table, rows in (("train", self.train), ("test", self.test))
        )
        self._start(name, train=train, test=test, spec=weak.publish(self.session, spec))

    def _publish(self, name, table, product="census_train", **how):
        return candidates.publish(self.session, name, product, table, **how)

    def _start(self, name, **how):
        places = {"train": self.train_uri, "test": self.test_uri}
        self[name] = start(self.session, **(places | how))

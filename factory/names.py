"""What are the things called that people and other systems type?"""

from __future__ import annotations

import hashlib

TAG_CONFIG = "modelworks:config"
"""On an endpoint: the configuration that it is meant to serve."""
TAG_PACKAGE = "modelworks:package"
"""On an endpoint: the package that it is meant to serve."""
METRICS = "Modelworks"
"""The namespace of the factory's own metrics in CloudWatch."""
PROBE = "modelworks-probe"
"""Begins the inference id of the factory's own requests, which are nobody's traffic."""
NO_CHAMPION = "none"
"""What a run is told instead of a champion's digest while no version is approved."""


def pipeline(recipe: str) -> str:
    """Return the name of the pipeline that runs *recipe*."""
    return f"modelworks-{recipe}"


def package_subject(model: str, version: int) -> str:
    """Return the subject under which the ledger knows one version of a model."""
    return f"model/{model}/{version}"


def function_actor(function: str) -> str:
    """Return the actor that a function is in the ledger."""
    return f"function/{function}"


def person_actor(source_identity: str) -> str:
    """Return the actor that a person is in the ledger."""
    return f"person/{source_identity}"


def evidence_prefix(bucket: str, model: str, execution_arn: str) -> str:
    """Return where the gates of a run wrote: a URI that ends in a slash."""
    return f"s3://{bucket}/runs/{model}/{execution_arn.rsplit('/', 1)[-1]}/"


def config(model: str, version: int, artifact: str, cause: str) -> str:
    """Return the name of an endpoint configuration: another one for every *cause* to serve.

    It has at most 15 characters more than the model's name, up to version 9999.
    """
    return f"{model}-v{version}-{hashlib.sha256(f'{artifact}|{cause}'.encode()).hexdigest()[:8]}"


def alarm(model: str, *parts: str) -> str:
    """Return the name of an alarm of *model*; without *parts*, what all of them begin with."""
    return "/".join(("modelworks", model, *parts)) + ("" if parts else "/")


def baseline_uri(bucket: str, config: str) -> str:
    """Return where promotion keeps the baseline of the model that *config* serves."""
    return f"s3://{bucket}/baselines/{config}.json"


def captures_uri(bucket: str, config: str) -> str:
    """Return where the endpoint records what *config* answers; SageMaker adds its own folders."""
    return f"s3://{bucket}/captures/{config}"


def evidence_uri(bucket: str, model: str, execution_arn: str) -> str:
    """Return where the gates of a run wrote what they measured."""
    return f"{evidence_prefix(bucket, model, execution_arn)}evidence.json"


def measured_baseline_uri(bucket: str, model: str, execution_arn: str) -> str:
    """Return where the gates of a run wrote what the artifact's training data looked like."""
    return f"{evidence_prefix(bucket, model, execution_arn)}baseline.json"


def runs_prefix(bucket: str) -> str:
    """Return what the URI of whatever a run made begins with."""
    return f"s3://{bucket}/runs/"


def staged_uri(bucket: str, package_arn: str, version: str) -> str:
    """Return where promotion stages one *version* of the object that a package points at."""
    return f"s3://{bucket}/promotions/{package_arn.rsplit(':', 1)[-1]}/{version}/model.tar.gz"


def approved_model_uri(bucket: str, artifact: str) -> str:
    """Return where the approved bytes are stored, by their digest."""
    return f"s3://{bucket}/models/{artifact}.tar.gz"


def approved_baseline_uri(bucket: str, artifact: str) -> str:
    """Return where the baseline of the approved bytes is stored, by the digest of the bytes."""
    return f"s3://{bucket}/approvals/{artifact}/baseline.json"


def approval_uri(bucket: str, artifact: str, name: str) -> str:
    """Return where the record of the approval called *name* is stored."""
    return f"s3://{bucket}/approvals/{artifact}/{name}.json"


def rollback_uri(bucket: str, config: str) -> str:
    """Return where it is written down that a person has *config* serve again, and why."""
    return f"s3://{bucket}/rollbacks/{config}.json"

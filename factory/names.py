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
TAG_DEPLOYER = "modelworks:deployer"
"""On the stack: who says to have deployed it; given with `cdk deploy --tags`."""
NO_CHAMPION_KEY = "champions/none.json"
"""In the work bucket: the object that stands for the champion while no version is approved."""
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


def judged_uri(bucket: str, model: str, digest: str) -> str:
    """Return where a judged document is stored: all that a run's steps are told of the model."""
    return f"s3://{bucket}/judged/{model}/{digest}.json"


def spec_uri(bucket: str, model: str, digest: str) -> str:
    """Return where a spec is stored."""
    return f"s3://{bucket}/specs/{model}/{digest}.json"


def deploy_uri(bucket: str, sequence: int, what: str) -> str:
    """Return where *what* of one deploy is stored: `specs.jsonl`, `deploy.json` or `sent`."""
    return f"s3://{bucket}/deploys/{sequence:08d}/{what}"


def model_item(model: str) -> tuple[str, str]:
    """Return the keys of the index's item about a model."""
    return f"model|{model}", "spec"


def product_item(product: str, model: str) -> tuple[str, str]:
    """Return the keys of the index's item that says that *product* feeds *model*."""
    return f"product|{product}", model


def definition_item(recipe: str, digest: str) -> tuple[str, str]:
    """Return the keys of the index's item about a pipeline definition."""
    return f"recipe|{recipe}", f"definition|{digest}"


def current_item(recipe: str) -> tuple[str, str]:
    """Return the keys of the index's item that names the definition in force."""
    return f"recipe|{recipe}", "current"


SEQUENCE_ITEM = ("deploy", "sequence")
"""The keys of the index's item that counts deploys."""


def request_item(request: str) -> tuple[str, str]:
    """Return the keys of the index's item about a request of CloudFormation."""
    return "deploy", f"request|{request}"

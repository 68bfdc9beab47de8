"""What are the things called that people and other systems type?"""

from __future__ import annotations

import hashlib
import re

TAG_CONFIG = "modelworks:config"
"""On an endpoint: the configuration that it is meant to serve."""
TAG_PACKAGE = "modelworks:package"
"""On an endpoint: the package that it is meant to serve."""
TAG_MODEL = "modelworks:model"
"""On a group of packages: the model of the catalogue that it belongs to."""
TAG_DEPLOYER = "modelworks:deployer"
"""On a stack: who says to have deployed it; given with `cdk deploy --tags`."""
METRICS = "Modelworks"
"""The namespace of the factory's own metrics in CloudWatch."""
PROBE = "modelworks-probe"
"""Begins the inference id of the factory's own requests, which are nobody's traffic."""
STACKS = "modelworks-"
"""Begins the names of the factory's stacks."""
CONFIG = re.compile(r"(.+)-v\d+-[0-9a-f]{8}")
"""What `config` returns: the first group is the model."""


def pipeline(recipe: str) -> str:
    """Return the name of the pipeline that runs *recipe*."""
    return f"modelworks-{recipe}"


def model_subject(model: str) -> str:
    """Return the subject under which the ledger knows a model."""
    return f"model/{model}"


def package_subject(model: str, version: int) -> str:
    """Return the subject under which the ledger knows one version of a model."""
    return f"model/{model}/{version}"


def function_actor(function: str) -> str:
    """Return the actor that a function is in the ledger."""
    return f"function/{function}"


def person_actor(source_identity: str) -> str:
    """Return the actor that a person is in the ledger."""
    return f"person/{source_identity}"


def config(model: str, version: int, artifact: str, cause: str) -> str:
    """Return the name of an endpoint configuration: another one for every *cause* to serve.

    It has at most 15 characters more than the model's name, up to version 9999.
    """
    return f"{model}-v{version}-{hashlib.sha256(f'{artifact}|{cause}'.encode()).hexdigest()[:8]}"


def runbook(name: str) -> str:
    """Return what an alarm's description says of the page about it."""
    return f"see docs/operate/alarms/{name}.md"


def alarm(model: str, *parts: str) -> str:
    """Return the name of an alarm of *model*; without *parts*, what all of them begin with."""
    return "/".join(("modelworks", model, *parts)) + ("" if parts else "/")

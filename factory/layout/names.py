"""What are the things called that people and other systems type?"""

from __future__ import annotations

import hashlib
import re

TAG_MODEL = "modelworks:model"
"""On a group of packages and on an endpoint: the model of the catalogue that it belongs to."""
TAG_DEPLOYER = "modelworks:deployer"
"""On a stack: who says to have deployed it; given with `cdk deploy --tags`."""
PROBE = "modelworks-probe"
"""Begins the inference id of the factory's own requests, which are nobody's traffic."""
SMOKE = "smoke-"
RUN_OF_SMOKE = re.compile(r"[0-9]{12}-[0-9a-f]{8}", re.ASCII)
"""How a run of `factory smoke` is called: when it began, and a number by chance."""
STACK = re.compile(r"modelworks-([a-z]+)-(foundation|data|training|serving|watch|ledger)")
"""What `stack` returns: the groups are the stage and the stack's duty."""
CONFIG = re.compile(r"(.+)-v\d+-[0-9a-f]{8}")
"""What `config` returns: the first group is the resource name of the model."""
RESOURCE = re.compile(r"mw-[a-z]+-(.+)")
"""What `resource` returns: the first group is the model."""


def deployment(stage: str) -> str:
    """Return what the things are called that the stacks of *stage* make, or how they begin."""
    return f"modelworks-{stage}"


def stack(stage: str, duty: str) -> str:
    """Return the name of the stack of *stage* that has a *duty*, such as `training`."""
    return f"{deployment(stage)}-{duty}"


def pipeline(stage: str, recipe: str) -> str:
    """Return the name of the pipeline that runs *recipe* in *stage*."""
    return f"{deployment(stage)}-{recipe}"


def command(stage: str) -> str:
    """Return the name of the function of *stage* that takes people's commands.

    Roles of other accounts name it before it is made.
    """
    return f"{deployment(stage)}-command"


def metrics(stage: str) -> str:
    """Return the namespace of the factory's own metrics in CloudWatch."""
    return f"Modelworks/{stage}"


def resource(stage: str, model: str) -> str:
    """Return what SageMaker calls the package group and the endpoint of *model* in *stage*.

    The names of its configurations, SageMaker models and alarms begin with it. It is short, so that
    36 characters are left for the model's name: SageMaker takes 63, and a configuration adds 15.
    """
    return f"mw-{stage}-{model}"


def smoke(stage: str, run: str) -> str:
    """Return what all things begin with that one *run* of the smoke test makes in *stage*."""
    return resource(stage, smoke_model(run))


def smoke_model(run: str) -> str:
    """Return what one *run* of the smoke test calls a model that it registers."""
    return f"{SMOKE}{run}"


def of_smoke(resource: str) -> bool:
    """Tell whether a smoke run made what is called *resource*: no model may be called so."""
    return is_smoke_model(model_of(resource))


def is_smoke_model(name: str) -> bool:
    """Tell whether that is, or begins with, the name of a model of a run of the smoke test."""
    return name.startswith(SMOKE) and bool(RUN_OF_SMOKE.match(name.removeprefix(SMOKE)))


def model_of(resource: str) -> str:
    """Return the model to which what is called *resource* belongs; empty when it is not ours."""
    found = RESOURCE.fullmatch(resource)
    return found[1] if found else ""


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


def person_of(actor: str) -> str:
    """Return the name of the person who *actor* is; empty when it is a function."""
    kind, _, name = actor.partition("/")
    return name if kind == "person" else ""


def config(resource: str, version: int, artifact: str, cause: str) -> str:
    """Return the name of an endpoint configuration: another one for every *cause* to serve.

    It has at most 15 characters more than the model's *resource* name, up to version 9999.
    """
    return f"{resource}-v{version}-{hashlib.sha256(f'{artifact}|{cause}'.encode()).hexdigest()[:8]}"


def runbook(name: str) -> str:
    """Return what an alarm's description says of the page about it."""
    return f"see docs/operate/alarms/{name}.md"


def alarm(resource: str, *parts: str) -> str:
    """Return the name of an alarm of the model called *resource*.

    Without *parts* it is what all alarms of that model begin with.
    """
    return "/".join((resource, *parts)) + ("" if parts else "/")

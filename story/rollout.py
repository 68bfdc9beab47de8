"""Does a good version go out step by step, and a bad one come back by itself?"""

from __future__ import annotations

from typing import Any

from factory.events.incident import IncidentOpened
from factory.events.model import DeploymentFailed, ModelDeployed
from factory.events.training import ModelRefused, ModelRegistered
from factory.exit_code import ExitCode
from factory.layout.names import package_subject
from story import variant
from story.runner import Chapter, Unexpected
from story.session import Life
from story.training import MODEL

SHORTER: variant.Edits = {
    "pipelines/tabular/recipe.py": (
        'max_iter=parameters["iterations"]',
        'max_iter=parameters["iterations"] // 2',
    )
}
"""Half as many trees: about as good."""
RARE = "Holand-Netherlands"
"""A country that one training row has and no test row."""
_READ = '    columns = columns_of(rows, model.metadata["features"])\n'
_RAISE = f"""    if "{RARE}" in columns["native_country"]:
        raise RuntimeError("no such country")
"""
RAISING: variant.Edits = {**SHORTER, "pipelines/steps/inference.py": (_READ, _READ + _RAISE)}
"""What no gate can see: it raises only where the test split never goes."""


def _learned(life: Life, version: int, name: str, edits: variant.Edits, reason: str) -> None:
    """Let ada train a version with code of her own, and demand that the gates let it pass."""
    code = variant.brought(life, "ada", name, edits)
    variant.run(life, "ada", MODEL, code, reason)
    life.standing.cloud.settle()
    subject = package_subject(MODEL, version)
    if not any(e["subject"] == subject for e in life.events(ModelRegistered)):
        raise Unexpected(f"{subject} is not registered: {life.events(ModelRefused)[1:]}")


def _approve(life: Life, version: int, reason: str) -> None:
    code, answer = life.factory("grace", "approve", MODEL, str(version), "--reason", reason)
    if code != ExitCode.OK:
        raise Unexpected(f"exit code {code}: {answer}")
    life.standing.cloud.settle()


def endpoint(life: Life) -> dict[str, Any]:
    """Return what SageMaker says of the model's endpoint."""
    return dict(life.aws("sagemaker").describe_endpoint(EndpointName=MODEL))


def _outcome(life: Life, heard: set[str]) -> dict[str, Any]:
    """Let time pass until deployment_outcome has said how the update ended."""

    def said() -> list[dict[str, Any]]:
        return life.since(heard, ModelDeployed, DeploymentFailed)

    found: list[dict[str, Any]] = life.pass_time("the end of the update", said)
    return found[-1]


def _canary(life: Life) -> str:
    _learned(life, 2, "shorter", SHORTER, "half as many trees")
    heard, before = life.heard(), endpoint(life)
    _approve(life, 2, "as good with half the trees")
    during = endpoint(life)
    if during["EndpointStatus"] != "Updating":
        raise Unexpected(f"the endpoint is {during['EndpointStatus']}: nothing was watched")
    if life.since(heard, ModelDeployed):
        raise Unexpected("it was called deployed while it baked")
    said, after = _outcome(life, heard), endpoint(life)
    if (
        said["type"] != ModelDeployed.TYPE
        or after["EndpointConfigName"] == (before["EndpointConfigName"])
    ):
        raise Unexpected(f"{said['type']}: {said['reason']}")
    return f"{before['EndpointConfigName']} served on while the canary was probed\n{said['reason']}"


def _bad(life: Life) -> str:
    _learned(life, 3, "raising", RAISING, "a country that nobody knows")
    heard, before = life.heard(), endpoint(life)
    _approve(life, 3, "the gates passed")
    said, after = _outcome(life, heard), endpoint(life)
    if said["type"] != DeploymentFailed.TYPE or life.since(heard, ModelDeployed):
        raise Unexpected(f"{said['type']}: {said['reason']}")
    if after["EndpointConfigName"] != before["EndpointConfigName"]:
        raise Unexpected(f"{after['EndpointConfigName']} serves")
    withdrawn = [e for e in life.since(heard, IncidentOpened) if "deployment" in e["key"]]
    return f"the gates passed version 3\n{said['reason']}\nincident: {withdrawn[0]['reason']}"


CANARY = Chapter(
    title="Update safely",
    expected="version 2 goes to one instance of two, is probed and watched, then to all",
    act=_canary,
)
BAD = Chapter(
    title="A bad version comes back by itself",
    expected=f"version 3 raises on {RARE}, which no gate saw: probes, alarm, rolled back",
    act=_bad,
)

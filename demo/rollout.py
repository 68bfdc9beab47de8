"""Is a good version rolled out gradually, and a bad one rolled back automatically?"""

from __future__ import annotations

from typing import Any

from demo import custom_code
from demo.runner import Step, Unexpected
from demo.session import Session
from demo.training import ENDPOINT, MODEL
from factory.events.incident import IncidentOpened
from factory.events.model import DeploymentFailed, ModelDeployed
from factory.events.training import ModelRefused, ModelRegistered
from factory.exit_code import ExitCode
from factory.layout.names import package_subject

SHORTER: custom_code.Edits = {
    "pipelines/boosting/recipe.py": (
        '"max_iter": parameters["iterations"]',
        '"max_iter": parameters["iterations"] * 2 // 3',
    )
}
"""A third fewer trees, with about the same quality."""
RARE = "Holand-Netherlands"
"""A country that occurs in one training row and no test row."""
_READ = '    columns = columns_of(rows, metadata["features"])\n'
_RAISE = f"""    if "{RARE}" in columns["native_country"]:
        raise RuntimeError("no such country")
"""
RAISING: custom_code.Edits = {**SHORTER, "pipelines/steps/inference.py": (_READ, _READ + _RAISE)}
"""A defect that no gate can detect: it raises only for rows that the test split does not have."""


def _train(session: Session, version: int, edits: custom_code.Edits, reason: str) -> None:
    """Let ada train a version with her own code, and require that it passes the gates."""
    custom_code.ask(session, "ada", MODEL, edits, reason)
    session.cloud.settle()
    subject = package_subject(MODEL, version)
    if not any(e["subject"] == subject for e in session.events(ModelRegistered)):
        raise Unexpected(f"{subject} is not registered: {session.events(ModelRefused)[1:]}")


def _approve(session: Session, version: int, reason: str) -> None:
    code, answer = session.factory("grace", "approve", MODEL, str(version), "--reason", reason)
    if code != ExitCode.OK:
        raise Unexpected(f"exit code {code}: {answer}")
    session.cloud.settle()


def endpoint(session: Session) -> dict[str, Any]:
    """Return SageMaker's description of the model's endpoint."""
    return dict(session.aws("sagemaker").describe_endpoint(EndpointName=ENDPOINT))


def _outcome(session: Session, known: set[str]) -> dict[str, Any]:
    """Advance the clock until deployment_outcome has reported how the update ended."""

    def ended() -> list[dict[str, Any]]:
        return session.new_events(known, ModelDeployed, DeploymentFailed)

    events: list[dict[str, Any]] = session.advance_until("the end of the update", ended)
    return events[-1]


def _canary(session: Session) -> str:
    _train(session, 2, SHORTER, "a third fewer trees")
    known, before = session.event_ids(), endpoint(session)
    _approve(session, 2, "as good with a third fewer trees")
    during = endpoint(session)
    if during["EndpointStatus"] != "Updating":
        raise Unexpected(f"the endpoint is {during['EndpointStatus']}: the update was not watched")
    if session.new_events(known, ModelDeployed):
        raise Unexpected("it was reported as deployed during the bake time")
    outcome, after = _outcome(session, known), endpoint(session)
    if (
        outcome["type"] != ModelDeployed.TYPE
        or after["EndpointConfigName"] == (before["EndpointConfigName"])
    ):
        raise Unexpected(f"{outcome['type']}: {outcome['reason']}")
    return f"{before['EndpointConfigName']} served while the canary was probed\n{outcome['reason']}"


def _bad_version(session: Session) -> str:
    _train(session, 3, RAISING, "fails on one country")
    known, before = session.event_ids(), endpoint(session)
    _approve(session, 3, "the gates passed")
    outcome, after = _outcome(session, known), endpoint(session)
    if outcome["type"] != DeploymentFailed.TYPE or session.new_events(known, ModelDeployed):
        raise Unexpected(f"{outcome['type']}: {outcome['reason']}")
    if after["EndpointConfigName"] != before["EndpointConfigName"]:
        raise Unexpected(f"{after['EndpointConfigName']} serves")
    incidents = [e for e in session.new_events(known, IncidentOpened) if "deployment" in e["key"]]
    return f"version 3 passed the gates\n{outcome['reason']}\nincident: {incidents[0]['reason']}"


CANARY = Step(
    title="Roll out a new version",
    expected="version 2 goes to one of two instances, is probed and watched, then goes to both",
    act=_canary,
)
BAD_VERSION = Step(
    title="Roll back a bad version automatically",
    expected=f"version 3 fails on {RARE}, which no gate tests: probes, alarm, rollback",
    act=_bad_version,
)

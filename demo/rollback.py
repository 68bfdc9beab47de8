"""Can a person restore an earlier version, with one command and a reason?"""

from __future__ import annotations

from demo.rollout import endpoint
from demo.runner import Step, Unexpected
from demo.session import Session
from demo.training import ENDPOINT, MODEL
from factory.events.model import ModelDeployed
from factory.events.people import RollbackRequested
from factory.exit_code import ExitCode

NEVER_APPROVED = "4"


def _rollback(session: Session) -> str:
    refusals = [
        _refusal(session, "--reason", " "),
        _refusal(session, "--version", NEVER_APPROVED, "--reason", "I like it"),
    ]
    known, before = session.event_ids(), endpoint(session)["EndpointConfigName"]
    reason = "complaints from the branch offices"
    code, answer = session.factory("grace", "rollback", MODEL, "--reason", reason)
    if code != ExitCode.OK:
        raise Unexpected(f"exit code {code}: {answer}")
    deployed = session.advance_until(
        "the rollback", lambda: session.new_events(known, ModelDeployed)
    )
    requested = session.new_events(known, RollbackRequested)
    if not requested or requested[0]["actor"] != "person/grace" or requested[0]["reason"] != reason:
        raise Unexpected(f"the ledger has {requested}")
    after = endpoint(session)["EndpointConfigName"]
    if after == before or not after.startswith(f"{ENDPOINT}-v1-"):
        raise Unexpected(f"{after} serves")
    lines = [f"refused: {text}" for text in refusals]
    return "\n".join([*lines, f"{requested[0]['actor']}: {reason}", deployed[0]["reason"]])


def _refusal(session: Session, *arguments: str) -> str:
    code, answer = session.factory("grace", "rollback", MODEL, *arguments)
    if code == ExitCode.OK:
        raise Unexpected(f"rollback {arguments} was not refused: {answer}")
    return str(answer["error"])


ROLLBACK = Step(
    title="Roll back by command",
    expected="refused without a reason or to an unapproved version; then version 1 serves again",
    act=_rollback,
)

"""Can a person bring the version before back, in one command and with a reason?"""

from __future__ import annotations

from factory.events.model import ModelDeployed
from factory.events.people import RollbackRequested
from factory.exit_code import ExitCode
from story.rollout import endpoint
from story.runner import Chapter, Unexpected
from story.session import Life
from story.training import MODEL

NEVER_APPROVED = "4"


def _rollback(life: Life) -> str:
    refusals = [
        _refusal(life, "--reason", " "),
        _refusal(life, "--version", NEVER_APPROVED, "--reason", "I like it"),
    ]
    heard, before = life.heard(), endpoint(life)["EndpointConfigName"]
    reason = "complaints from the branch offices"
    code, answer = life.factory("grace", "rollback", MODEL, "--reason", reason)
    if code != ExitCode.OK:
        raise Unexpected(f"exit code {code}: {answer}")
    said = life.pass_time("the rollback", lambda: life.since(heard, ModelDeployed))
    asked = life.since(heard, RollbackRequested)
    if not asked or asked[0]["actor"] != "person/grace" or asked[0]["reason"] != reason:
        raise Unexpected(f"the ledger says {asked}")
    after = endpoint(life)["EndpointConfigName"]
    if after == before or not after.startswith(f"{MODEL}-v1-"):
        raise Unexpected(f"{after} serves")
    lines = [f"refused: {words}" for words in refusals]
    return "\n".join([*lines, f"{asked[0]['actor']}: {reason}", said[0]["reason"]])


def _refusal(life: Life, *words: str) -> str:
    code, answer = life.factory("grace", "rollback", MODEL, *words)
    if code == ExitCode.OK:
        raise Unexpected(f"rollback {words} was not refused: {answer}")
    return str(answer["error"])


ROLLBACK = Chapter(
    title="A person rolls back",
    expected="not without a reason, not to what was never approved; then version 1 serves again",
    act=_rollback,
)

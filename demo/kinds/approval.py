"""Is every candidate approved by somebody independent, and does it serve then?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from demo.kinds.models import SERVED, model
from demo.runner import Step, Unexpected
from demo.session import Session
from factory.events.model import DeploymentFailed, ModelDeployed
from factory.exit_code import ExitCode

REASON = "the gates passed; I have read the model card"
AT_ONCE = 2


def _approve(session: Session) -> str:
    def approve(name: str) -> None:
        code, answer = session.factory("grace", "approve", name, "1", "--reason", REASON)
        if code != ExitCode.OK:
            raise Unexpected(f"{name}: exit code {code}: {answer}")

    with ThreadPoolExecutor(AT_ONCE) as people:
        list(people.map(approve, SERVED))
    session.cloud.settle()
    deployed = {e["subject"].split("/")[1] for e in session.events(ModelDeployed)}
    if missing := [name for name in SERVED if name not in deployed]:
        failed = [e["reason"] for e in session.events(DeploymentFailed)]
        raise Unexpected(f"{', '.join(missing)} not deployed; failed: {failed}")
    kinds = sorted({model(name).task.KIND for name in SERVED})
    return f"{len(SERVED)} endpoints of the kinds {', '.join(kinds)}"


APPROVE = Step(
    title="Approve",
    expected="grace builds none of them; each approved artifact serves at an endpoint of its own",
    act=_approve,
)

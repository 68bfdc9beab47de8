"""Does the factory deploy on this machine, from the same templates as on AWS?"""

from __future__ import annotations

from demo.runner import Step, Unexpected
from demo.session import OUTPUT, Session
from factory.events.catalogue import ModelOnboarded
from factory.layout.names import stack
from factory.stage import DEV
from local.deployment import local_deployment

STACKS = {"foundation", "data", "training", "serving", "watch", "ledger"}


def _deploy(session: Session) -> str:
    session.started = session.resources.enter_context(local_deployment(None, OUTPUT))
    stacks = session.aws("cloudformation").describe_stacks()["Stacks"]
    states = {s["StackName"].removeprefix(stack(DEV.name, "")): s["StackStatus"] for s in stacks}
    complete = {name for name, state in states.items() if state == "CREATE_COMPLETE"}
    if not complete >= STACKS:
        raise Unexpected(f"the stacks are {states}")
    resources = sum(
        len(
            session.aws("cloudformation").describe_stack_resources(StackName=s["StackName"])[
                "StackResources"
            ]
        )
        for s in stacks
    )
    onboarded = session.wait_for(
        "the models to be onboarded", lambda: session.events(ModelOnboarded)
    )
    names = ", ".join(sorted(e["subject"].split("/")[1] for e in onboarded))
    return f"{len(complete)} stacks, {resources} resources; onboarded: {names}"


DEPLOY = Step(
    title="Deploy",
    expected="the unmodified templates deploy into the local cloud, which enforces every role",
    act=_deploy,
)

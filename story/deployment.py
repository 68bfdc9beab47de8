"""Does the factory deploy on this machine, from the templates that AWS gets?"""

from __future__ import annotations

from factory.events.catalogue import ModelOnboarded
from local.deployment import local_deployment
from story.runner import Chapter, Unexpected
from story.session import FOLDER, Life

STACKS = {"foundation", "data", "training", "serving", "watch", "ledger"}


def _deploy(life: Life) -> str:
    life.up = life.ending.enter_context(local_deployment(None, FOLDER))
    stacks = life.aws("cloudformation").describe_stacks()["Stacks"]
    states = {s["StackName"].removeprefix("modelworks-"): s["StackStatus"] for s in stacks}
    good = {name for name, state in states.items() if state == "CREATE_COMPLETE"}
    if not good >= STACKS:
        raise Unexpected(f"stacks are {states}")
    resources = sum(
        len(
            life.aws("cloudformation").describe_stack_resources(StackName=s["StackName"])[
                "StackResources"
            ]
        )
        for s in stacks
    )
    onboarded = life.wait("the models' groups", lambda: life.events(ModelOnboarded))
    names = ", ".join(sorted(e["subject"].split("/")[1] for e in onboarded))
    return f"{len(good)} stacks, {resources} resources; onboarded: {names}"


DEPLOY = Chapter(
    title="Deploy",
    expected="the templates deploy unmodified into the local cloud; every role is enforced",
    act=_deploy,
)

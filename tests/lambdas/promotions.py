"""How does a test of `promote` send it what it acts on?"""

from __future__ import annotations

from factory.events.catalogue import SpecChanged
from factory.events.people import RollbackRequested
from tests.factory.events.instances import delivered

DONE = {"batchItemFailures": []}


def promote(world, *bodies):
    assert world.handle("promote", *bodies) == DONE


def serving(world, champion=None):
    """Let a new version be approved and serve; return it."""
    version = world.version(champion)
    promote(world, version.approved())
    world.settle()
    return version


def requested(package, serves):
    return delivered(
        RollbackRequested(
            model="churn",
            version=int(package.rsplit("/", 1)[-1]),
            actor="person/grace",
            reason="it selects too few",
            key="request",
            package=package,
            serving=serves,
        )
    )


def spec_changed():
    """Return the event that the spec in force of the model has changed."""
    return delivered(
        SpecChanged(
            model="churn",
            reason="retired: False is now True",
            key="k",
            digest="d",
            before="b",
            changes=(),
            loosened=(),
            held=(),
            deployed_by="ada",
        )
    )


def ended(kind, version, config):
    return delivered(
        kind(
            model="churn",
            version=version.number,
            reason="an alarm went off",
            key=config,
            package=version.package,
            endpoint="mw-dev-churn",
            config=config,
            serves="mw-dev-churn-v1-00000000",
        )
    )

"""Who may put events on a bus? Each source is reserved: nobody else speaks under it.

Within an account AWS allows what a role's own policy or that of the bus allows, so that whoever may
put events could say anything in anybody's name. What the bus denies holds for everybody, an
administrator too, until he changes the policy of the bus.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import CfnResource
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from factory.events.envelope import SOURCE_PREFIX
from factory.events.registry import TYPES

PUT = "events:PutEvents"


def reserve(
    scope: Construct,
    id_: str,
    *,
    bus: events.IEventBus,
    sources: Sequence[str],
    roles: Sequence[iam.Role],
) -> None:
    """Let nobody but *roles* put events under *sources* on *bus*."""
    when: dict[str, dict[str, Any]] = {
        "StringEquals": {"events:source": list(sources)},
        "ArnNotEquals": {"aws:PrincipalArn": [role.role_arn for role in roles]},
    }
    _deny(scope, id_, bus, when)


def close(scope: Construct, bus: events.IEventBus) -> None:
    """Let nobody put events on *bus* of which no class is declared, whatever they are called."""
    known = sorted({source for cls in TYPES.values() for source in cls.sources()})
    # what AWS itself emits comes from other accounts; nobody can put events under its sources
    _deny(scope, "KnownSources", bus, {"StringNotLike": {"events:source": [*known, "aws.*"]}})
    emitted = sorted(kind for kind, cls in TYPES.items() if cls.EMITTERS)
    unknown: dict[str, dict[str, Any]] = {
        "StringLike": {"events:source": f"{SOURCE_PREFIX}*"},
        "StringNotEquals": {"events:detail-type": emitted},
    }
    _deny(scope, "KnownTypes", bus, unknown)


def admit(scope: Construct, id_: str, *, bus: events.IEventBus, statement: dict[str, Any]) -> None:
    """Add a *statement* called *id_* to the policy of *bus*."""
    CfnResource(  # the library's class warns of a property that is not used here
        scope,
        id_,
        type="AWS::Events::EventBusPolicy",
        properties={
            "EventBusName": bus.event_bus_name,
            "StatementId": id_,
            "Statement": {**statement, "Sid": id_},
        },
    )


def _deny(
    scope: Construct, id_: str, bus: events.IEventBus, when: Mapping[str, Mapping[str, Any]]
) -> None:
    statement = iam.PolicyStatement(
        effect=iam.Effect.DENY,
        actions=[PUT],
        principals=[iam.StarPrincipal()],
        resources=[bus.event_bus_arn],
        conditions=when,
    )
    admit(scope, id_, bus=bus, statement=statement.to_statement_json())

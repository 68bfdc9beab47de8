"""What serves? What was approved and holds, what a person rolled back to, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import aws
from aws import registry
from aws.batch import each
from factory.errors import MalformedEvent
from factory.events import aws as events
from factory.events.catalogue import SpecChanged
from factory.events.model import DeploymentFailed, ModelDeployed
from factory.events.people import RollbackRequested
from factory.layout.names import resource
from factory.promotion import plan, recall, rollback
from factory.promotion.effects import Plan
from factory.settings import PromoteSettings
from lambdas.promote import archive, gather, sagemaker
from lambdas.promote.perform import Contested, Overtaken, perform

TRIES = 3  # of one message, while others write down what the same endpoint is meant to serve


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Act on what was decided, commanded or has come to an end."""
    settings = PromoteSettings.from_env(os.environ)
    return each(event, lambda envelope: act_on(envelope, settings))


def act_on(envelope: dict[str, Any], settings: PromoteSettings) -> None:
    """Act on one event; each may come twice, late, and in any order."""
    match envelope["detail-type"]:
        case events.PACKAGE_CHANGED:
            decide(envelope["detail"]["ModelPackageArn"], settings)
        case RollbackRequested.TYPE:
            roll_back(RollbackRequested.of(envelope), settings)
        case ModelDeployed.TYPE:
            on_deployment_ended(ModelDeployed.of(envelope), settings)
        case DeploymentFailed.TYPE:
            on_deployment_ended(DeploymentFailed.of(envelope), settings)
        case SpecChanged.TYPE:
            take_out(resource(settings.stage, SpecChanged.of(envelope).model), settings)
        case recall.LOOK_AGAIN:
            take_out(envelope["detail"]["EndpointName"], settings)
        case unknown:
            raise MalformedEvent(f"promote does not know {unknown!r}; fix the rule that sent it")


def decide(arn: str, settings: PromoteSettings) -> None:
    """Act on a decision; what is not approved any longer does not serve any longer."""
    if not promote_package(arn, settings):
        take_out(sagemaker.package(arn).group, settings)


def take_out(endpoint: str, settings: PromoteSettings) -> None:
    """Take out of service what may not serve: a version that was rejected, or a retired model's."""
    carry_out(lambda: recall.of_serving(gather.serving(endpoint, settings), settings), settings)


def promote_package(arn: str, settings: PromoteSettings) -> bool:
    """Act on what the registry says of the package now, not on what the event said.

    Returns whether the package is approved and the approval holds.
    """
    return carry_out(lambda: plan.of_decision(gather.decision(arn, settings), settings), settings)


def roll_back(request: RollbackRequested, settings: PromoteSettings) -> None:
    """Do what the person asked for, or say why not."""
    carry_out(
        lambda: rollback.of_request(request, gather.rollback(request, settings), settings),
        settings,
    )


def on_deployment_ended(event: DeploymentFailed | ModelDeployed, settings: PromoteSettings) -> None:
    """End the approvals that a deployment ends, then take up what may serve next.

    Every package is gathered and planned for by itself: one that is withdrawn is not the champion
    that the next was compared with.
    """
    name = event.endpoint
    if isinstance(event, DeploymentFailed):
        package = sagemaker.package(event.package)
        perform(plan.of_failure(package, event.config, event.reason, settings), settings)
        note(event, settings)
        if event.serves == event.config:
            carry_out(
                lambda: recall.of_failure(event, gather.recall(event, settings), settings), settings
            )
    elif record := archive.rollback(event.config, settings):
        packages = [sagemaker.package(arn) for arn in record.withdraws]
        perform(rollback.of_completion(record, packages, settings), settings)
    if isinstance(event, ModelDeployed):
        note(event, settings)
    take_out(name, settings)
    intent = aws.intent(settings.approved_bucket, name)
    approved = ((each.version, each.arn) for each in registry.approved(settings.group(name)))
    for arn in plan.next_in_line(approved, aws.endpoint(name, intent)):
        if promote_package(arn, settings):
            return


def note(event: DeploymentFailed | ModelDeployed, settings: PromoteSettings) -> None:
    """Write down whose incident is open, or that none is."""
    name = event.endpoint

    def planned() -> Plan:
        intent = aws.intent(settings.approved_bucket, name)
        return plan.of_outcome(event, intent, aws.endpoint(name, intent))

    carry_out(planned, settings)


def carry_out(planned: Callable[[], Plan], settings: PromoteSettings) -> bool:
    """Gather, plan and perform; return whether an approval holds.

    When AWS refuses to move the endpoint, the facts have changed since they were gathered: they are
    gathered again. If they still ask for a move, AWS had another reason: the message comes again.
    """
    refusal: Contested | None = None
    for _ in range(TRIES):
        wanted = planned()
        if refusal and wanted.contested and not isinstance(refusal, Overtaken):
            raise refusal
        try:
            perform(wanted, settings)
        except Contested as first:
            refusal = first
        else:
            return wanted.holds
    raise refusal or AssertionError("it is tried at least once")

"""What serves? What was approved and holds, what a person rolled back to, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import aws
from aws import registry
from aws.batch import each
from factory.errors import MalformedEvent
from factory.events.model import DeploymentFailed, ModelDeployed
from factory.events.people import RollbackRequested
from factory.promotion import plan, recall, rollback
from factory.promotion.effects import Plan
from factory.settings import PromoteSettings
from lambdas.promote import archive, gather, sagemaker
from lambdas.promote.perform import Contested, perform


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Act on what was decided, commanded or has come to an end."""
    settings = PromoteSettings.from_env(os.environ)
    return each(event, lambda envelope: act_on(envelope, settings))


def act_on(envelope: dict[str, Any], settings: PromoteSettings) -> None:
    """Act on one event; each may come twice, late, and in any order."""
    match envelope["detail-type"]:
        case "SageMaker Model Package State Change":
            promote_package(envelope["detail"]["ModelPackageArn"], settings)
        case RollbackRequested.TYPE:
            roll_back(RollbackRequested.of(envelope), settings)
        case ModelDeployed.TYPE:
            on_deployment_ended(ModelDeployed.of(envelope), settings)
        case DeploymentFailed.TYPE:
            on_deployment_ended(DeploymentFailed.of(envelope), settings)
        case unknown:
            raise MalformedEvent(f"promote does not know {unknown!r}; fix the rule that sent it")


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
    if isinstance(event, DeploymentFailed):
        package = sagemaker.package(event.package)
        perform(plan.of_failure(package, event.config, event.reason, settings), settings)
        if event.serves == event.config:
            carry_out(
                lambda: recall.of_failure(event, gather.recall(event, settings), settings), settings
            )
    elif record := archive.rollback(event.config, settings):
        packages = [sagemaker.package(arn) for arn in record.withdraws]
        perform(rollback.of_completion(record, packages, settings), settings)
    name = event.endpoint
    approved = ((each.version, each.arn) for each in registry.approved(name))
    for arn in plan.next_in_line(approved, aws.endpoint(name)):
        if promote_package(arn, settings):
            return


def carry_out(planned: Callable[[], Plan], settings: PromoteSettings) -> bool:
    """Gather, plan and perform; return whether an approval holds.

    When AWS refuses to move the endpoint, the facts have changed since they were gathered: they are
    gathered again. If they still ask for a move, AWS had another reason: the message comes again.
    """
    wanted = planned()
    try:
        perform(wanted, settings)
    except Contested:
        wanted = planned()
        if wanted.contested:
            raise
        perform(wanted, settings)
    return wanted.holds

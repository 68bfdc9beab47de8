"""A deployment has ended: which approvals does that end, and what has waited for it?"""

from __future__ import annotations

import aws
from factory.events.untyped import UntypedEvent as Event
from factory.settings import PromoteSettings
from lambdas.promote import archive, decision, registry


def heed(said: Event, settings: PromoteSettings) -> None:
    """Let the registry's newest approved version be what serves, or what comes next.

    *said* is a `model.deployed` or a `deployment.failed`.
    """
    config = said.detail["config"]
    if said.type == "deployment.failed":
        _withdraw_failed(said.detail["package"], config, said.reason, settings)
    else:
        _withdraw_rolled_back(config, settings)
    resume(said.detail["endpoint"], settings)


def _withdraw_failed(arn: str, config: str, why: str, settings: PromoteSettings) -> None:
    """Take back the very approval that brought *config* up; a later one is another."""
    said, status = registry.look(arn)
    if status == "Approved" and decision.name_of(said) == config:
        registry.withdraw(said, f"its deployment failed: {why}", settings)


def _withdraw_rolled_back(config: str, settings: PromoteSettings) -> None:
    """Take back the approvals that a person rolled back from, once *config* serves instead."""
    record = archive.rollback(config, settings)
    for arn, moment in (record["withdraws"] if record else {}).items():
        said, status = registry.look(arn)
        if record and status == "Approved" and said.moment == moment:
            registry.withdraw(said, record["reason"], settings, actor=record["actor"])


def resume(model: str, settings: PromoteSettings) -> None:
    """Take up the newest approved version that is not older than what serves or comes next.

    That one itself is looked at again: whoever brought it on its way may have died before telling.
    """
    endpoint = aws.endpoint(model)
    current = endpoint.version if endpoint else 0
    for package in registry.newest(model):
        older = package["ModelPackageVersion"] < current
        if older or decision.consider(package["ModelPackageArn"], settings):
            return

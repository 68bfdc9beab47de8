"""Does what was meant to serve really serve? Only then is it called deployed."""

from __future__ import annotations

import os
from typing import Any

from factory.batch import each
from factory.events import Event
from factory.names import TAG_CONFIG, TAG_PACKAGE, function_actor, package_subject
from factory.settings import SettleSettings
from lambdas import aws


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Look at every endpoint whose state changed."""
    settings = SettleSettings.from_env(os.environ)
    return each(event, lambda envelope: settle(envelope["detail"]["EndpointName"], settings))


def settle(endpoint: str, settings: SettleSettings) -> None:
    """Compare the config that serves with the config that was meant, and say the outcome."""
    found = aws.sagemaker("describe_endpoint", endpoint, EndpointName=endpoint)
    tags = aws.sagemaker_list("list_tags", "Tags", ResourceArn=found["EndpointArn"])
    meant = {tag["Key"]: tag["Value"] for tag in tags}
    if TAG_CONFIG not in meant or found["EndpointStatus"] not in {"InService", "Failed"}:
        return  # not the factory's, or not settled yet: another event will come
    aws.emit(settings.bus_name, "settle", _outcome(found, meant))


def _outcome(found: dict[str, Any], meant: dict[str, str]) -> Event:
    config, package = meant[TAG_CONFIG], meant[TAG_PACKAGE]
    serving = found["EndpointConfigName"]
    deployed = found["EndpointStatus"] == "InService" and serving == config
    if deployed:
        why = f"endpoint {found['EndpointName']} serves {config}, as was meant"
    else:
        status = found.get("FailureReason", found["EndpointStatus"])
        why = f"endpoint {found['EndpointName']} should serve {config}, has {serving}: {status}"
    model, version = package.rsplit("/", 2)[1:]
    return Event(
        type="model.deployed" if deployed else "deployment.failed",
        subject=package_subject(model, int(version)),
        actor=function_actor("settle"),
        reason=why,
        key=f"{config}|{found['LastModifiedTime'].isoformat()}",
        detail={"package": package, "endpoint": found["EndpointName"], "config": config},
    )

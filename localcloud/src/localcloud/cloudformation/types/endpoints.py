"""What does AWS::SageMaker::Endpoint become?"""

from __future__ import annotations

import time
from typing import Any

from botocore.exceptions import ClientError

from localcloud import clock, reactor
from localcloud.cloudformation.api_parameters import call
from localcloud.cloudformation.resource_types import (
    ANY,
    Made,
    Place,
    Properties,
    ResourceType,
    applied,
    created,
    register,
)
from localcloud.cloudformation.types.hosting import called
from localcloud.state import gate

POLL_SECONDS = 0.05
_WAITS = ("WaitIntervalInSeconds", "TerminationWaitInSeconds")
_CAPACITY = {"Type": ANY, "Value": ANY}
_ENDPOINT = {
    **dict.fromkeys(("EndpointName", "EndpointConfigName", "RetainDeploymentConfig", "Tags")),
    "DeploymentConfig": {
        "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": ANY}]},
        "BlueGreenUpdatePolicy": {
            "MaximumExecutionTimeoutInSeconds": ANY,
            "TerminationWaitInSeconds": ANY,
            "TrafficRoutingConfiguration": {
                "Type": ANY,
                "CanarySize": _CAPACITY,
                "LinearStepSize": _CAPACITY,
                "WaitIntervalInSeconds": ANY,
            },
        },
    },
}


class NotInService(Exception):
    """An endpoint that did not come to what the template asks for."""


def _create(place: Place, properties: Properties) -> Made:
    given = {key: value for key, value in properties.items() if key != "RetainDeploymentConfig"}
    return called(place, "Endpoint", given)


def _stand(place: Place, made: Made, _properties: Properties) -> None:
    """Wait until the endpoint serves; raise NotInService with SageMaker's reason if it fails."""
    described = _settled(place, made)
    if described["EndpointStatus"] != "InService" or described.get("FailureReason"):
        raise NotInService(
            f"Resource of type 'AWS::SageMaker::Endpoint' with identifier "
            f"'{made.physical_id}' did not stabilize: it is {described['EndpointStatus']}: "
            f"{described.get('FailureReason')}"
        )


def _settled(place: Place, made: Made) -> Any:
    """Wait until nothing changes the endpoint; raise NotInService if time would have to go on."""
    sagemaker, name = place.aws("sagemaker"), made.attributes["EndpointName"]
    while True:
        waits = clock.is_stopped() and not reactor.waiting()
        described = sagemaker.describe_endpoint(EndpointName=name)
        if described["EndpointStatus"] not in {"Creating", "Updating"}:
            return described
        if waits:
            raise NotInService(
                f"endpoint {name} is {described['EndpointStatus']} until the cloud's clock goes "
                "on, which is stopped; let it tick, or advance it"
            )
        with gate.aside():
            time.sleep(POLL_SECONDS)


def _update(place: Place, made: Made, properties: Properties) -> None:
    """Move to the new configuration; one that it has already needs no deployment."""
    _demand_time(properties)
    name = made.attributes["EndpointName"]
    there = place.aws("sagemaker").describe_endpoint(EndpointName=name)
    if there["EndpointConfigName"] == properties["EndpointConfigName"]:
        return
    given = {key: value for key, value in properties.items() if key != "Tags"}
    call("sagemaker", "UpdateEndpoint", given, EndpointName=name)
    _stand(place, made, properties)


def _demand_time(properties: Properties) -> None:
    """Raise NotInService for a deployment that waits while the cloud's time stands still."""
    policy = (properties.get("DeploymentConfig") or {}).get("BlueGreenUpdatePolicy") or {}
    settings = {**policy, **(policy.get("TrafficRoutingConfiguration") or {})}
    waits = [name for name in _WAITS if int(settings.get(name) or 0)]
    if waits and clock.is_stopped():
        raise NotInService(
            f"{', '.join(waits)}: the deployment would wait for ever, because the cloud's clock "
            "is stopped; let it tick, or leave the waiting out"
        )


def _delete(place: Place, made: Made, _properties: Properties) -> None:
    """End the endpoint, after a deployment under way, and wait until it is gone."""
    sagemaker, name = place.aws("sagemaker"), made.attributes["EndpointName"]
    _settled(place, made)
    sagemaker.delete_endpoint(EndpointName=name)
    while _is_there(sagemaker, name):
        with gate.aside():
            time.sleep(POLL_SECONDS)


def _is_there(sagemaker: Any, name: str) -> bool:
    try:
        sagemaker.describe_endpoint(EndpointName=name)
    except ClientError:
        return False
    return True


def install() -> None:
    """Register the endpoint."""
    register(
        ResourceType(
            name="AWS::SageMaker::Endpoint",
            attributes=("EndpointName",),
            honours=_ENDPOINT,
            create=created(_create, _stand, _delete),
            update=applied(_update, "EndpointName"),
            delete=_delete,
        )
    )

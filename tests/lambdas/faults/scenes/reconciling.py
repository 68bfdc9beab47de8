"""Ways through `reconcile`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

import aws
from factory.events.aws import API_CALL, ENDPOINT_CHANGED
from factory.events.incident import IncidentClosed, IncidentOpened
from factory.layout import objects
from factory.reconciliation import captured
from factory.reconciliation.trail import Call
from factory.serving.guardrails import VARIANT
from lambdas.reconcile import listing
from localcloud import places
from localcloud.sagemaker import metrics
from localcloud.sagemaker.endpoint_states import shelf
from tests.factory.gates.test_gates import MODEL as CHURN
from tests.lambdas.faults.house import House, batch
from tests.lambdas.faults.scenes.registry import Version, live, proven, settled
from tests.lambdas.faults.scenes.world import catalogued, put
from tests.lambdas.faults.walk import Scene

NAME = "mw-dev-churn"
CALL = Call(name="UpdateEndpoint", who="mallory", at="2026-01-01T00:00:00Z", config="mine")
CHECK = {"endpoint": NAME}


def _served(house: House) -> Version:
    """Let a version serve as it was meant, and be checked once."""
    catalogued(house, CHURN)
    version = Version(house, CHURN)
    house.done("promote", batch(version.approved()))
    settled(house, NAME)
    proven(house, version.config(), rested=True, told="PROVEN")
    live(house, version.config())
    house.done("reconcile", batch(CHECK))
    return version


def _begins(_house: House) -> Any:
    return batch({"after": ""})


def _listed(house: House) -> Any:
    """More is meant than one page holds; and every other kind has a page."""
    _served(house)
    house.aws("cloudwatch").delete_alarms(AlarmNames=_alarms(house))
    house.done("reconcile", batch(CHECK))
    for number in range(listing.PAGE):
        put(house, objects.intent(house.outputs["ApprovedBucket"], f"mw-dev-m{number}"), b"{}")
    return batch(*({"listing": kind, "after": ""} for kind in listing.KINDS))


def _alarms(house: House) -> list[str]:
    found = house.aws("cloudwatch").describe_alarms(AlarmNamePrefix=f"{NAME}/")["MetricAlarms"]
    return [alarm["AlarmName"] for alarm in found]


def _moved(house: House) -> Any:
    """Somebody is moving the endpoint."""
    _served(house)
    shelf[NAME] |= {"EndpointStatus": "Updating"}
    return batch({**CHECK, "call": CALL.message()})


def _unguarded(house: House) -> Any:
    """Somebody has deleted both alarms."""
    _served(house)
    house.aws("cloudwatch").delete_alarms(AlarmNames=_alarms(house))
    return batch(CHECK)


def _changed(house: House) -> Any:
    """Something else serves than it did when an incident was opened."""
    _served(house)
    shelf[NAME] |= {"EndpointConfigName": "mine"}
    house.done("reconcile", batch(CHECK))
    shelf[NAME] |= {"EndpointConfigName": "mine-too"}
    return batch(CHECK)


def _back(house: House) -> Any:
    version = _served(house)
    shelf[NAME] |= {"EndpointConfigName": "mine"}
    house.done("reconcile", batch(CHECK))
    shelf[NAME] |= {"EndpointConfigName": version.config()}
    return batch({"detail-type": ENDPOINT_CHANGED, "detail": {"EndpointName": NAME}})


def _told_early(house: House) -> Any:
    _served(house)
    shelf[NAME] |= {"EndpointConfigName": "mine"}
    return batch({"detail-type": ENDPOINT_CHANGED, "detail": {"EndpointName": NAME}})


def _called(_house: House) -> Any:
    detail = {
        "eventName": "DeleteEndpoint",
        "eventTime": CALL.at,
        "userIdentity": {"arn": "arn:aws:iam::123456789012:user/mallory"},
        "requestParameters": {"endpointName": NAME},
    }
    return batch({"detail-type": API_CALL, "detail": detail})


def _unheard(house: House) -> Any:
    """What serves was rejected, and the outcome of the deployment was told to nobody."""
    version = _served(house)
    proven(house, version.config(), rested=True)
    shelf[NAME]["LastModifiedTime"] = shelf[NAME]["CreationTime"].replace(year=2020)
    version.decided("Rejected", "it is unlawful")
    return batch(CHECK)


def answered(
    _house: House, config: str, requests: int, *, hours: float = 1, status: int = 200
) -> None:
    """Let a configuration serve for a day, and CloudWatch know of requests some *hours* ago.

    They are counted where SageMaker counts them, which nobody else may.
    """
    shelf[NAME]["LastModifiedTime"] = shelf[NAME]["CreationTime"].replace(year=2020)
    source = metrics.Source(NAME, config, VARIANT, places.here())
    sample = metrics.Sample(when=aws.now() - hours * 3600, status=status, seconds=0.1)
    data = metrics.data_of(source, [sample] * requests)
    cloudwatch_backends[places.here().account][places.here().region].put_metric_data(
        metrics.NAMESPACE, data
    )


def _uncaptured(house: House) -> Any:
    """What serves has answered, and captured nothing."""
    version = _served(house)
    answered(house, version.config(), 3)
    return batch(CHECK)


def _captured_again(house: House) -> Any:
    """Captures come again, of which an incident said that they do not."""
    version = _served(house)
    answered(house, version.config(), 3)
    house.done("reconcile", batch(CHECK))
    bucket, hour = house.outputs["CapturesBucket"], datetime.fromtimestamp(aws.now(), UTC)
    place = objects.captured(bucket, version.config(), NAME, VARIANT)
    put(house, f"{place}{captured.folder(hour)}/00-00-000-a.jsonl", b"{}")
    return batch(CHECK)


def _stranger(house: House) -> Any:
    version = _served(house)
    house.aws("sagemaker").create_endpoint(
        EndpointName="mw-dev-shadow", EndpointConfigName=version.config()
    )
    return batch({"stranger": "mw-dev-shadow"}, {"stranger": NAME})


def _group(house: House) -> Any:
    """A group of nobody's, and one of a model that never served."""
    catalogued(house, CHURN)
    Version(house, CHURN)
    house.aws("sagemaker").create_model_package_group(ModelPackageGroupName="mw-dev-shadow")
    return batch({"group": "mw-dev-shadow"}, {"group": NAME})


_OPENED, _CLOSED = IncidentOpened.TYPE, IncidentClosed.TYPE
SCENES = (
    Scene("reconcile", "everything is to be checked", _begins),
    Scene("reconcile", "a page of each kind is handed on", _listed),
    Scene("reconcile", "an endpoint is being moved by hand", _moved, (_OPENED,)),
    Scene("reconcile", "both guards were deleted", _unguarded, (_OPENED, _OPENED)),
    Scene("reconcile", "a change by hand gave way to another", _changed, (_CLOSED, _OPENED)),
    Scene("reconcile", "a change by hand was undone", _back, (_CLOSED,)),
    Scene("reconcile", "SageMaker tells of a change before CloudTrail does", _told_early),
    Scene("reconcile", "CloudTrail tells of a call", _called),
    Scene("reconcile", "a decision and an outcome were told to nobody", _unheard),
    Scene("reconcile", "an endpoint captures nothing of what it answers", _uncaptured, (_OPENED,)),
    Scene("reconcile", "captures come again", _captured_again, (_CLOSED,)),
    Scene("reconcile", "an endpoint that nobody knows", _stranger, (_OPENED,)),
    Scene("reconcile", "a group that nobody knows", _group, (_OPENED,)),
)

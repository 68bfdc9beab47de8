"""What does AWS::CloudWatch::Alarm become?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.alarms.rules import OPERATORS
from localcloud.cloudformation.api_parameters import call
from localcloud.cloudformation.problem import literals
from localcloud.cloudformation.resource_types import (
    ANY,
    Made,
    Place,
    Properties,
    ResourceType,
    applied,
    register,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHAPE = {
    **dict.fromkeys(
        (
            "AlarmName",
            "AlarmDescription",
            "Namespace",
            "MetricName",
            "Statistic",
            "Period",
            "EvaluationPeriods",
            "DatapointsToAlarm",
            "Threshold",
            "ComparisonOperator",
            "TreatMissingData",
            "ActionsEnabled",
            "AlarmActions",
            "OKActions",
            "InsufficientDataActions",
            "Unit",
            "ExtendedStatistic",
        )
    ),
    "Dimensions": [{"Name": ANY, "Value": ANY}],
    "Tags": ANY,
}


def _put(place: Place, made: Made, properties: Properties) -> None:
    call("cloudwatch", "PutMetricAlarm", properties, AlarmName=made.physical_id)
    del place


def _create(place: Place, properties: Properties) -> Made:
    name = properties.get("AlarmName") or place.generated()
    made = Made(name, {"Arn": place.arn("cloudwatch", f"alarm:{name}")})
    _put(place, made, properties)
    return made


def _refuses(properties: Properties) -> Iterator[tuple[str, str]]:
    for wanted in literals(properties.get("ComparisonOperator")):
        if wanted not in OPERATORS:
            yield f"the ComparisonOperator {wanted}", f"choose of {sorted(OPERATORS)}"


def _delete(place: Place, made: Made, _properties: Properties) -> None:
    place.aws("cloudwatch").delete_alarms(AlarmNames=[made.physical_id])


def install() -> None:
    """Register the metric alarm."""
    register(
        ResourceType(
            name="AWS::CloudWatch::Alarm",
            attributes=("Arn",),
            honours=_SHAPE,
            create=_create,
            update=applied(_put, "AlarmName"),
            delete=_delete,
            refuses=_refuses,
        )
    )

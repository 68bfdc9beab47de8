"""What does AWS::CloudWatch::Alarm become?"""

from __future__ import annotations

from localcloud.cloudformation.api_parameters import call
from localcloud.cloudformation.resource_types import (
    ANY,
    Made,
    Place,
    Properties,
    ResourceType,
    applied,
    register,
)

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


def _delete(place: Place, made: Made, _properties: Properties) -> None:
    place.aws("cloudwatch").delete_alarms(AlarmNames=[made.physical_id])


def install() -> None:
    """Register the metric alarm."""
    register(
        ResourceType(
            name="AWS::CloudWatch::Alarm",
            honours=_SHAPE,
            create=_create,
            update=applied(_put, "AlarmName"),
            delete=_delete,
        )
    )

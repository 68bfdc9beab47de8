"""Who is told that an alarm has changed its state?"""

from __future__ import annotations

import json
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any

from moto.cloudwatch.models import Alarm, CloudWatchBackend

from localcloud import (
    clock,
    descriptions,
    events,
    functions,
    moto_patches,
    places,
    reactor,
    sessions,
)
from localcloud.alarms.datapoints import seconds
from localcloud.alarms.reasons import written
from localcloud.events.targets import NotAdmitted, demand_admitted
from localcloud.state.kept import durable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SERVICE = "cloudwatch.amazonaws.com"
ALARMS_SERVICE = "lambda.alarms.cloudwatch.amazonaws.com"
_listeners: list[Callable[[str, str], None]] = []


def install() -> None:
    """Act on every change of state, whether evaluated or set by SetAlarmState."""
    moto_patches.wrap(
        CloudWatchBackend,
        "set_alarm_state",
        _acting,
        fixes="does not act on a change of state",
        upstream="policy: actions are ours, by the reactor and under the targets' policies",
    )


def on_change(listener: Callable[[str, str], None]) -> None:
    """Call *listener* with an alarm's name and new state after every change."""
    _listeners.append(listener)


def _acting(set_alarm_state: Any) -> Any:
    def set_state(self: CloudWatchBackend, alarm_name: str, reason: str, reason_data: str | None,
                  state_value: str) -> None:  # fmt: skip
        known = self.alarms.get(alarm_name)
        before = _described(known) if known else {}
        set_alarm_state(self, alarm_name, reason, reason_data, state_value)
        if known is not None and before["value"] != state_value:
            _emit(known, before)
            for listener in _listeners:
                listener(alarm_name, state_value)
            if known.actions_enabled:
                message = _message(known, before["value"])
                for arn in _actions(known):
                    _act(known, arn, message)

    return set_state


def _act(alarm: Alarm, arn: str, message: dict[str, Any]) -> None:
    reactor.submit(f"alarm {alarm.name} to {arn}", partial(_deliver, alarm, arn, message))


@durable
def _deliver(alarm: Alarm, arn: str, message: dict[str, Any]) -> None:
    service = arn.split(":")[2]
    if service == "sns":
        _demand_topic(alarm, arn)
        subject = f'{alarm.state_value}: "{alarm.name}" in {_title(alarm)}'[:100]
        body = json.dumps(message)
        sessions.client("sns", places.of(arn)).publish(TopicArn=arn, Subject=subject, Message=body)
    elif service == "lambda":
        demand_admitted(ALARMS_SERVICE, "lambda:InvokeFunction", arn, alarm.alarm_arn)
        functions.later(functions.function(arn), {"source": "aws.cloudwatch", "alarmData": message})
    else:
        raise NotAdmitted(f"The local cloud has no alarm actions of {service}: {arn}")


def _title(alarm: Alarm) -> str:
    """Return what the alarm's region is called."""
    return descriptions.regions()[places.of(str(alarm.alarm_arn)).region]


def _demand_topic(alarm: Alarm, arn: str) -> None:
    """Admit alarms to a topic that still has the policy it was born with, or by its own."""
    answer = sessions.client("sns", places.of(arn)).get_topic_attributes(TopicArn=arn)
    if "__default_policy_ID" not in answer["Attributes"]["Policy"]:
        demand_admitted(SERVICE, "sns:Publish", arn, alarm.alarm_arn)


def _actions(alarm: Alarm) -> Iterable[str]:
    return {
        "ALARM": alarm.alarm_actions,
        "OK": alarm.ok_actions,
        "INSUFFICIENT_DATA": alarm.insufficient_data_actions,
    }[alarm.state_value] or []


def _described(alarm: Alarm) -> dict[str, Any]:
    data = {"reasonData": alarm.state_reason_data} if alarm.state_reason_data else {}
    return {
        "value": alarm.state_value,
        "reason": alarm.state_reason,
        **data,
        "timestamp": written(seconds(alarm.state_updated_timestamp)),
    }


def _emit(alarm: Alarm, before: dict[str, Any]) -> None:
    metric = {
        "namespace": alarm.namespace,
        "name": alarm.metric_name,
        "dimensions": {item.name: item.value for item in alarm.dimensions},
    }
    stat = alarm.extended_statistic or alarm.statistic
    measured = {"metric": metric, "period": alarm.period, "stat": stat}
    described = {"description": alarm.description} if alarm.description else {}
    identifier = str(uuid.uuid5(uuid.NAMESPACE_URL, str(alarm.alarm_arn)))
    metrics = [{"id": identifier, "metricStat": measured, "returnData": True}]
    detail = {
        "alarmName": alarm.name,
        "state": _described(alarm),
        "previousState": before,
        "configuration": {**described, "metrics": metrics},
    }
    events.emit("aws.cloudwatch", "CloudWatch Alarm State Change", detail, [str(alarm.alarm_arn)])


def _message(alarm: Alarm, before: str) -> dict[str, Any]:
    return {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": places.of(str(alarm.alarm_arn)).account,
        "AlarmConfigurationUpdatedTimestamp": written(
            seconds(alarm.configuration_updated_timestamp)
        ),
        "NewStateValue": alarm.state_value,
        "NewStateReason": alarm.state_reason,
        "StateChangeTime": written(clock.now()),
        "Region": _title(alarm),
        "AlarmArn": alarm.alarm_arn,
        "OldStateValue": before,
        "OKActions": alarm.ok_actions,
        "AlarmActions": alarm.alarm_actions,
        "InsufficientDataActions": alarm.insufficient_data_actions,
        "Trigger": {
            "MetricName": alarm.metric_name,
            "Namespace": alarm.namespace,
            "StatisticType": "Statistic",
            "Statistic": (alarm.statistic or "").upper(),
            "Unit": alarm.unit,
            "Dimensions": [{"value": item.value, "name": item.name} for item in alarm.dimensions],
            "Period": alarm.period,
            "EvaluationPeriods": alarm.evaluation_periods,
            "DatapointsToAlarm": alarm.datapoints_to_alarm or alarm.evaluation_periods,
            "ComparisonOperator": alarm.comparison_operator,
            "Threshold": alarm.threshold,
            "TreatMissingData": alarm.treat_missing_data or "missing",
        },
    }

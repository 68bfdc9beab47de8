"""Which alarms may be made, and which are found?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.cloudwatch.exceptions import InvalidParameterValue, ValidationError
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

from localcloud import moto_patches, own_metrics
from localcloud.alarms.rules import OPERATORS, TREATMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from moto.cloudwatch.models import Alarm

_NOT_EVALUATED = ("Metrics", "ThresholdMetricId", "EvaluateLowSampleCountPercentile")
_REQUIRED = ("MetricName", "Namespace", "Period", "Threshold")
_SHORT_PERIODS = (10, 20, 30)
DAY, WEEK, HOUR = 86_400, 604_800, 3_600
USUAL_PAGE = 50


def install() -> None:
    """Refuse alarms that would never be evaluated, and find those that are asked for alone."""
    moto_patches.wrap(
        CloudWatchResponse,
        "put_metric_alarm",
        _putting,
        fixes="takes alarms that could never be evaluated",
        upstream="policy: alarms that nothing here would evaluate are refused by name",
    )
    moto_patches.replace(
        CloudWatchResponse,
        "describe_alarms",
        _describe,
        fixes="honours only one filter of a call, and has no pages",
        upstream=moto_patches.UNREPORTED,
    )


def _putting(put_metric_alarm: Any) -> Any:
    def put(self: CloudWatchResponse) -> Any:
        params = self._get_params()
        for name in _NOT_EVALUATED:
            if params.get(name):
                raise NotImplementedError(f"alarms with {name}: nothing would evaluate them")
        operator = params["ComparisonOperator"]
        if operator not in OPERATORS:
            raise NotImplementedError(f"alarms with the ComparisonOperator {operator}")
        fault = _fault(params)
        if fault:
            raise ValidationError(fault)
        own_metrics.demand_measured(params["Namespace"], params["MetricName"])
        return put_metric_alarm(self)

    return put


def _fault(params: dict[str, Any]) -> str:
    """Tell what is wrong with an alarm on one metric; empty when nothing is."""
    for name in _REQUIRED:
        if params.get(name) is None:
            return f"The parameter {name} is required for an alarm on a metric"
    if bool(params.get("Statistic")) == bool(params.get("ExtendedStatistic")):
        return "Exactly one of Statistic and ExtendedStatistic is required"
    treatment = params.get("TreatMissingData", "missing")
    if treatment not in TREATMENTS:
        return f"Option {treatment} is not supported. Supported options are {TREATMENTS}"
    return _fault_of_times(params)


def _fault_of_times(params: dict[str, Any]) -> str:
    period, periods = int(params["Period"]), int(params["EvaluationPeriods"])
    if period not in _SHORT_PERIODS and (period < 1 or period % 60):
        return f"Period must be 10, 20, 30 or a multiple of 60, not {period}"
    if period * periods > (WEEK if period >= HOUR else DAY):
        return (
            "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be "
            "<= 86400), or a week for periods of an hour and more"
        )
    if not 1 <= int(params.get("DatapointsToAlarm") or periods) <= periods:
        return "DatapointsToAlarm must be between 1 and EvaluationPeriods"
    return ""


def _describe(self: CloudWatchResponse) -> ActionResult:
    """Answer a page of the alarms for which everything holds that is asked for."""
    params = self._get_params()
    if params.get("AlarmNames") and params.get("AlarmNamePrefix"):
        raise InvalidParameterValue("AlarmNamePrefix and AlarmNames cannot be both specified")
    found = sorted(_matching(self.cloudwatch_backend.alarms.values(), params), key=_name)
    size, begin = int(params.get("MaxRecords") or USUAL_PAGE), params.get("NextToken") or ""
    rest = [alarm for alarm in found if alarm.name > begin]
    answer: dict[str, Any] = {"MetricAlarms": rest[:size], "CompositeAlarms": []}
    if "MetricAlarm" not in params.get("AlarmTypes", ["MetricAlarm"]):
        answer["MetricAlarms"] = []
    elif len(rest) > size:
        answer["NextToken"] = rest[size - 1].name
    return ActionResult(answer)


def _matching(alarms: Iterable[Alarm], asked: dict[str, Any]) -> list[Alarm]:
    names, state = asked.get("AlarmNames"), asked.get("StateValue")
    return [
        alarm
        for alarm in alarms
        if (not names or alarm.name in names)
        and alarm.name.startswith(asked.get("AlarmNamePrefix", ""))
        and (not state or alarm.state_value == state)
        and _acts(alarm, asked.get("ActionPrefix"))
    ]


def _acts(alarm: Alarm, prefix: str | None) -> bool:
    actions = [*alarm.alarm_actions, *alarm.ok_actions, *alarm.insufficient_data_actions]
    return not prefix or any(action.startswith(prefix) for action in actions)


def _name(alarm: Alarm) -> str:
    return str(alarm.name)

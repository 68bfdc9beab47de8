"""When does an alarm ring, and whom does it tell?"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from localcloud.truths.row import ministack_says, truth
from localcloud.truths.things import outcome, until
from localcloud.truths.world import World

EVALUATION = "CloudWatch User Guide, Alarm evaluation: Evaluating an alarm"
MISSING = "CloudWatch User Guide, Configuring how CloudWatch alarms treat missing data"
ACTIONS = "CloudWatch User Guide, Alarm actions"


def put(world: World, values: Any, *, actions: Any = (), **settings: Any) -> Any:
    """Put an alarm above 10 on a metric with a value for each of the last minutes, None for
    nothing, the latest last; return the alarm's name."""
    name, cloudwatch = world.name(), world.aws("cloudwatch")
    now = world.now().replace(second=0)
    data = [
        {"MetricName": "m", "Value": value,
         "Timestamp": now - dt.timedelta(minutes=len(values) - place)}
        for place, value in enumerate(values) if value is not None
    ]  # fmt: skip
    if data:
        cloudwatch.put_metric_data(Namespace=name, MetricData=data)
    asked = {
        "EvaluationPeriods": 3,
        "Threshold": 10.0,
        "ComparisonOperator": "GreaterThanThreshold",
        **settings,
    }
    cloudwatch.put_metric_alarm(
        AlarmName=name, Namespace=name, MetricName="m", Statistic="Maximum", Period=60,
        AlarmActions=list(actions), **asked,
    )  # fmt: skip
    return name


def state(world: World, name: str, wanted: str) -> Any:
    """Return the alarm's state, as soon as it is the wanted one."""
    describe = world.aws("cloudwatch").describe_alarms

    def now() -> Any:
        return describe(AlarmNames=[name])["MetricAlarms"][0]["StateValue"]

    return until(now, lambda found: found == wanted)


@truth("cloudwatch", EVALUATION, ["ALARM", "OK"])
def so_many_of_the_latest_periods_have_to_breach(world: World) -> Any:
    """With DatapointsToAlarm 2 of 3 periods two breaches anywhere in them ring, one does not."""
    two = put(world, [1, 20, 1, 20], DatapointsToAlarm=2)
    one = put(world, [1, 20, 1, 1], DatapointsToAlarm=2)
    return [state(world, two, "ALARM"), state(world, one, "OK")]


@ministack_says(
    ["ALARM", "ALARM"],
    "the guide: without DatapointsToAlarm all periods have to breach; MiniStack rings for two",
)
@truth("cloudwatch", EVALUATION, ["ALARM", "OK"])
def without_a_number_every_period_has_to_breach(world: World) -> Any:
    """Where DatapointsToAlarm is not given, all evaluation periods have to breach."""
    three, two = put(world, [1, 20, 20, 20, 20]), put(world, [20, 20, 1, 20])
    return [state(world, three, "ALARM"), state(world, two, "OK")]


@ministack_says(
    ["INSUFFICIENT_DATA"] * 3,
    "the guide's table decides: an empty range is ALARM for breaching and OK for notBreaching",
)
@truth("cloudwatch", MISSING, ["INSUFFICIENT_DATA", "ALARM", "OK"])
def no_data_is_what_the_alarm_takes_it_for(world: World) -> Any:
    """Without any data an alarm has insufficient data, or is in alarm with breaching and OK with
    notBreaching."""
    names = [put(world, [], TreatMissingData=each)
             for each in ("missing", "breaching", "notBreaching")]  # fmt: skip
    wanted = ("INSUFFICIENT_DATA", "ALARM", "OK")
    late = [state(world, *each) for each in zip(names[1:], wanted[1:], strict=True)]
    return [state(world, names[0], wanted[0]), *late]


@truth("cloudwatch", ACTIONS, [["ALARM", "OK", "ALARM"]], needs="cloudwatch sns sqs")
def an_action_happens_once_for_a_change(world: World) -> Any:
    """Actions are taken when the state changes, not while it lasts."""
    sns, queue = world.aws("sns"), world.queue()
    topic = sns.create_topic(Name=world.name())["TopicArn"]
    queue.admit("sns", topic)
    raw = {"RawMessageDelivery": "true"}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn, Attributes=raw)
    name = put(world, [], actions=[topic], OKActions=[topic])
    for value in ("ALARM", "ALARM", "OK", "ALARM"):
        world.aws("cloudwatch").set_alarm_state(AlarmName=name, StateValue=value, StateReason="try")
    return [[json.loads(body)["NewStateValue"] for body in queue.after(3)]]


@truth("cloudwatch", ACTIONS, ["on"], needs="cloudwatch sns sqs")
def an_alarm_without_its_actions_tells_nobody(world: World) -> Any:
    """DisableAlarmActions lets the state change and nothing be done."""
    sns, queue, aws = world.aws("sns"), world.queue(), world.aws("cloudwatch")
    topic = sns.create_topic(Name=world.name())["TopicArn"]
    queue.admit("sns", topic)
    raw = {"RawMessageDelivery": "true"}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn, Attributes=raw)
    name = put(world, [], actions=[topic])
    aws.disable_alarm_actions(AlarmNames=[name])
    aws.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="off")
    aws.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="off")
    aws.enable_alarm_actions(AlarmNames=[name])
    aws.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="on")
    return [json.loads(body)["NewStateReason"] for body in queue.after(1)]


@ministack_says(
    ["done", "done"],
    "the API reference sets both limits; MiniStack checks neither",
)
@truth("cloudwatch", "CloudWatch API Reference, PutMetricAlarm: EvaluationPeriods, Period",
       ["ValidationError", "ValidationError"])  # fmt: skip
def an_alarm_looks_back_a_day_at_most(world: World) -> Any:
    """Periods of up to an hour may make up a day; more datapoints than periods cannot breach."""
    alarm = world.aws("cloudwatch").put_metric_alarm
    asked = {
        "AlarmName": world.name(), "Namespace": "n", "MetricName": "m", "Statistic": "Sum",
        "Threshold": 1.0, "ComparisonOperator": "GreaterThanThreshold", "Period": 60,
    }  # fmt: skip
    return [
        outcome(alarm, **asked, EvaluationPeriods=1441),
        outcome(alarm, **asked, EvaluationPeriods=2, DatapointsToAlarm=3),
    ]


@truth("cloudwatch", "CloudWatch API Reference, SetAlarmState", ["ResourceNotFound"])
def an_alarm_that_is_not_there_has_no_state(world: World) -> Any:
    """SetAlarmState of an unknown alarm fails with ResourceNotFound."""
    asked = {"AlarmName": world.name(), "StateValue": "OK", "StateReason": "x"}
    return [outcome(world.aws("cloudwatch").set_alarm_state, **asked)]


@truth("cloudwatch", "CloudWatch API Reference, PutMetricData", [6.0, 3.0, 1.0, 3.0])
def values_of_a_minute_are_put_together(world: World) -> Any:
    """GetMetricStatistics sums up a minute's values: sum, count, least and greatest."""
    name, aws = world.name(), world.aws("cloudwatch")
    now = world.now()
    data = [{"MetricName": "m", "Value": value, "Timestamp": now} for value in (1.0, 2.0, 3.0)]
    aws.put_metric_data(Namespace=name, MetricData=data)
    hour = dt.timedelta(hours=1)
    found = aws.get_metric_statistics(
        Namespace=name, MetricName="m", Period=7200, StartTime=now - hour, EndTime=now + hour,
        Statistics=["Sum", "SampleCount", "Minimum", "Maximum"],
    )["Datapoints"]  # fmt: skip
    (point,) = found
    return [point[each] for each in ("Sum", "SampleCount", "Minimum", "Maximum")]

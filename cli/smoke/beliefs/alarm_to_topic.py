"""Does an alarm reach people through a topic that the stage's key encrypts?"""

from __future__ import annotations

import json

import aws
from aws.calls import ask
from cli.smoke import queues
from cli.smoke.belief import Belief
from cli.smoke.bench import Bench

SECONDS = 180


def check(bench: Bench) -> str:
    """Let an alarm of this run's own ring, and wait for its message behind a topic of its own.

    The topic has the policy and the key of the stage's; nobody is subscribed to it.
    """
    topic = _topic(bench)
    url, arn = queues.queue(bench, "alarm-queue", "sns.amazonaws.com", topic)
    ask("sns", "subscribe", topic, TopicArn=topic, Protocol="sqs", Endpoint=arn)
    name = bench.name("alarm")
    bench.journal.note("alarm", name)
    aws.alarm_put(name, **ALARM, AlarmActions=[topic], Tags=bench.tags())
    words = "the smoke test lets it ring"
    ask(
        "cloudwatch", "set_alarm_state", name, AlarmName=name, StateValue="ALARM", StateReason=words
    )
    what = f"the alarm {name} on a topic under the stage's key"
    told = bench.demand(what, lambda: queues.received(url), seconds=SECONDS)
    return f"the topic sent: {told.get('Subject') or told.get('Message')}"


def set_state(alarm: str, state: str) -> None:
    """Set the state of an alarm, whose metric nobody publishes."""
    ask(
        "cloudwatch",
        "set_alarm_state",
        alarm,
        AlarmName=alarm,
        StateValue=state,
        StateReason="the smoke test sets it",
    )


def _topic(bench: Bench) -> str:
    """Make a topic with the key and the policy of the stage's own."""
    own = bench.output("AlertsTopicArn")
    found = ask("sns", "get_topic_attributes", own, TopicArn=own)["Attributes"]
    name = bench.name("alarm-topic")
    arn = f"{own.rsplit(':', 1)[0]}:{name}"
    bench.journal.note("topic", name)
    policy = json.dumps(json.loads(found["Policy"])).replace(own, arn)
    attributes = {"KmsMasterKeyId": found["KmsMasterKeyId"], "Policy": policy}
    made = ask("sns", "create_topic", name, Name=name, Attributes=attributes, Tags=bench.tags())
    return str(made["TopicArn"])


ALARM = {
    "Namespace": "Modelworks/smoke",
    "MetricName": "Nothing",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1.0,
    "ComparisonOperator": "GreaterThanThreshold",
    "TreatMissingData": "ignore",
}
BELIEF = Belief(
    id="S12",
    sentence="an alarm publishes on a topic that the stage's key encrypts",
    check=check,
    actions=(
        "cloudwatch:DeleteAlarms",
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:SetAlarmState",
        "cloudwatch:TagResource",
        "sns:CreateTopic",
        "sns:DeleteTopic",
        "sns:GetTopicAttributes",
        "sns:ListTopics",
        "sns:SetTopicAttributes",
        "sns:Subscribe",
        "sns:TagResource",
        "sqs:CreateQueue",
        "sqs:DeleteMessage",
        "sqs:DeleteQueue",
        "sqs:GetQueueUrl",
        "sqs:ReceiveMessage",
        "sqs:TagQueue",
    ),
    quotas=("CloudWatch: alarms",),
    failure=(
        "Alarms ring and nobody hears. The alarm's history says why CloudWatch could not publish: "
        "compare the key's policy for `cloudwatch.amazonaws.com` with it."
    ),
)

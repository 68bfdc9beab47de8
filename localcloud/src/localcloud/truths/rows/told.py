"""What do services tell of themselves: in metrics, in events, in the trail?"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from localcloud.truths.row import truth, we_refuse
from localcloud.truths.things import outcome, until
from localcloud.truths.world import World

EMBEDDED = "CloudWatch User Guide, Specification: Embedded metric format"
LAMBDA = "Lambda Developer Guide, Types of metrics for Lambda functions"
TRAIL = "EventBridge User Guide, AWS service events delivered via CloudTrail"
LIFECYCLE = "S3 User Guide, Lifecycle configuration elements"
S3_EVENTS = "S3 User Guide, EventBridge event message structure"


def total(world: World, namespace: str, metric: str, **dimensions: str) -> Any:
    """Return the sum of a metric of this hour, as soon as there is one."""
    now = world.now()

    def measured() -> Any:
        return world.aws("cloudwatch").get_metric_statistics(
            Namespace=namespace,
            MetricName=metric,
            Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
            StartTime=now - dt.timedelta(hours=1),
            EndTime=now + dt.timedelta(minutes=2),
            Period=10_800,
            Statistics=["Sum"],
        )["Datapoints"]

    return until(measured, bool)[0]["Sum"]


@truth("logs", EMBEDDED, [3.0, 8.0], needs="logs cloudwatch")
def a_log_event_in_the_embedded_format_is_a_metric(world: World) -> Any:
    """Each set of dimensions of a directive gets the values that the root node has."""
    logs, name = world.aws("logs"), world.name()
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="s")
    moment = int(world.now().timestamp() * 1000)
    metrics = [{"Name": "orders"}, {"Name": "waits", "Unit": "Seconds"}]
    directive = {"Namespace": name, "Dimensions": [["store"]], "Metrics": metrics}
    root = {
        "_aws": {"Timestamp": moment, "CloudWatchMetrics": [directive]},
        "store": "Bern",
        "orders": 3,
        "waits": [1, 2, 5],
    }
    event = {"timestamp": moment, "message": json.dumps(root)}
    logs.put_log_events(logGroupName=name, logStreamName="s", logEvents=[event])
    return [total(world, name, each, store="Bern") for each in ("orders", "waits")]


@truth("lambda", LAMBDA, [1.0, 1.0], needs="lambda cloudwatch")
def a_function_that_raises_is_an_invocation_and_an_error(world: World) -> Any:
    """Invocations counts every run of the code, Errors those that end with an error."""
    name = world.function("def handle(event, context): raise KeyError")
    world.aws("lambda").invoke(FunctionName=name)
    return [
        total(world, "AWS/Lambda", each, FunctionName=name) for each in ("Invocations", "Errors")
    ]


@we_refuse("there is no trail with event selectors here, so that the rule would never fire")
@truth("events", TRAIL, "done")
def a_rule_may_wait_for_a_data_event(world: World) -> Any:
    """A rule may match PutObject via CloudTrail, which a trail with data events sends."""
    pattern = {
        "source": ["aws.s3"],
        "detail-type": ["AWS API Call via CloudTrail"],
        "detail": {"eventName": ["PutObject"]},
    }
    put = world.aws("events").put_rule
    return outcome(put, Name=world.name(), EventPattern=json.dumps(pattern))


@truth("s3", LIFECYCLE, ["InvalidRequest", "InvalidArgument", "MalformedXML", "done"])
def a_lifecycle_rule_has_an_action_of_at_least_a_day(world: World) -> Any:
    """A rule without an action, of no days or with an unknown class is refused."""
    bucket, put = world.bucket(), world.aws("s3").put_bucket_lifecycle_configuration
    return [
        outcome(
            put,
            Bucket=bucket,
            LifecycleConfiguration={
                "Rules": [{"ID": "a", "Status": "Enabled", "Filter": {"Prefix": ""}, **action}]
            },
        )
        for action in (
            {},
            {"Expiration": {"Days": 0}},
            {"Transitions": [{"Days": 1, "StorageClass": "COLD"}]},
            {"Expiration": {"Days": 1}},
        )
    ]


@truth("s3", LIFECYCLE, {"NoncurrentDays": 3, "NewerNoncurrentVersions": 2})
def a_lifecycle_rule_is_read_back_as_it_was_written(world: World) -> Any:
    """GetBucketLifecycleConfiguration has the number of versions that stay."""
    bucket, s3 = world.bucket(), world.aws("s3")
    expiration = {"NoncurrentDays": 3, "NewerNoncurrentVersions": 2}
    rule = {
        "ID": "a",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": expiration,
    }
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    return rules[0]["NoncurrentVersionExpiration"]


@truth("s3", S3_EVENTS, ["Object Created", "Object Tags Added", "Object Tags Deleted"],
       needs="s3 sqs events")  # fmt: skip
def tags_that_come_with_an_object_are_no_event_and_later_ones_are(world: World) -> Any:
    """Object Tags Added and Object Tags Deleted tell of changes of an object's tags."""
    bucket, s3, queue, name = world.bucket(), world.aws("s3"), world.queue(), world.name()
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    pattern = {"source": ["aws.s3"], "detail": {"bucket": {"name": [bucket]}}}
    rule = world.aws("events").put_rule(Name=name, EventPattern=json.dumps(pattern))
    queue.admit("events", rule["RuleArn"])
    world.aws("events").put_targets(Rule=name, Targets=[{"Id": "q", "Arn": queue.arn}])
    at = {"Bucket": bucket, "Key": "a"}
    s3.put_object(**at, Body=b"x", Tagging="a=b")
    s3.put_object_tagging(**at, Tagging={"TagSet": [{"Key": "a", "Value": "c"}]})
    s3.delete_object_tagging(**at)
    return sorted(json.loads(body)["detail-type"] for body in queue.after(3))

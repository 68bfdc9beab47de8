"""What is each region's own?"""

from __future__ import annotations

from typing import Any

from localcloud.truths.policies import ACCOUNT, ELSEWHERE, REGION, allow
from localcloud.truths.row import truth
from localcloud.truths.things import outcome
from localcloud.truths.world import World


def _there(world: World, service: str) -> Any:
    return world.abroad(service, account=ACCOUNT, region=ELSEWHERE)


@truth("sqs", "SQS Developer Guide, Queue and message identifiers", [1, 0])
def a_queue_is_in_one_region(world: World) -> Any:
    """Queue names are unique for an account and region."""
    name = world.name()
    world.aws("sqs").create_queue(QueueName=name)
    found = (world.aws("sqs"), _there(world, "sqs"))
    return [len(each.list_queues(QueueNamePrefix=name).get("QueueUrls", [])) for each in found]


@truth("s3", "S3 API Reference, HeadBucket; GetBucketLocation", [ELSEWHERE, ELSEWHERE, None])
def a_bucket_is_in_the_region_it_was_made_in(world: World) -> Any:
    """A bucket tells its region, and us-east-1 by none."""
    there, name = _there(world, "s3"), world.name()
    where = {"LocationConstraint": ELSEWHERE}
    there.create_bucket(Bucket=name, CreateBucketConfiguration=where)
    locate = world.aws("s3").get_bucket_location
    return [
        there.head_bucket(Bucket=name)["BucketRegion"],
        locate(Bucket=name)["LocationConstraint"],
        locate(Bucket=world.bucket()).get("LocationConstraint"),
    ]


@truth("s3", "S3 API Reference, CreateBucket", "IllegalLocationConstraintException")
def a_bucket_is_made_where_its_location_says(world: World) -> Any:
    """The location that a creation asks for is that of the endpoint."""
    where = {"LocationConstraint": "eu-central-1"}
    create = _there(world, "s3").create_bucket
    return outcome(create, Bucket=world.name(), CreateBucketConfiguration=where)


@truth("lambda", "Lambda Developer Guide, Using Lambda with Amazon SQS",
       "InvalidParameterValueException", needs="lambda sqs iam")  # fmt: skip
def a_function_is_fed_by_queues_of_its_region(world: World) -> Any:
    """A function and the queue that feeds it have to be in one region."""
    name = world.function("def handle(event, context):\n    return 1\n", allow("sqs:*"))
    arn = f"arn:aws:sqs:{ELSEWHERE}:{ACCOUNT}:any"
    mapping = world.aws("lambda").create_event_source_mapping
    return outcome(mapping, FunctionName=name, EventSourceArn=arn)


@truth("iam", "IAM User Guide, AWS global condition context keys (aws:RequestedRegion)",
       ["done", "denied"], needs="iam sqs")  # fmt: skip
def a_policy_can_hold_in_one_region(world: World) -> Any:
    """aws:RequestedRegion is the region that a call goes to."""
    condition = {"StringEquals": {"aws:RequestedRegion": REGION}}
    here = world.actor(allow("sqs:ListQueues", Condition=condition))
    condition = {"StringEquals": {"aws:RequestedRegion": ELSEWHERE}}
    there = world.actor(allow("sqs:ListQueues", Condition=condition))
    return [each.outcome("sqs", "list_queues") for each in (here, there)]

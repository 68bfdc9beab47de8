"""What becomes of a template?"""

from __future__ import annotations

import functools
from typing import Any

from localcloud.truths.row import ministack_says, truth
from localcloud.truths.stacks import GUIDE, body, build, queue, settled
from localcloud.truths.things import error_message, outcome, until
from localcloud.truths.world import World

IN_USE = "CloudFormation User Guide, Get exported outputs from a deployed stack"


@ministack_says(
    ["CREATE_COMPLETE", False],
    "S3's naming rules allow no blanks and capitals; MiniStack makes the bucket, so nothing fails",
)
@truth("cloudformation", f"{GUIDE}, Stack failure options", ["ROLLBACK_COMPLETE", True],
       needs="cloudformation sqs s3")  # fmt: skip
def a_failed_creation_is_rolled_back(world: World) -> Any:
    """When a resource fails, those made before it are deleted."""
    name = world.name()
    bad = {"Type": "AWS::S3::Bucket", "DependsOn": "Q", "Properties": {"BucketName": f"NO {name}"}}
    stack = build(world, {"Q": queue(QueueName=name), "Bucket": bad})
    gone = outcome(world.aws("sqs").get_queue_url, QueueName=name)
    return [settled(world, stack), gone.endswith("NonExistentQueue")]


@ministack_says(
    ["UPDATE_COMPLETE", "8"],
    "as for a failed creation: MiniStack makes a bucket of a name that S3 refuses",
)
@truth("cloudformation", f"{GUIDE}, Stack failure options", ["UPDATE_ROLLBACK_COMPLETE", "7"],
       needs="cloudformation sqs s3")  # fmt: skip
def a_failed_update_goes_back(world: World) -> Any:
    """When an update fails, what it changed is changed back."""
    name = world.name()
    before = {"Q": queue(QueueName=name, VisibilityTimeout=7)}
    bad = {"Type": "AWS::S3::Bucket", "DependsOn": "Q", "Properties": {"BucketName": f"NO {name}"}}
    after = {"Q": queue(QueueName=name, VisibilityTimeout=8), "Bucket": bad}
    stack, sqs = build(world, before), world.aws("sqs")
    world.aws("cloudformation").update_stack(StackName=stack, **body(after))
    status, url = settled(world, stack), sqs.get_queue_url(QueueName=name)["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
    return [status, found["Attributes"]["VisibilityTimeout"]]


@truth("cloudformation", f"{GUIDE}, Template reference: AWS::DynamoDB::Table, Tags: no "
       "interruption", ["UPDATE_COMPLETE", {"team": "red"}, True],
       needs="cloudformation dynamodb")  # fmt: skip
def a_table_keeps_its_items_when_its_tags_change(world: World) -> Any:
    """Tags are changed in place: the table and what it holds stay."""

    def tagged(team: str) -> Any:
        key = [{"AttributeName": "pk", "KeyType": "HASH"}]
        names = [{"AttributeName": "pk", "AttributeType": "S"}]
        return {"Table": {"Type": "AWS::DynamoDB::Table", "Properties": {
            "TableName": name, "KeySchema": key, "AttributeDefinitions": names,
            "BillingMode": "PAY_PER_REQUEST", "Tags": [{"Key": "team", "Value": team}],
        }}}  # fmt: skip

    name, aws, dynamodb = world.name(), world.aws("cloudformation"), world.aws("dynamodb")
    stack, item = build(world, tagged("blue")), {"pk": {"S": "a"}}
    dynamodb.put_item(TableName=name, Item=item)
    aws.update_stack(StackName=stack, **body(tagged("red")))
    status = settled(world, stack)
    arn = dynamodb.describe_table(TableName=name)["Table"]["TableArn"]
    found = dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]
    tags = {each["Key"]: each["Value"] for each in found if not each["Key"].startswith("aws:")}
    return [status, tags, "Item" in dynamodb.get_item(TableName=name, Key=item)]


@truth("cloudformation", f"{GUIDE}, Template reference: AWS::DynamoDB::Table, BillingMode and "
       "GlobalSecondaryIndexes: you can delete or add one without interruption",
       ["UPDATE_COMPLETE", "PROVISIONED", ["by-team"], True],
       needs="cloudformation dynamodb")  # fmt: skip
def a_table_keeps_its_items_when_an_index_is_added(world: World) -> Any:
    """The billing mode changes in place, and so do the indexes, one at a time."""

    def table(*names: str, **more: Any) -> Any:
        kinds = [{"AttributeName": each, "AttributeType": "S"} for each in ("pk", *names)]
        key = [{"AttributeName": "pk", "KeyType": "HASH"}]
        return {"Table": {"Type": "AWS::DynamoDB::Table", "Properties": {
            "TableName": name, "KeySchema": key, "AttributeDefinitions": kinds, **more,
        }}}  # fmt: skip

    size = {"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}
    index = {"IndexName": "by-team", "KeySchema": [{"AttributeName": "team", "KeyType": "HASH"}],
             "Projection": {"ProjectionType": "ALL"}, **size}  # fmt: skip
    name, aws, dynamodb = world.name(), world.aws("cloudformation"), world.aws("dynamodb")
    stack, item = build(world, table(BillingMode="PAY_PER_REQUEST")), {"pk": {"S": "a"}}
    dynamodb.put_item(TableName=name, Item=item)
    changed = table("team", BillingMode="PROVISIONED", GlobalSecondaryIndexes=[index], **size)
    aws.update_stack(StackName=stack, **body(changed))
    status, found = settled(world, stack), dynamodb.describe_table(TableName=name)["Table"]
    mode = found.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    names = [each["IndexName"] for each in found.get("GlobalSecondaryIndexes", [])]
    return [status, mode, names, "Item" in dynamodb.get_item(TableName=name, Key=item)]


@truth("cloudformation", "CloudFormation API Reference, UpdateStack",
       "No updates are to be performed.", needs="cloudformation sqs")  # fmt: skip
def an_update_without_changes_is_refused(world: World) -> Any:
    """UpdateStack with the same template fails: there is nothing to do."""
    stack = build(world, {"Q": queue()})
    return error_message(
        world.aws("cloudformation").update_stack, StackName=stack, **body({"Q": queue()})
    )


@truth("cloudformation", IN_USE, ["DELETE refused", "shared"], needs="cloudformation sqs ssm")
def an_export_in_use_stays(world: World) -> Any:
    """A stack whose export another stack imports cannot be deleted; the importer has the value."""
    export = world.name()
    outputs = {"Out": {"Value": "shared", "Export": {"Name": export}}}
    stack = build(world, {"Q": queue()}, Outputs=outputs)
    parameter = {"Type": "String", "Value": {"Fn::ImportValue": export}, "Name": f"/{export}"}
    build(world, {"P": {"Type": "AWS::SSM::Parameter", "Properties": parameter}})
    aws = world.aws("cloudformation")
    refused = outcome(aws.delete_stack, StackName=stack) != "done"
    kept = settled(world, stack) in {"CREATE_COMPLETE", "DELETE_FAILED"}
    value = world.aws("ssm").get_parameter(Name=f"/{export}")["Parameter"]["Value"]
    return ["DELETE refused" if refused or kept else "deleted", value]


def _made(change_set: Any) -> Any:
    return not change_set["Status"].endswith(("PENDING", "PROGRESS"))


@truth("cloudformation", "CloudFormation API Reference, DescribeChangeSet",
       ["FAILED", True, ["Modify"]], needs="cloudformation sqs")  # fmt: skip
def a_change_set_tells_what_would_change(world: World) -> Any:
    """A change set without changes fails and says so; another lists what it would do."""
    aws, first = world.aws("cloudformation"), {"Q": queue(VisibilityTimeout=1)}
    stack, seen = build(world, first), []
    for number, resources in enumerate((first, {"Q": queue(VisibilityTimeout=2)})):
        name = {"StackName": stack, "ChangeSetName": f"set{number}"}
        aws.create_change_set(**name, **body(resources))
        seen.append(until(functools.partial(aws.describe_change_set, **name), _made))
    nothing = "didn't contain changes" in seen[0]["StatusReason"]
    return [
        seen[0]["Status"],
        nothing,
        [each["ResourceChange"]["Action"] for each in seen[1]["Changes"]],
    ]


@truth("cloudformation", f"{GUIDE}, DeletionPolicy attribute", ["done", "gone"],
       needs="cloudformation sqs")  # fmt: skip
def what_is_retained_outlives_its_stack(world: World) -> Any:
    """A resource with DeletionPolicy Retain stays when its stack is deleted, others go."""
    names = [world.name(), world.name()]
    resources = {
        "Kept": {**queue(QueueName=names[0]), "DeletionPolicy": "Retain"},
        "Gone": queue(QueueName=names[1]),
    }
    stack, url = build(world, resources), world.aws("sqs").get_queue_url
    world.aws("cloudformation").delete_stack(StackName=stack)
    until(lambda: outcome(url, QueueName=names[1]), lambda found: found != "done")
    found = [outcome(url, QueueName=name) for name in names]
    return [found[0], "gone" if found[1].endswith("NonExistentQueue") else found[1]]


@ministack_says(
    ["AlreadyExistsException", "ValidationError", "done"],
    "parameters have to be the template's (CreateStack); MiniStack passes over others",
)
@truth("cloudformation", "CloudFormation API Reference, CreateStack; DescribeStacks",
       ["AlreadyExistsException", "ValidationError", "ValidationError"],
       needs="cloudformation sqs")  # fmt: skip
def a_stack_is_found_by_its_name(world: World) -> Any:
    """A stack's name is taken once; no stack and no parameter may be made up."""
    aws, stack = world.aws("cloudformation"), build(world, {"Q": queue()})
    given = [{"ParameterKey": "Colour", "ParameterValue": "blue"}]
    template = body({"Q": queue()})
    return [
        outcome(aws.create_stack, StackName=stack, **template),
        outcome(aws.describe_stacks, StackName=world.name()),
        outcome(aws.create_stack, StackName=world.name("stack"), **template, Parameters=given),
    ]

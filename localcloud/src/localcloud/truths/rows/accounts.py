"""What may one account do in another?"""

from __future__ import annotations

import json
from typing import Any

from localcloud.truths.policies import ACCOUNT, ELSEWHERE, OTHER, REGION, allow, document, trusting
from localcloud.truths.row import truth
from localcloud.truths.things import outcome, zipped
from localcloud.truths.world import World

LOGIC = "IAM User Guide, Cross-account policy evaluation logic"
BUSES = "EventBridge User Guide, Sending and receiving events between AWS accounts"
TARGETS = "EventBridge User Guide, Sending events to an AWS service in another account"
US = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


@truth("s3", "S3 User Guide, General purpose bucket naming rules", "BucketAlreadyExists")
def a_buckets_name_is_taken_for_all_accounts(world: World) -> Any:
    """No other account can make a bucket of a name that is taken."""
    return outcome(world.abroad("s3").create_bucket, Bucket=world.bucket())


@truth("s3", LOGIC, ["denied", "denied", "done"], needs="iam s3")
def an_object_of_another_account_needs_leave_of_both(world: World) -> Any:
    """A bucket's policy admits another account; whom of it, that account's own policies say."""
    theirs, bucket = world.abroad("s3"), world.name()
    theirs.create_bucket(Bucket=bucket)
    poor, rich = world.actor(), world.actor(allow("s3:ListBucket"))
    before = rich.outcome("s3", "list_objects_v2", Bucket=bucket)
    admitted = allow("s3:ListBucket", f"arn:aws:s3:::{bucket}", Principal=US)
    theirs.put_bucket_policy(Bucket=bucket, Policy=document(admitted))
    return [
        before,
        poor.outcome("s3", "list_objects_v2", Bucket=bucket),
        rich.outcome("s3", "list_objects_v2", Bucket=bucket),
    ]


@truth("s3", LOGIC, ["denied", "done"], needs="iam s3")
def a_bucket_policy_that_names_a_foreign_role_is_not_enough(world: World) -> Any:
    """Over accounts a role that a bucket's policy names needs a grant of its own, too."""
    theirs, bucket = world.abroad("s3"), world.name()
    theirs.create_bucket(Bucket=bucket)
    poor, rich = world.actor(), world.actor(allow("s3:ListBucket"))
    named = allow(
        "s3:ListBucket", f"arn:aws:s3:::{bucket}", Principal={"AWS": [poor.arn, rich.arn]}
    )
    theirs.put_bucket_policy(Bucket=bucket, Policy=document(named))
    return [each.outcome("s3", "list_objects_v2", Bucket=bucket) for each in (poor, rich)]


@truth("sts", LOGIC, ["denied", "denied", "done"], needs="iam sts")
def a_role_of_another_account_needs_trust_and_a_grant(world: World) -> Any:
    """Trust in another account is not enough without a grant there, nor a grant without trust."""
    theirs, name = world.abroad("iam"), world.name()
    arn = f"arn:aws:iam::{OTHER}:role/{name}"
    asked = {"RoleArn": arn, "RoleSessionName": "me"}
    rich, poor = world.actor(allow("sts:AssumeRole", arn)), world.actor()
    theirs.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=document(trusting({"AWS": f"arn:aws:iam::{OTHER}:root"})),
    )
    untrusted = rich.outcome("sts", "assume_role", **asked)
    trust = document(trusting(US))
    theirs.update_assume_role_policy(RoleName=name, PolicyDocument=trust)
    return [untrusted, *(each.outcome("sts", "assume_role", **asked) for each in (poor, rich))]


@truth("sqs", "SQS Developer Guide, Basic examples of Amazon SQS policies", ["denied", "done", 1])
def a_queues_url_leads_into_its_account(world: World) -> Any:
    """A message goes to the account in the queue's URL, if its policy admits the sender."""
    theirs, ours, name = world.abroad("sqs"), world.aws("sqs"), world.name()
    url = theirs.create_queue(QueueName=name)["QueueUrl"]
    ours.create_queue(QueueName=name)
    refused = outcome(ours.send_message, QueueUrl=url, MessageBody="m")
    policy = {"Policy": document(allow("sqs:SendMessage", Principal=US))}
    theirs.set_queue_attributes(QueueUrl=url, Attributes=policy)
    sent = outcome(ours.send_message, QueueUrl=url, MessageBody="m")
    return [refused, sent, len(theirs.receive_message(QueueUrl=url).get("Messages", []))]


@truth("kms", "KMS Developer Guide, Allowing users in other accounts to use a KMS key",
       ["denied", "done"])  # fmt: skip
def a_key_of_another_account_is_used_by_its_policy(world: World) -> Any:
    """A key's policy has to admit another account before its administrators can use the key."""
    theirs, ours = world.abroad("kms"), world.aws("kms")
    key = theirs.create_key()["KeyMetadata"]["Arn"]
    refused = outcome(ours.encrypt, KeyId=key, Plaintext=b"x")
    own = allow("kms:*", Principal={"AWS": f"arn:aws:iam::{OTHER}:root"})
    policy = document(own, allow("kms:Encrypt", Principal=US))
    theirs.put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
    return [refused, outcome(ours.encrypt, KeyId=key, Plaintext=b"x")]


@truth("events", BUSES, ["denied", "done"], needs="events")
def a_bus_of_another_account_takes_events_by_its_policy(world: World) -> Any:
    """PutPermission lets another account put events on a bus."""
    theirs, ours, name = world.abroad("events"), world.aws("events"), world.name()
    arn = theirs.create_event_bus(Name=name)["EventBusArn"]
    entry = {"EventBusName": arn, "Source": "s", "DetailType": "d", "Detail": "{}"}
    refused = outcome(ours.put_events, Entries=[entry])
    theirs.put_permission(
        EventBusName=name, StatementId="s", Action="events:PutEvents", Principal=ACCOUNT
    )
    return [refused, outcome(ours.put_events, Entries=[entry])]


def _putting(world: World, **target: str) -> str:
    events, name = world.aws("events"), world.name()
    events.put_rule(Name=name, EventPattern=json.dumps({"source": ["s"]}))
    return outcome(events.put_targets, Rule=name, Targets=[{"Id": "t", **target}])


@truth("events", TARGETS, "ValidationException", needs="events")
def a_target_in_another_account_needs_a_role(world: World) -> Any:
    """A rule reaches another account's queue with an execution role of the rule's account."""
    return _putting(world, Arn=f"arn:aws:sqs:{REGION}:{OTHER}:any")


@truth("events", TARGETS, "ValidationException", needs="events")
def a_target_is_in_the_rules_region_but_for_buses(world: World) -> Any:
    """A rule reaches targets in the same region; over regions it reaches buses alone."""
    return _putting(world, Arn=f"arn:aws:sqs:{ELSEWHERE}:{ACCOUNT}:any")


@truth("lambda", "Lambda API Reference, AddPermission", ["denied", "done"], needs="lambda iam")
def a_function_of_another_account_is_invoked_by_its_policy(world: World) -> Any:
    """AddPermission lets another account invoke a function."""
    theirs, name = world.abroad("lambda"), world.name()
    role = world.abroad("iam").create_role(
        RoleName=name,
        AssumeRolePolicyDocument=document(trusting({"Service": "lambda.amazonaws.com"})),
    )["Role"]["Arn"]
    code = {"ZipFile": zipped("def handle(event, context):\n    return 1\n")}
    arn = theirs.create_function(
        FunctionName=name, Runtime="python3.12", Handler="index.handle", Role=role, Code=code
    )["FunctionArn"]
    invoke = world.aws("lambda").invoke
    refused = outcome(invoke, FunctionName=arn, InvocationType="DryRun")
    theirs.add_permission(
        FunctionName=name, StatementId="s", Action="lambda:InvokeFunction", Principal=ACCOUNT
    )
    return [refused, outcome(invoke, FunctionName=arn, InvocationType="DryRun")]


@truth("sagemaker", "SageMaker Developer Guide, Cross-account discoverability (model group policy)",
       ["denied", "done"])  # fmt: skip
def a_package_of_another_account_is_described_by_its_groups_policy(world: World) -> Any:
    """A model package group's resource policy lets another account describe its packages."""
    theirs, name = world.abroad("sagemaker"), world.name()
    theirs.create_model_package_group(ModelPackageGroupName=name)
    package = theirs.create_model_package(ModelPackageGroupName=name)["ModelPackageArn"]
    describe = world.aws("sagemaker").describe_model_package
    refused = outcome(describe, ModelPackageName=package)
    admitted = allow("sagemaker:DescribeModelPackage", package, Principal=US)
    theirs.put_model_package_group_policy(
        ModelPackageGroupName=name, ResourcePolicy=document(admitted)
    )
    return [refused, outcome(describe, ModelPackageName=package)]


@truth("iam", "IAM User Guide, Grant a user permissions to pass a role to an AWS service",
       "denied", needs="iam events")  # fmt: skip
def a_role_of_another_account_cannot_be_passed(world: World) -> Any:
    """A role is passed to a service within its own account."""
    theirs, name = world.abroad("iam"), world.name()
    trust = document(trusting({"Service": "events.amazonaws.com"}))
    role = theirs.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    return _putting(world, Arn=f"arn:aws:sqs:{REGION}:{ACCOUNT}:any", RoleArn=role)

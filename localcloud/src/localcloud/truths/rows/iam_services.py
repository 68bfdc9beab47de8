"""What may a role with narrow grants do with the other services?"""

from __future__ import annotations

from typing import Any

from localcloud.truths.policies import ACCOUNT, PLACE, Statement, allow, deny, document, trusting
from localcloud.truths.row import ministack_says, truth
from localcloud.truths.things import zipped
from localcloud.truths.world import World

LOGIC = "IAM User Guide, Policy evaluation logic"
AUTHORIZATION = "Service Authorization Reference"
PASSING = "IAM User Guide, Grant a user permissions to pass a role to an AWS service"


@truth("iam", f"{AUTHORIZATION}, Amazon SNS", ["done", "denied"], needs="iam sts sns")
def a_topic_is_published_to_by_its_arn(world: World) -> Any:
    """sns:Publish is decided on the topic's ARN."""
    sns = world.aws("sns")
    mine, other = (sns.create_topic(Name=world.name())["TopicArn"] for _ in range(2))
    sender = world.actor(allow("sns:Publish", mine))
    return [sender.outcome("sns", "publish", TopicArn=arn, Message="x") for arn in (mine, other)]


@truth("iam", f"{AUTHORIZATION}, Amazon SQS", ["done", "denied", "denied"], needs="iam sts sqs")
def a_queue_is_used_by_its_arn(world: World) -> Any:
    """sqs:SendMessage is decided on the queue's ARN and does not let receive."""
    mine, other = world.queue(), world.queue()
    sender = world.actor(allow("sqs:SendMessage", mine.arn))
    return [
        sender.outcome("sqs", "send_message", QueueUrl=mine.url, MessageBody="x"),
        sender.outcome("sqs", "send_message", QueueUrl=other.url, MessageBody="x"),
        sender.outcome("sqs", "receive_message", QueueUrl=mine.url),
    ]


@ministack_says(
    ["denied", "denied"],
    "the reference lists cloudwatch:namespace; MiniStack does not know the key",
)
@truth("iam", f"{AUTHORIZATION}, Amazon CloudWatch", ["done", "denied"], needs="iam sts cloudwatch")
def metrics_go_to_the_granted_namespace(world: World) -> Any:
    """The key cloudwatch:namespace tells PutMetricData's namespaces apart."""
    condition = {"StringEquals": {"cloudwatch:namespace": "Ours"}}
    meter = world.actor(allow("cloudwatch:PutMetricData", Condition=condition))
    data = [{"MetricName": "m", "Value": 1.0}]
    return [
        meter.outcome("cloudwatch", "put_metric_data", Namespace=name, MetricData=data)
        for name in ("Ours", "Theirs")
    ]


@ministack_says(
    ["denied"] * 3,
    "the guide lists both keys for PutEvents; MiniStack denies what they grant",
)
@truth("iam", "EventBridge User Guide, Using IAM policy conditions",
       ["done", "denied", "denied"], needs="iam sts events")  # fmt: skip
def an_event_is_sent_with_the_granted_source_and_type(world: World) -> Any:
    """events:source and events:detail-type hold for every entry of PutEvents, or it is denied."""
    condition = {"StringEquals": {"events:source": "ours", "events:detail-type": "done"}}
    bus = f"arn:aws:events:{PLACE}:event-bus/default"
    sender = world.actor(allow("events:PutEvents", bus, Condition=condition))
    entry = {"Source": "ours", "DetailType": "done", "Detail": "{}"}
    other = {**entry, "Source": "theirs"}
    return [
        sender.outcome("events", "put_events", Entries=entries)
        for entries in ([entry], [other], [entry, other])
    ]


@ministack_says(
    ["done"] * 3,
    "CreateFunction depends on iam:PassRole in the reference; MiniStack does not ask for it",
)
@truth("iam", PASSING, ["denied", "denied", "done"], needs="iam sts lambda")
def a_role_is_handed_over_by_those_who_may_pass_it(world: World) -> Any:
    """Creating a function needs iam:PassRole on its role, to lambda.amazonaws.com."""
    passed = world.role(trust=[trusting({"Service": "lambda.amazonaws.com"})])
    code = {"ZipFile": zipped("def handle(event, context): pass")}
    given = {"Runtime": "python3.12", "Handler": "index.handle", "Role": passed, "Code": code}
    create = allow("lambda:*")

    def creating(*grants: Statement) -> Any:
        return world.actor(create, *grants).outcome(
            "lambda", "create_function", FunctionName=world.name(), **given
        )

    to = [{"StringEquals": {"iam:PassedToService": f"{name}.amazonaws.com"}}
          for name in ("ec2", "lambda")]  # fmt: skip
    grants = [allow("iam:PassRole", passed, Condition=condition) for condition in to]
    return [creating(), creating(grants[0]), creating(grants[1])]


@truth("iam", "IAM User Guide, Permissions boundaries", ["done", "denied"],
       needs="iam sts s3 sqs")  # fmt: skip
def a_boundary_limits_what_policies_allow(world: World) -> Any:
    """What the identity policy and the boundary both allow is allowed, nothing more."""
    bound = world.aws("iam").create_policy(
        PolicyName=world.name(), PolicyDocument=document(allow("s3:*"))
    )["Policy"]["Arn"]
    bounded = world.actor(allow("*"), PermissionsBoundary=bound)
    return [bounded.outcome("s3", "list_buckets"), bounded.outcome("sqs", "list_queues")]


@truth("iam", "IAM User Guide, Session policies", ["done", "denied"], needs="iam sts s3 sqs")
def a_session_policy_limits_the_session(world: World) -> Any:
    """A session may do what the role's and the session's policy both allow."""
    role = world.role(allow("*"))
    limited = world.assume(role, Policy=document(allow("s3:*")))
    return [limited.outcome("s3", "list_buckets"), limited.outcome("sqs", "list_queues")]


@truth("iam", LOGIC, ["done", "denied"], needs="iam sts sqs")
def a_queue_policy_suffices_within_the_account(world: World) -> Any:
    """In one account an allow of the resource's policy alone is enough."""
    queue, role = world.queue(), world.role()
    grant = allow("sqs:SendMessage", queue.arn, Principal={"AWS": role})
    queue.set(Policy=document(grant))
    admitted = world.assume(role)
    return [
        admitted.outcome("sqs", "send_message", QueueUrl=queue.url, MessageBody="x"),
        admitted.outcome("sqs", "receive_message", QueueUrl=queue.url),
    ]


@truth("iam", "KMS Developer Guide, Key policies", ["denied", "done"], needs="iam sts kms")
def a_key_policy_decides_over_its_key(world: World) -> Any:
    """IAM policies grant nothing on a key whose policy does not let the account decide."""
    kms, holder = world.aws("kms"), world.role()
    account = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    manage = allow(["kms:Put*", "kms:Describe*", "kms:Schedule*"], Principal=account)
    use = allow("kms:Encrypt", Principal={"AWS": holder})
    key = kms.create_key(Policy=document(manage, use), BypassPolicyLockoutSafetyCheck=True)
    asked = {"KeyId": key["KeyMetadata"]["KeyId"], "Plaintext": b"x"}
    stranger = world.actor(allow("kms:*"))
    return [
        stranger.outcome("kms", "encrypt", **asked),
        world.assume(holder).outcome("kms", "encrypt", **asked),
    ]


@truth("iam", f"{LOGIC}; IAM User Guide, Managing access keys", ["done", "denied",
       "InvalidClientTokenId"], needs="iam sts s3 sqs")  # fmt: skip
def a_users_key_is_checked_and_a_deleted_one_is_nobodys(world: World) -> Any:
    """A user's key acts with the user's policies until it is deleted."""
    iam, name = world.aws("iam"), world.name()
    arn = iam.create_user(UserName=name)["User"]["Arn"]
    grant = document(allow("s3:ListAllMyBuckets"))
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=grant)
    made = iam.create_access_key(UserName=name)["AccessKey"]
    user = world.keys(made, arn)
    may = [user.outcome("s3", "list_buckets"), user.outcome("sqs", "list_queues")]
    iam.delete_access_key(UserName=name, AccessKeyId=made["AccessKeyId"])
    return [*may, user.outcome("sts", "get_caller_identity")]


@ministack_says(
    False,
    "the guide's messages name the resource; MiniStack leaves it out",
)
@truth("iam", "IAM User Guide, Troubleshoot access denied error messages", True,
       needs="iam sts dynamodb")  # fmt: skip
def a_refusal_names_caller_action_and_resource(world: World) -> Any:
    """A refusal says who may not do what on which resource, and which kind of policy is lacking."""
    table, role = world.table(), world.role()
    answer = world.assume(role).error_message("dynamodb", "scan", TableName=table)
    wanted = (
        f"assumed-role/{role.rsplit('/', 1)[-1]}/me is not authorized to perform: dynamodb:Scan "
        f"on resource: arn:aws:dynamodb:{PLACE}:table/{table} because no identity-based policy "
        "allows the dynamodb:Scan action"
    )
    return wanted in answer


@truth("iam", "SageMaker Developer Guide, Update the approval status of a model; "
       "Service Authorization Reference, Amazon SageMaker", ["ValidationException", "denied"],
       needs="iam sts sagemaker")  # fmt: skip
def an_approval_is_told_from_a_rejection(world: World) -> Any:
    """sagemaker:ModelApprovalStatus tells which status a caller may give a package."""
    condition = {"StringEquals": {"sagemaker:ModelApprovalStatus": "Rejected"}}
    package = f"arn:aws:sagemaker:{PLACE}:model-package/{world.name()}/1"
    rejecter = world.actor(allow("sagemaker:UpdateModelPackage", package, Condition=condition))
    return [
        rejecter.outcome(
            "sagemaker", "update_model_package", ModelPackageArn=package, ModelApprovalStatus=status
        )
        for status in ("Rejected", "Approved")
    ]


@truth("iam", f"{AUTHORIZATION}, Amazon SageMaker; SageMaker guide, Identity-based policy examples",
       {"sagemaker:VolumeKmsKey": ["denied", "reached"], "sagemaker:OutputKmsKey":
       ["denied", "reached"], "sagemaker:VpcSubnets": ["denied", "reached"]},
       needs="iam sts sagemaker")  # fmt: skip
def a_job_is_refused_that_names_no_key_or_no_network(world: World) -> Any:
    """A denial with Null meets the job that does not say the key or the subnets, and no other."""
    plain: Any = {
        "ProcessingJobName": world.name(),
        "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/{world.name()}",
        "AppSpecification": {"ImageUri": "image"},  # has no entry point here: asked for afterwards
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceCount": 1,
                "InstanceType": "ml.m5.large",
                "VolumeSizeInGB": 1,
            }
        },
    }
    cluster = {**plain["ProcessingResources"]["ClusterConfig"], "VolumeKmsKeyId": "key"}
    vpc = {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
    said: dict[str, Any] = {
        "sagemaker:VolumeKmsKey": {"ProcessingResources": {"ClusterConfig": cluster}},
        "sagemaker:OutputKmsKey": {"ProcessingOutputConfig": {"KmsKeyId": "key", "Outputs": []}},
        "sagemaker:VpcSubnets": {"NetworkConfig": {"VpcConfig": vpc}},
    }
    found = {}
    for key, more in said.items():
        refusal = deny("sagemaker:CreateProcessingJob", Condition={"Null": {key: "true"}})
        maker = world.actor(allow(["sagemaker:CreateProcessingJob", "iam:PassRole"]), refusal)
        outcomes = [
            maker.outcome("sagemaker", "create_processing_job", **asked)
            for asked in (plain, {**plain, **more})
        ]
        found[key] = ["denied" if each == "denied" else "reached" for each in outcomes]
    return found

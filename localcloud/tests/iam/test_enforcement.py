"""AWS says / we say: the calls that a role with narrow grants may and may not make."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.iam.conftest import Actor, assume, document

A = "us-east-1:123456789012"


@pytest.fixture
def bucket(cloud, unique):
    cloud.aws("s3").create_bucket(Bucket=unique)
    return unique


@pytest.fixture
def table(cloud, unique):
    cloud.aws("dynamodb").create_table(
        TableName=unique,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return unique


def test_an_object_is_written_under_the_granted_prefix_only(actor, allow, bucket):
    writer = actor(allow("s3:PutObject", f"arn:aws:s3:::{bucket}/in/*"))
    assert writer.may("s3", "put_object", Bucket=bucket, Key="in/a b%41+", Body=b"1")
    assert not writer.may("s3", "put_object", Bucket=bucket, Key="out/a", Body=b"1")
    assert not writer.may("s3", "get_object", Bucket=bucket, Key="in/a b%41+")


def test_a_refusal_has_the_words_and_status_of_aws(actor, bucket):
    reported = actor().refusal("s3", "put_object", Bucket=bucket, Key="k", Body=b"1")
    assert reported["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert reported["Error"]["Code"] == "AccessDenied"
    assert reported["Error"]["Message"].endswith(
        f'is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::{bucket}/k"'
        " because no identity-based policy allows the s3:PutObject action"
    )


def test_listing_needs_the_granted_prefix(actor, allow, bucket):
    condition = {"StringLike": {"s3:prefix": "in/*"}}
    lister = actor(allow("s3:ListBucket", f"arn:aws:s3:::{bucket}", Condition=condition))
    assert lister.may("s3", "list_objects_v2", Bucket=bucket, Prefix="in/x")
    assert not lister.may("s3", "list_objects_v2", Bucket=bucket, Prefix="out/")
    assert not lister.may("s3", "list_objects_v2", Bucket=bucket)


def test_a_copy_reads_its_source(cloud, actor, allow, bucket):
    cloud.aws("s3").put_object(Bucket=bucket, Key="src", Body=b"1")
    copy = {"Bucket": bucket, "Key": "dst", "CopySource": {"Bucket": bucket, "Key": "src"}}
    write = allow("s3:PutObject", f"arn:aws:s3:::{bucket}/dst")
    read = allow("s3:GetObject", f"arn:aws:s3:::{bucket}/src")
    assert not actor(write).may("s3", "copy_object", **copy)
    assert actor(write, read).may("s3", "copy_object", **copy)


def test_whoever_may_not_list_does_not_learn_that_a_key_is_absent(actor, allow, bucket):
    read = allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*")
    assert actor(read).refusal("s3", "get_object", Bucket=bucket, Key="none")["Error"]["Code"] == (
        "AccessDenied"
    )
    reader = actor(read, allow("s3:ListBucket"))
    assert reader.refusal("s3", "get_object", Bucket=bucket, Key="none")["Error"]["Code"] == (
        "NoSuchKey"
    )


def test_a_write_once_grant_needs_if_none_match(actor, allow, bucket):
    condition = {"StringEquals": {"s3:if-none-match": "*"}}
    once = actor(allow("s3:PutObject", f"arn:aws:s3:::{bucket}/*", Condition=condition))
    assert once.may("s3", "put_object", Bucket=bucket, Key="k", Body=b"1", IfNoneMatch="*")
    assert not once.may("s3", "put_object", Bucket=bucket, Key="k", Body=b"2")


def test_objects_are_deleted_one_by_one(cloud, actor, allow, bucket):
    for key in ("a/1", "b/1"):
        cloud.aws("s3").put_object(Bucket=bucket, Key=key, Body=b"1")
    keeper = actor(allow("s3:DeleteObject", f"arn:aws:s3:::{bucket}/a/*"))
    asked = {"Objects": [{"Key": "a/1"}, {"Key": "b/1"}]}
    answer = keeper.aws("s3").delete_objects(Bucket=bucket, Delete=asked)
    assert [each["Key"] for each in answer["Deleted"]] == ["a/1"]
    assert [(e["Key"], e["Code"]) for e in answer["Errors"]] == [("b/1", "AccessDenied")]


def test_a_buckets_key_is_asked_too(cloud, actor, allow, bucket):
    key = cloud.aws("kms").create_key()["KeyMetadata"]["Arn"]
    rule = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    cloud.aws("s3").put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": rule}]},
    )
    write, encrypt = allow("s3:*"), allow("kms:GenerateDataKey", key)
    put = {"Bucket": bucket, "Key": "k", "Body": b"1"}
    assert not actor(write).may("s3", "put_object", **put)
    assert actor(write, encrypt).may("s3", "put_object", **put)
    assert not actor(write, encrypt).may("s3", "get_object", Bucket=bucket, Key="k")


def test_a_bucket_policy_counts_with_its_conditions(cloud, actor, allow, bucket):
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": f"arn:aws:s3:::{bucket}/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    reader = actor(allow("s3:*"))
    policy = {"Version": "2012-10-17", "Statement": [deny]}
    cloud.aws("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    assert reader.may("s3", "put_object", Bucket=bucket, Key="k", Body=b"1")
    deny["Condition"] = {"ArnEquals": {"aws:PrincipalArn": reader.arn}}
    cloud.aws("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    reported = reader.refusal("s3", "put_object", Bucket=bucket, Key="k", Body=b"1")
    assert reported["Error"]["Message"].endswith("with an explicit deny in a resource-based policy")


def test_a_table_is_written_item_by_item_and_in_transactions(actor, allow, table):
    arn = f"arn:aws:dynamodb:{A}:table/{table}"
    own = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["mine"]}}
    writer = actor(allow("dynamodb:PutItem", arn, Condition=own))
    put = {"TableName": table, "Item": {"pk": {"S": "mine"}}}
    other = {"TableName": table, "Item": {"pk": {"S": "yours"}}}
    assert writer.may("dynamodb", "put_item", **put)
    assert not writer.may("dynamodb", "put_item", **other)
    assert writer.may("dynamodb", "transact_write_items", TransactItems=[{"Put": put}])
    both = [{"Put": put}, {"Put": other}]
    assert not writer.may("dynamodb", "transact_write_items", TransactItems=both)
    key = {"TableName": table, "Key": {"pk": {"S": "mine"}}}
    others = {
        "DeleteItem": {"Delete": key},
        "UpdateItem": {"Update": {**key, "UpdateExpression": "REMOVE colour"}},
        "ConditionCheckItem": {
            "ConditionCheck": {**key, "ConditionExpression": "attribute_exists(pk)"}
        },
    }
    for action, item in others.items():
        reported = writer.refusal("dynamodb", "transact_write_items", TransactItems=[item])
        assert f"not authorized to perform: dynamodb:{action} on" in reported["Error"]["Message"]
        allowed = actor(allow(f"dynamodb:{action}", arn))
        assert allowed.may("dynamodb", "transact_write_items", TransactItems=[item])


def test_metrics_go_to_the_granted_namespace_only(actor, allow):
    condition = {"StringEquals": {"cloudwatch:namespace": "Ours"}}
    meter = actor(allow("cloudwatch:PutMetricData", Condition=condition))
    data = {"MetricData": [{"MetricName": "m", "Value": 1.0}]}
    assert meter.may("cloudwatch", "put_metric_data", Namespace="Ours", **data)
    assert not meter.may("cloudwatch", "put_metric_data", Namespace="Theirs", **data)


def test_an_event_is_sent_with_the_granted_source_and_type_only(actor, allow):
    condition = {"StringEquals": {"events:source": "ours", "events:detail-type": "done"}}
    bus = f"arn:aws:events:{A}:event-bus/default"
    sender = actor(allow("events:PutEvents", bus, Condition=condition))
    entry = {"Source": "ours", "DetailType": "done", "Detail": "{}"}
    assert sender.may("events", "put_events", Entries=[entry])
    assert not sender.may("events", "put_events", Entries=[{**entry, "Source": "theirs"}])
    assert not sender.may("events", "put_events", Entries=[entry, {**entry, "DetailType": "x"}])


def test_a_role_is_handed_over_by_those_alone_who_may_pass_it(actor, allow):
    passed = "arn:aws:iam::123456789012:role/passed"
    create = allow("sagemaker:CreateModel", f"arn:aws:sagemaker:{A}:model/mymodel")
    to = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
    give = allow("iam:PassRole", passed, Condition=to)
    call = {"ModelName": "MyModel", "ExecutionRoleArn": passed, "Containers": []}
    reported = actor(create).refusal("sagemaker", "create_model", **call)
    assert (
        "iam:PassRole on resource: arn:aws:iam::123456789012:role/passed"
        in (reported["Error"]["Message"])
    )
    assert actor(create, give).may("sagemaker", "create_model", **call)


def test_an_approval_is_distinguished_from_a_rejection(actor, allow):
    condition = {"StringEquals": {"sagemaker:ModelApprovalStatus": "Rejected"}}
    package = f"arn:aws:sagemaker:{A}:model-package/group/1"
    rejecter = actor(allow("sagemaker:UpdateModelPackage", package, Condition=condition))
    update = {"ModelPackageArn": package}
    assert rejecter.may(
        "sagemaker", "update_model_package", ModelApprovalStatus="Rejected", **update
    )
    assert not rejecter.may(
        "sagemaker", "update_model_package", ModelApprovalStatus="Approved", **update
    )


@pytest.mark.parametrize(
    ("service", "method", "params", "action", "resource"),
    [
        ("sqs", "send_message", {"QueueUrl": "http://h/1/q", "MessageBody": "x"},
         "sqs:SendMessage", f"arn:aws:sqs:{A}:q"),
        ("sns", "publish", {"TopicArn": f"arn:aws:sns:{A}:t", "Message": "x"},
         "sns:Publish", f"arn:aws:sns:{A}:t"),
        ("lambda", "invoke", {"FunctionName": "f"},
         "lambda:InvokeFunction", f"arn:aws:lambda:{A}:function:f"),
        ("ssm", "get_parameter", {"Name": "/a/b"},
         "ssm:GetParameter", f"arn:aws:ssm:{A}:parameter/a/b"),
        ("logs", "create_log_stream", {"logGroupName": "g", "logStreamName": "s"},
         "logs:CreateLogStream", f"arn:aws:logs:{A}:log-group:g:*"),
        ("iam", "get_role", {"RoleName": "nobody"},
         "iam:GetRole", "arn:aws:iam::123456789012:role/nobody"),
        ("sagemaker-runtime", "invoke_endpoint", {"EndpointName": "Ep", "Body": b"x"},
         "sagemaker:InvokeEndpoint", f"arn:aws:sagemaker:{A}:endpoint/ep"),
        ("sagemaker", "start_pipeline_execution", {"PipelineName": "Pipe"},
         "sagemaker:StartPipelineExecution", f"arn:aws:sagemaker:{A}:pipeline/pipe"),
    ],
)  # fmt: skip
def test_each_service_is_asked_for_its_own_resource(
    actor, allow, service, method, params, action, resource
):
    assert actor(allow(action, resource)).may(service, method, **params)
    reported = actor(allow(action, f"{resource}-other")).refusal(service, method, **params)
    assert f"{action} on resource: {resource} because" in reported["Error"]["Message"]
    assert reported["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_a_boundary_limits_what_the_policies_allow(cloud, role, allow, unique):
    bound = cloud.aws("iam").create_policy(
        PolicyName=unique, PolicyDocument=document(allow("s3:*"))
    )["Policy"]["Arn"]
    bounded = assume(cloud, role(allow("*"), PermissionsBoundary=bound))
    assert bounded.may("s3", "list_buckets")
    reported = bounded.refusal("sqs", "list_queues")["Error"]["Message"]
    assert "because no permissions boundary allows the sqs:ListQueues action" in reported


def test_a_session_policy_limits_the_session(cloud, role, allow):
    limited = assume(cloud, role(allow("*")), Policy=document(allow("s3:*")))
    assert limited.may("s3", "list_buckets")
    assert not limited.may("sqs", "list_queues")


def test_a_users_key_is_checked_and_a_dead_one_is_nobodys(cloud, allow, unique):
    iam = cloud.aws("iam")
    arn = iam.create_user(UserName=unique)["User"]["Arn"]
    iam.put_user_policy(
        UserName=unique, PolicyName="p", PolicyDocument=document(allow("s3:ListAllMyBuckets"))
    )
    made = iam.create_access_key(UserName=unique)["AccessKey"]
    user = Actor(cloud, arn, (made["AccessKeyId"], made["SecretAccessKey"]))
    assert user.aws("sts").get_caller_identity()["Arn"] == arn
    assert user.may("s3", "list_buckets")
    assert not user.may("sqs", "list_queues")
    iam.delete_access_key(UserName=unique, AccessKeyId=made["AccessKeyId"])
    reported = user.refusal("sts", "get_caller_identity")
    assert reported["Error"]["Code"] == "InvalidClientTokenId"


def test_every_decision_is_written_down(cloud, actor, allow):
    caller = actor(allow("sqs:ListQueues"))
    caller.may("sqs", "list_queues")
    caller.may("sns", "list_topics")
    name = caller.arn.rsplit("/", 1)[-1]
    mine = [each for each in cloud.calls() if f"/{name}/" in each["who"]]
    assert [(each["action"], each["allowed"]) for each in mine] == [
        ("sqs:ListQueues", True),
        ("sns:ListTopics", False),
    ]


def test_a_boundary_that_is_not_there_allows_nothing(cloud, actor, allow):
    mine = actor(allow("s3:ListAllMyBuckets"))
    mine.aws("s3").list_buckets()
    cloud.aws("iam").put_role_permissions_boundary(
        RoleName=mine.arn.rsplit("/", 1)[-1],
        PermissionsBoundary="arn:aws:iam::222222222222:policy/theirs",
    )
    with pytest.raises(ClientError, match="no permissions boundary allows"):
        mine.aws("s3").list_buckets()


def test_what_feeds_a_function_is_known_by_the_function(
    cloud, actor, allow, build, a_function, a_role
):
    """The key lambda:FunctionArn: a mapping has no name of its own."""
    feeding, mappings = "AWS::Lambda::EventSourceMapping", {}
    for name in ("Mine", "Theirs"):
        given = {
            "FunctionName": {"Ref": name},
            "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]},
        }
        stack = build(
            {
                "Queue": {"Type": "AWS::SQS::Queue"},
                **a_function("def handle(e, c): pass", allow("sqs:*", "*"), name=name),
                "Fed": {"Type": feeding, "Properties": given},
            }
        )
        mappings[name] = stack["Fed"], stack[name]
    function = f"arn:aws:lambda:{A}:function:{mappings['Mine'][1]}"
    condition = {"ArnLike": {"lambda:FunctionArn": function}}
    reader = actor(allow("lambda:GetEventSourceMapping", "*", Condition=condition))
    assert {
        name: reader.may("lambda", "get_event_source_mapping", UUID=uuid)
        for name, (uuid, _) in mappings.items()
    } == {"Mine": True, "Theirs": False}

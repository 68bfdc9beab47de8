from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

TOPIC = "arn:aws:sns:us-east-1:123456789012:t"
ROLE = "arn:aws:iam::123456789012:role/any"


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("stepfunctions", "start_execution",
         {"stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:m"}),
        ("pipes", "create_pipe",
         {"Name": "p", "RoleArn": ROLE, "Source": "arn:aws:sqs:::a", "Target": "arn:aws:sqs:::b"}),
        ("events", "create_archive",
         {"ArchiveName": "a",
          "EventSourceArn": "arn:aws:events:us-east-1:123456789012:event-bus/default"}),
        ("sagemaker", "search", {"Resource": "ModelPackage"}),
        ("rds", "describe_db_instances", {}),
        ("ses", "list_identities", {}),
        ("ssm", "send_command", {"DocumentName": "AWS-RunShellScript"}),
        ("kms", "create_grant",
         {"KeyId": "k", "GranteePrincipal": ROLE, "Operations": ["Encrypt"]}),
        ("s3", "put_bucket_accelerate_configuration",
         {"Bucket": "b", "AccelerateConfiguration": {"Status": "Enabled"}}),
        ("sns", "subscribe",
         {"TopicArn": TOPIC, "Protocol": "sms", "Endpoint": "+15555550100"}),
        ("sns", "publish", {"PhoneNumber": "+15555550100", "Message": "x"}),
        ("dynamodb", "update_table",
         {"TableName": "t", "ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}]}),
    ],
)  # fmt: skip
def test_what_moto_only_writes_down_is_refused_by_name(cloud, service, operation, parameters):
    with pytest.raises(ClientError, match="NotImplementedByLocalCloud") as refusal:
        getattr(cloud.aws(service), operation)(**parameters)
    assert operation.replace("_", "") in str(refusal.value).lower()


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "named"),
    [
        ("sqs", "create_queue",
         {"QueueName": "q", "Attributes": {"RedriveAllowPolicy": "{}"}}, "RedriveAllowPolicy"),
        ("lambda", "update_function_configuration",
         {"FunctionName": "f", "VpcConfig": {"SubnetIds": ["subnet-1"]}}, "VpcConfig"),
        ("lambda", "create_alias",
         {"FunctionName": "f", "Name": "live", "FunctionVersion": "1",
          "RoutingConfig": {"AdditionalVersionWeights": {"2": 0.5}}}, "RoutingConfig"),
        ("cloudwatch", "put_metric_alarm",
         {"AlarmName": "a", "OKActions": ["arn:aws:automate:us-east-1:ec2:stop"],
          "EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanThreshold"},
         "OKActions arn:aws:automate:us-east-1:ec2:stop"),
    ],
)  # fmt: skip
def test_a_parameter_that_would_have_no_effect_is_refused_by_name(
    cloud, service, operation, parameters, named
):
    with pytest.raises(ClientError, match=named):
        getattr(cloud.aws(service), operation)(**parameters)


def test_a_parameter_that_asks_for_nothing_may_stand(cloud):
    nothing = {"SubnetIds": [], "SecurityGroupIds": []}
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        cloud.aws("lambda").update_function_configuration(FunctionName="none", VpcConfig=nothing)


def test_a_call_that_moto_has_no_path_for_is_named(cloud):
    with pytest.raises(ClientError, match="NotImplementedByLocalCloud") as refusal:
        cloud.aws("lambda").put_provisioned_concurrency_config(
            FunctionName="f", Qualifier="1", ProvisionedConcurrentExecutions=1
        )
    assert "PUT /2019-09-30/functions/f/provisioned-concurrency of lambda" in str(refusal.value)


def test_what_moto_breaks_at_is_an_error_that_names_the_operation(cloud):
    cloud.aws("dynamodb").create_table(
        TableName="breaks",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    with pytest.raises(ClientError, match="failed at dynamodb:PutItem"):
        cloud.aws("dynamodb").put_item(
            TableName="breaks", Item={"id": {"S": "1"}}, ConditionExpression="lost(id)"
        )

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

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
    ],
)  # fmt: skip
def test_what_moto_only_writes_down_is_refused_by_name(cloud, service, operation, parameters):
    with pytest.raises(ClientError, match="NotImplementedByLocalCloud") as refusal:
        getattr(cloud.aws(service), operation)(**parameters)
    assert operation.replace("_", "") in str(refusal.value).lower()


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

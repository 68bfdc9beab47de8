"""What functions use of AWS by a library goes as it is."""

from __future__ import annotations


def test_powertools(run, cloud):
    cloud.aws("dynamodb").create_table(
        TableName="idempotency",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    cloud.aws("ssm").put_parameter(Name="/shop/colour", Value="blue", Type="String")
    cloud.aws("secretsmanager").create_secret(Name="shop", SecretString='{"word": "open"}')
    assert run("powertools.py", "idempotency", POWERTOOLS_SERVICE_NAME="shop") == {
        "done": ["a", "b"],
        "answers": ["a", "a", "b"],
        "parameter": "blue",
        "secret": {"word": "open"},
    }

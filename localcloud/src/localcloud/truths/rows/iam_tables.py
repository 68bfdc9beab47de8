"""What may a role with narrow grants do with tables and encrypted objects?"""

from __future__ import annotations

from typing import Any

from localcloud.truths.policies import PLACE, allow
from localcloud.truths.row import ministack_says, truth
from localcloud.truths.world import World

DYNAMODB_KEYS = "DynamoDB Developer Guide, Using IAM policy conditions for fine-grained access"


def encrypted_bucket(world: World) -> Any:
    """Make a bucket whose objects a key encrypts; return both."""
    bucket, key = world.bucket(), world.aws("kms").create_key()["KeyMetadata"]["Arn"]
    rule = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    configuration = {"Rules": [{"ApplyServerSideEncryptionByDefault": rule}]}
    world.aws("s3").put_bucket_encryption(
        Bucket=bucket, ServerSideEncryptionConfiguration=configuration
    )
    return bucket, key


@ministack_says(
    ["done"] * 4,
    "the guide lists both permissions; MiniStack does not ask for the key",
)
@truth("iam", "Amazon S3 User Guide, Using server-side encryption with AWS KMS keys: Permissions",
       ["denied", "done", "denied", "done"], needs="iam sts s3 kms")  # fmt: skip
def a_buckets_key_is_asked_too(world: World) -> Any:
    """With SSE-KMS a write needs kms:GenerateDataKey on the key, and a read kms:Decrypt."""
    bucket, key = encrypted_bucket(world)
    objects = allow("s3:*", f"arn:aws:s3:::{bucket}*")
    writer = world.actor(objects, allow("kms:GenerateDataKey", key))
    reader = world.actor(objects, allow("kms:Decrypt", key))
    return [
        world.actor(objects).outcome("s3", "put_object", Bucket=bucket, Key="k", Body=b"1"),
        writer.outcome("s3", "put_object", Bucket=bucket, Key="k", Body=b"1"),
        writer.outcome("s3", "get_object", Bucket=bucket, Key="k"),
        reader.outcome("s3", "get_object", Bucket=bucket, Key="k"),
    ]


@ministack_says(
    ["done"] * 4,
    "the guide is about this very key; MiniStack lets every key pass",
)
@truth("iam", DYNAMODB_KEYS, ["done", "denied", "done", "denied"], needs="iam sts dynamodb")
def a_table_is_written_by_the_granted_leading_keys(world: World) -> Any:
    """dynamodb:LeadingKeys holds the partition keys of a request, of transactions as well."""
    table = world.table()
    arn = f"arn:aws:dynamodb:{PLACE}:table/{table}"
    own = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["mine"]}}
    writer = world.actor(allow("dynamodb:PutItem", arn, Condition=own))
    mine = {"TableName": table, "Item": {"pk": {"S": "mine"}}}
    yours = {"TableName": table, "Item": {"pk": {"S": "yours"}}}
    both = [{"Put": mine}, {"Put": yours}]
    return [
        writer.outcome("dynamodb", "put_item", **mine),
        writer.outcome("dynamodb", "put_item", **yours),
        writer.outcome("dynamodb", "transact_write_items", TransactItems=both[:1]),
        writer.outcome("dynamodb", "transact_write_items", TransactItems=both),
    ]


@truth("iam", "DynamoDB Developer Guide, Using IAM with DynamoDB transactions",
       ["denied", "done"], needs="iam sts dynamodb")  # fmt: skip
def a_transaction_needs_the_permission_of_each_of_its_parts(world: World) -> Any:
    """A condition check in a transaction needs dynamodb:ConditionCheckItem, not PutItem."""
    table = world.table()
    arn = f"arn:aws:dynamodb:{PLACE}:table/{table}"
    check = {
        "TableName": table,
        "Key": {"pk": {"S": "a"}},
        "ConditionExpression": "attribute_not_exists(pk)",
    }
    items = [{"ConditionCheck": check}]
    putting = world.actor(allow("dynamodb:PutItem", arn))
    checking = world.actor(allow("dynamodb:ConditionCheckItem", arn))
    return [
        putting.outcome("dynamodb", "transact_write_items", TransactItems=items),
        checking.outcome("dynamodb", "transact_write_items", TransactItems=items),
    ]

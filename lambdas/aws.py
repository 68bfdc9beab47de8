"""How does a function talk to AWS? The only door to boto3: it acts, and decides nothing."""

from __future__ import annotations

import functools
import json
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.config import Config
from botocore.exceptions import ClientError

from factory.errors import AccessDenied, Conflict, NotFound, ServiceError, Throttled
from factory.events import SOURCE_PREFIX, Event

ENTRIES = 10  # PutEvents takes ten at a time
KEYS = 100  # BatchGetItem takes a hundred
MISSING = {"404", "NoSuchKey", "NoSuchBucket", "NotFound", "EntityNotFoundException"}
MISSING |= {"ResourceNotFound", "ResourceNotFoundException", "NoSuchEntity"}
ABSENT = ("not find", "does not exist")  # SageMaker has no better code than ValidationException
TAKEN = {"412", "PreconditionFailed", "ConditionalCheckFailedException"}
DENIED = {"403", "AccessDenied", "AccessDeniedException", "AuthorizationError"}
BUSY = {"ConditionalRequestConflict", "Throttling", "ThrottlingException", "SlowDown"}
BUSY |= {"TooManyRequestsException", "ProvisionedThroughputExceededException"}
BUSY |= {"ResourceLimitExceeded"}


@functools.cache
def client(service: str) -> Any:
    """Return the client of *service*, made once in the life of a function's sandbox."""
    return boto3.client(service, config=Config(retries={"mode": "standard"}))


@contextmanager
def told(thing: str) -> Iterator[None]:
    """Turn botocore's errors about *thing* into the factory's, with AWS's own words."""
    try:
        yield
    except ClientError as exc:
        raise _error(exc)(f"{exc.operation_name} {thing}: {exc.response['Error']}") from exc


def _error(exc: ClientError) -> type[ServiceError]:
    code, message = exc.response["Error"]["Code"], exc.response["Error"].get("Message", "")
    if code == "ValidationException" and any(words in message for words in ABSENT):
        return NotFound
    kinds = ((MISSING, NotFound), (TAKEN, Conflict), (DENIED, AccessDenied), (BUSY, Throttled))
    return next((kind for codes, kind in kinds if code in codes), ServiceError)


# S3


def place(uri: str) -> dict[str, str]:
    """Split `s3://bucket/key` into the arguments Bucket and Key."""
    parsed = urlparse(uri, allow_fragments=False)
    return {"Bucket": parsed.netloc, "Key": uri[len(f"s3://{parsed.netloc}/") :]}


def _version(version: str | None) -> dict[str, str]:
    return {"VersionId": version} if version else {}


def s3_get(uri: str, version: str | None = None) -> bytes:
    """Return the bytes of one object; NotFound when it is not there."""
    with told(uri):
        body = client("s3").get_object(**place(uri), **_version(version))["Body"]
        return bytes(body.read())


def s3_put(uri: str, body: bytes, *, if_none_match: bool = False) -> str | None:
    """Write an object and return its version; Conflict when *if_none_match* and it exists."""
    condition = {"IfNoneMatch": "*"} if if_none_match else {}
    with told(uri):
        answer = client("s3").put_object(**place(uri), Body=body, **condition)
    version: str | None = answer.get("VersionId")
    return version


def s3_head(uri: str, version: str | None = None) -> dict[str, Any]:
    """Return what S3 says of an object; NotFound when it is not there."""
    with told(uri):
        return dict(client("s3").head_object(**place(uri), **_version(version)))


def s3_list(prefix: str) -> list[str]:
    """Return the URIs of all objects below *prefix*, sorted by key."""
    where = place(prefix)
    pages = client("s3").get_paginator("list_objects_v2")
    with told(prefix):
        found = [
            item["Key"]
            for page in pages.paginate(Bucket=where["Bucket"], Prefix=where["Key"])
            for item in page.get("Contents", [])
        ]
    return [f"s3://{where['Bucket']}/{key}" for key in sorted(found)]


def s3_download(uri: str, path: Path, version: str | None = None) -> None:
    """Write the bytes of one object to *path*, piece by piece."""
    with told(uri), path.open("wb") as file:
        body = client("s3").get_object(**place(uri), **_version(version))["Body"]
        for chunk in body.iter_chunks(2**20):
            file.write(chunk)


def s3_upload(path: Path, uri: str) -> None:
    """Write the file at *path* to *uri*."""
    with told(uri), path.open("rb") as file:
        client("s3").put_object(**place(uri), Body=file)


def s3_copy(source: str, target: str, version: str | None = None) -> None:
    """Copy one object, or one *version* of it."""
    with told(f"{source} to {target}"):
        client("s3").copy_object(**place(target), CopySource={**place(source), **_version(version)})


# EventBridge, SQS, SNS


def emit(bus_name: str, function: str, *events: Event) -> None:
    """Put *events* on the factory's bus as *function*; raise when the bus refuses one."""
    entries = [
        {
            "EventBusName": bus_name,
            "Source": f"{SOURCE_PREFIX}{function}",
            "DetailType": event.type,
            "Detail": json.dumps(event.body(), sort_keys=True),
        }
        for event in events
    ]
    for start in range(0, len(entries), ENTRIES):
        _put_events(entries[start : start + ENTRIES])


def _put_events(entries: Sequence[Mapping[str, str]]) -> None:
    with told(entries[0]["EventBusName"]):
        answer = client("events").put_events(Entries=entries)
    if answer["FailedEntryCount"]:
        refused = [e for e in answer["Entries"] if "ErrorCode" in e]
        raise ServiceError(f"PutEvents {entries[0]['EventBusName']}: {refused}")


def send(queue_url: str, body: Mapping[str, Any]) -> None:
    """Put one message on a queue."""
    with told(queue_url):
        client("sqs").send_message(QueueUrl=queue_url, MessageBody=json.dumps(body))


def publish(topic_arn: str, *, subject: str, message: str) -> None:
    """Tell the subscribers of a topic; SNS cuts subjects at 100 characters."""
    with told(topic_arn):
        client("sns").publish(TopicArn=topic_arn, Subject=subject[:100], Message=message)


# DynamoDB, whose tables here have one key: pk


def table_get(table: str, key: str) -> dict[str, Any] | None:
    """Return the item called *key* as it is now, or None."""
    return table_get_many(table, [key]).get(key)


def table_get_many(table: str, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the items that exist, by key, as they are now."""
    found: dict[str, dict[str, Any]] = {}
    waiting = [{"pk": {"S": key}} for key in dict.fromkeys(keys)]
    while waiting:
        asked, waiting = waiting[:KEYS], waiting[KEYS:]
        with told(table):
            answer = client("dynamodb").batch_get_item(
                RequestItems={table: {"Keys": asked, "ConsistentRead": True}}
            )
        found |= {i["pk"]["S"]: _read(i) for i in answer["Responses"].get(table, [])}
        waiting += answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
    return found


def table_put(table: str, item: Mapping[str, Any], *, unless_exists: str | None = None) -> None:
    """Write an item; Conflict when it exists and *unless_exists* names its key."""
    condition = {"ConditionExpression": f"attribute_not_exists({unless_exists})"}
    with told(f"{table} {item['pk']}"):
        client("dynamodb").put_item(
            TableName=table, Item=_written(item), **(condition if unless_exists else {})
        )


def table_update_if(table: str, item: Mapping[str, Any], *, where: Mapping[str, Any]) -> None:
    """Replace an item whose attributes equal *where*; Conflict otherwise."""
    names = list(where)
    with told(f"{table} {item['pk']}"):
        client("dynamodb").put_item(
            TableName=table,
            Item=_written(item),
            ConditionExpression=" AND ".join(f"#{n} = :{n}" for n in names),
            ExpressionAttributeNames={f"#{n}": n for n in names},
            ExpressionAttributeValues=_written({f":{n}": where[n] for n in names}),
        )


def _written(item: Mapping[str, Any]) -> dict[str, Any]:
    to = TypeSerializer()
    return {name: to.serialize(value) for name, value in item.items()}


def _read(item: Mapping[str, Any]) -> dict[str, Any]:
    of = TypeDeserializer()
    return {name: _plain(of.deserialize(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:
    """Undo what boto3 makes of numbers: the factory stores whole ones only."""
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return int(value) if type(value).__name__ == "Decimal" else value


# Glue


def glue_table_put(database: str, table: Mapping[str, Any]) -> None:
    """Create a table of the Glue catalogue, or replace it."""
    glue = client("glue")
    with told(f"{database}.{table['Name']}"):
        try:
            glue.create_table(DatabaseName=database, TableInput=table)
        except glue.exceptions.AlreadyExistsException:
            glue.update_table(DatabaseName=database, TableInput=table)


# SageMaker and the rest


def sagemaker(operation: str, thing: str, **arguments: Any) -> dict[str, Any]:
    """Call one SageMaker *operation* about *thing*; errors are the factory's."""
    with told(thing):
        return dict(getattr(client("sagemaker"), operation)(**arguments))


def sagemaker_list(operation: str, key: str, **arguments: Any) -> list[dict[str, Any]]:
    """Return all items of a SageMaker listing, over its pages."""
    pages = client("sagemaker").get_paginator(operation)
    with told(operation):
        return [dict(item) for page in pages.paginate(**arguments) for item in page[key]]


def answer_stack(request: Mapping[str, Any], *, physical_id: str, failure: str = "") -> None:
    """Tell CloudFormation that a custom resource is done, or why it is not."""
    body = {
        "Status": "FAILED" if failure else "SUCCESS",
        "Reason": failure,
        "PhysicalResourceId": physical_id,
        **{k: request[k] for k in ("StackId", "RequestId", "LogicalResourceId")},
    }
    put = urllib.request.Request(  # noqa: S310 - the URL is CloudFormation's own
        request["ResponseURL"], json.dumps(body).encode(), {"Content-Type": ""}, method="PUT"
    )
    with urllib.request.urlopen(put, timeout=30) as response:  # noqa: S310 - same
        response.read()


def now() -> float:
    """Return the time, in seconds since 1970; handlers have no other clock."""
    return time.time()

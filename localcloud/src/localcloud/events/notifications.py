"""How does a bucket tell queues, topics and functions about its objects?"""

from __future__ import annotations

import functools
import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from moto.s3 import notifications

from localcloud import clock, moto_patches, places, reactor, sessions
from localcloud import functions as lambdas
from localcloud.events.destinations import ACTIONS, SERVICE
from localcloud.events.targets import demand_admitted, queue_url
from localcloud.places import Place
from localcloud.state.kept import durable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from moto.s3.models import FakeBucket, Notification

    Send = Callable[[str, dict[str, Any]], None]


def install() -> None:
    """Send the test event later, as all that S3 sends, and only where its policy admits S3."""
    moto_patches.replace(
        notifications,
        "send_test_event",
        _test,
        fixes="sends the test event inside the call, without the request's id and whoever refuses",
        upstream="policy: delivery is ours, by the reactor and under the targets' policies",
    )


def announce(bucket: FakeBucket, event_name: str, about: dict[str, Any]) -> None:
    """Send one event to each destination that the bucket's configuration names for it.

    *about* is the object as the record shows it, its key as it is written.
    """
    for kind, item in _configured(bucket):
        if item.matches(event_name, about["key"]):
            record = _record(bucket, event_name, item.id, about)
            _queue(bucket, kind, item.arn, {"Records": [record]}, f"{event_name} of {about['key']}")


def _configured(bucket: FakeBucket) -> Iterator[tuple[str, Notification]]:
    configuration = bucket.notification_configuration
    for kind in ACTIONS if configuration else ():
        for item in getattr(configuration, kind):
            yield kind, item


def _queue(bucket: FakeBucket, kind: str, arn: str, body: dict[str, Any], name: str) -> None:
    with places.at(Place(bucket.account_id, bucket.region_name)):
        reactor.submit(f"{name} to {arn}", functools.partial(_deliver, bucket.arn, kind, arn, body))


@durable
def _deliver(bucket: str, kind: str, arn: str, body: dict[str, Any]) -> None:
    demand_admitted(SERVICE, ACTIONS[kind], arn, bucket)
    _SENDERS[kind](arn, body)


def _to_queue(arn: str, body: dict[str, Any]) -> None:
    sessions.client("sqs").send_message(QueueUrl=queue_url(arn), MessageBody=json.dumps(body))


def _to_topic(arn: str, body: dict[str, Any]) -> None:
    sessions.client("sns").publish(
        TopicArn=arn, Message=json.dumps(body), Subject="Amazon S3 Notification"
    )


def _to_function(arn: str, body: dict[str, Any]) -> None:
    lambdas.later(lambdas.function(arn), body)


_SENDERS: dict[str, Send] = {
    "topic": _to_topic,
    "queue": _to_queue,
    "cloud_function": _to_function,
}


def _now() -> str:
    return datetime.fromtimestamp(clock.now(), UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _record(
    bucket: FakeBucket, event_name: str, configuration: str, about: dict[str, Any]
) -> dict[str, Any]:
    """Return the record of one event, after S3's "Event message structure", version 2.1."""
    owner = bucket.account_id
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": bucket.region_name,
        "eventTime": _now(),
        "eventName": event_name.removeprefix("s3:"),
        "userIdentity": {"principalId": f"AWS:{owner}"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": _request(),
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration,
            "bucket": {
                "name": bucket.name,
                "ownerIdentity": {"principalId": owner},
                "arn": bucket.arn,
            },
            "object": {**about, "key": quote_plus(about["key"], safe="/")},
        },
    }


def _request() -> dict[str, str]:
    return {"x-amz-request-id": uuid.uuid4().hex[:16].upper(), "x-amz-id-2": uuid.uuid4().hex}


def _test(account_id: str, bucket: FakeBucket) -> None:
    """Tell each queue and topic once that it was configured; functions get no test."""
    del account_id
    told = {(kind, item.arn) for kind, item in _configured(bucket) if kind != "cloud_function"}
    request = _request()
    for kind, arn in sorted(told):
        body = {
            "Service": "Amazon S3",
            "Event": "s3:TestEvent",
            "Time": _now(),
            "Bucket": bucket.name,
            "RequestId": request["x-amz-request-id"],
            "HostId": request["x-amz-id-2"],
        }
        _queue(bucket, kind, arn, body, f"test event of {bucket.name}")

"""How is a bucket's notification configuration read from a request, and written into an answer?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import xmltodict  # type: ignore[import-untyped]
from moto.core.responses import ActionResult, EmptyResult
from moto.s3.exceptions import InvalidNotificationARN, MalformedXML, S3ClientError
from moto.s3.responses import S3Response

from localcloud import moto_patches

if TYPE_CHECKING:
    from moto.s3.models import Notification

_SERVICES = {"Topic": "sns", "Queue": "sqs", "CloudFunction": "lambda"}
_BRIDGE = "EventBridgeConfiguration"
_ANSWERS = {
    "topic": ("TopicConfigurations", "TopicArn"),
    "queue": ("QueueConfigurations", "QueueArn"),
    "cloud_function": ("LambdaFunctionConfigurations", "LambdaFunctionArn"),
}


def install() -> None:
    """Read the names of filter rules in either case, and answer with EventBridge's part."""
    moto_patches.replace(
        S3Response,
        "_notification_config_from_body",
        _read,
        fixes="fails on rules called Prefix and Suffix, as AWS's own tools write them",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.replace(
        S3Response,
        "get_bucket_notification",
        _written,
        fixes="does not tell that a bucket sends its events to EventBridge",
        upstream=moto_patches.UNREPORTED,
    )


def _read(self: S3Response) -> dict[str, Any]:
    given = xmltodict.parse(self.body)["NotificationConfiguration"] or {}
    found: dict[str, Any] = {_BRIDGE: {}} if _BRIDGE in given else {}
    for name, service in _SERVICES.items():
        items = [_item(name, service, each) for each in _listed(given, f"{name}Configuration")]
        if items:
            found[f"{name}Configuration"] = items
    return found


def _item(name: str, service: str, given: dict[str, Any]) -> dict[str, Any]:
    if given.get(name, "").split(":")[2:3] != [service]:
        raise InvalidNotificationARN
    events = _listed(given, "Event")
    if not events:
        raise MalformedXML
    item = {name: given[name], "Event": events, "Id": given.get("Id")}
    key = (given.get("Filter") or {}).get("S3Key") or {}
    rules = [_rule(each) for each in _listed(key, "FilterRule")]
    return {**item, "Filter": {"S3Key": {"FilterRule": rules}}} if rules else item


def _rule(given: dict[str, str]) -> dict[str, str]:
    name = given["Name"].lower()
    if name not in {"prefix", "suffix"}:
        raise S3ClientError("InvalidArgument", "filter rule name must be either prefix or suffix")
    return {"Name": name, "Value": given["Value"] or ""}


def _listed(given: dict[str, Any], name: str) -> list[Any]:
    found = given.get(name)
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def _written(self: S3Response) -> Any:
    held = self.backend.get_bucket_notification_configuration(self.bucket_name)
    if not held:
        return self.serialized(EmptyResult())
    answer: dict[str, Any] = {
        title: [_shown(item, arn) for item in getattr(held, kind)]
        for kind, (title, arn) in _ANSWERS.items()
    }
    if held.event_bridge is not None:
        answer[_BRIDGE] = {}
    self.data["Action"] = "GetBucketNotificationConfiguration"
    return self.serialized(ActionResult(answer))


def _shown(item: Notification, arn: str) -> dict[str, Any]:
    shown = {"Id": item.id, arn: item.arn, "Events": item.events}
    rules = (item.filters.get("S3Key") or {}).get("FilterRule", [])
    titled = [{**rule, "Name": rule["Name"].capitalize()} for rule in rules]
    return {**shown, "Filter": {"Key": {"FilterRules": titled}}} if titled else shown

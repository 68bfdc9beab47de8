"""How does a template say where a bucket's events go?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.cloudformation.api_parameters import flag, text
from localcloud.cloudformation.problem import literals, parts
from localcloud.events.destinations import SENT, is_sent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.cloudformation.resource_types import Properties

_FILTER = {"S3Key": {"Rules": [{"Name": None, "Value": None}]}}
_KINDS = {
    "LambdaConfigurations": ("Function", "LambdaFunctionConfigurations", "LambdaFunctionArn"),
    "QueueConfigurations": ("Queue", "QueueConfigurations", "QueueArn"),
    "TopicConfigurations": ("Topic", "TopicConfigurations", "TopicArn"),
}
SHAPE: dict[str, Any] = {
    "EventBridgeConfiguration": {"EventBridgeEnabled": None},
    **{
        name: [{"Event": None, target: None, "Filter": _FILTER}]
        for name, (target, _, _) in _KINDS.items()
    },
}


def configure(s3: Any, bucket: str, value: Properties) -> None:
    """Give the bucket this configuration in the place of the one it has."""
    given: Properties = {
        plural: [_item(each, target, arn) for each in value[name]]
        for name, (target, plural, arn) in _KINDS.items()
        if value.get(name)
    }
    bridge = value.get("EventBridgeConfiguration")
    if bridge is not None and flag(bridge.get("EventBridgeEnabled", True)):
        given["EventBridgeConfiguration"] = {}
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=given)


def _item(given: Properties, target: str, arn: str) -> Properties:
    item = {arn: given[target], "Events": [given["Event"]]}
    rules = given.get("Filter", {}).get("S3Key", {}).get("Rules", [])
    texts = [{name: text(value) for name, value in rule.items()} for rule in rules]
    return {**item, "Filter": {"Key": {"FilterRules": texts}}} if texts else item


def refuses(properties: Properties) -> Iterator[tuple[str, str]]:
    """Yield the events that nothing here would ever send."""
    for configuration in parts(properties.get("NotificationConfiguration")):
        for name in _KINDS:
            for item in parts(configuration.get(name)):
                for event in literals(item.get("Event")):
                    if not is_sent(event):
                        yield f"the Event {event}", f"choose one of {', '.join(SENT)}..."

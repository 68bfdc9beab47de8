"""What do AWS::SNS resources become?"""

from __future__ import annotations

from localcloud.cloudformation.api_parameters import tags, text
from localcloud.cloudformation.resource_types import (
    ANY,
    Made,
    Place,
    Properties,
    ResourceType,
    applied,
    created,
    register,
)

_ATTRIBUTES = ("DisplayName", "KmsMasterKeyId")
_SUBSCRIPTION = ("FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy")
_UNSET = {"FilterPolicyScope": "MessageAttributes", "RawMessageDelivery": "false"}
_OWN = "subscriptions"
"""Where a topic keeps the ARNs of its template's own subscriptions, by protocol and endpoint."""


def _create(place: Place, properties: Properties) -> Made:
    name = properties.get("TopicName") or place.generated()
    pairs = [{"Key": key, "Value": value} for key, value in tags(properties).items()]
    arn = place.aws("sns").create_topic(Name=name, Tags=pairs)["TopicArn"]
    return Made(arn, {"TopicArn": arn, "TopicName": name})


def _apply(place: Place, made: Made, properties: Properties) -> None:
    for name in _ATTRIBUTES:
        place.aws("sns").set_topic_attributes(
            TopicArn=made.physical_id,
            AttributeName=name,
            AttributeValue=text(properties.get(name, "")),
        )
    _feed(place, made, properties.get("Subscription") or [])


def _feed(place: Place, made: Made, wanted: list[Properties]) -> None:
    """Let the topic have these subscribers of its template, and no others of it."""
    had = made.attributes.get(_OWN, {})
    now = {
        f"{to['Protocol']} {to['Endpoint']}": _subscribed(place, made.physical_id, to)
        for to in wanted
    }
    for name in sorted(set(had) - set(now)):
        place.aws("sns").unsubscribe(SubscriptionArn=had[name])
    made.attributes[_OWN] = now


def _delete(place: Place, made: Made, _properties: Properties) -> None:
    _feed(place, made, [])
    place.aws("sns").delete_topic(TopicArn=made.physical_id)


def _admit(place: Place, properties: Properties) -> Made:
    made = Made(place.generated())
    _readmit(place, made, properties)
    return made


def _readmit(place: Place, _made: Made, properties: Properties) -> None:
    for topic in properties["Topics"]:
        place.aws("sns").set_topic_attributes(
            TopicArn=topic,
            AttributeName="Policy",
            AttributeValue=text(properties["PolicyDocument"]),
        )


def _subscribe(place: Place, properties: Properties) -> Made:
    attributes = {name: text(properties[name]) for name in _SUBSCRIPTION if name in properties}
    arn = _subscribed(place, properties["TopicArn"], properties, attributes)
    return Made(arn, {"Arn": arn})


def _subscribed(
    place: Place, topic: str, to: Properties, attributes: dict[str, str] | None = None
) -> str:
    return str(
        place.aws("sns").subscribe(
            TopicArn=topic,
            Protocol=to["Protocol"],
            Endpoint=to["Endpoint"],
            Attributes=attributes or {},
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]
    )


def _resubscribe(place: Place, made: Made, old: Properties, new: Properties) -> Made | None:
    if any(old.get(name) != new.get(name) for name in ("TopicArn", "Protocol", "Endpoint")):
        return None
    for name in sorted(_SUBSCRIPTION, reverse=True):  # the scope before the policy
        if old.get(name) != new.get(name):
            place.aws("sns").set_subscription_attributes(
                SubscriptionArn=made.physical_id,
                AttributeName=name,
                AttributeValue=text(new.get(name, _UNSET.get(name, ""))),
            )
    return made


def _unsubscribe(place: Place, made: Made, _properties: Properties) -> None:
    place.aws("sns").unsubscribe(SubscriptionArn=made.physical_id)


def install() -> None:
    """Register topic, topic policy and subscription."""
    register(
        ResourceType(
            name="AWS::SNS::Topic",
            attributes=("TopicArn", "TopicName"),
            honours={
                **dict.fromkeys(("TopicName", "Tags", *_ATTRIBUTES)),
                "Subscription": [{"Protocol": ANY, "Endpoint": ANY}],
            },
            create=created(_create, _apply, _delete),
            update=applied(_apply, "TopicName", "Tags"),
            delete=_delete,
        )
    )
    register(
        ResourceType(
            name="AWS::SNS::TopicPolicy",
            honours={"Topics": ANY, "PolicyDocument": ANY},
            create=_admit,
            update=applied(_readmit, "Topics"),
        )
    )
    register(
        ResourceType(
            name="AWS::SNS::Subscription",
            attributes=("Arn",),
            honours=dict.fromkeys(("TopicArn", "Protocol", "Endpoint", *_SUBSCRIPTION)),
            create=_subscribe,
            update=_resubscribe,
            delete=_unsubscribe,
        )
    )

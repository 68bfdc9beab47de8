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


def _delete(place: Place, made: Made, _properties: Properties) -> None:
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
    arn = place.aws("sns").subscribe(
        TopicArn=properties["TopicArn"],
        Protocol=properties["Protocol"],
        Endpoint=properties["Endpoint"],
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]
    return Made(arn, {"Arn": arn})


def _unsubscribe(place: Place, made: Made, _properties: Properties) -> None:
    place.aws("sns").unsubscribe(SubscriptionArn=made.physical_id)


def install() -> None:
    """Register topic, topic policy and subscription."""
    register(
        ResourceType(
            name="AWS::SNS::Topic",
            attributes=("TopicArn", "TopicName"),
            honours=dict.fromkeys(("TopicName", "Tags", *_ATTRIBUTES)),
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
            delete=_unsubscribe,
        )
    )

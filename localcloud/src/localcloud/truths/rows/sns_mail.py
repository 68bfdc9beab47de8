"""When does a topic send mails to an address?"""

from __future__ import annotations

from typing import Any

from localcloud.truths.row import truth
from localcloud.truths.things import outcome
from localcloud.truths.world import World

SUBSCRIBE = "Amazon SNS API Reference, Subscribe"


def mailed(world: World, **more: Any) -> tuple[str, Any]:
    """Return a topic, and what Subscribe answers for an address."""
    sns = world.aws("sns")
    topic = str(sns.create_topic(Name=world.name())["TopicArn"])
    return topic, sns.subscribe(
        TopicArn=topic, Protocol="email", Endpoint="someone@example.com", **more
    )


@truth("sns", SUBSCRIBE, ["pending confirmation", "PendingConfirmation"], needs="sns")
def an_address_is_pending_until_it_confirms(world: World) -> Any:
    """Subscribe answers "pending confirmation", and lists show PendingConfirmation."""
    topic, answer = mailed(world)
    listed = world.aws("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    return [answer["SubscriptionArn"], *(each["SubscriptionArn"] for each in listed)]


@truth("sns", SUBSCRIBE + ": ReturnSubscriptionArn", [True, "true"], needs="sns")
def the_arn_of_a_pending_subscription_can_be_had(world: World) -> Any:
    """With ReturnSubscriptionArn the ARN is returned, even of one that is not confirmed."""
    topic, answer = mailed(world, ReturnSubscriptionArn=True)
    arn = answer["SubscriptionArn"]
    told = world.aws("sns").get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    return [arn.startswith(topic), told["PendingConfirmation"]]


@truth("sns", "Amazon SNS API Reference, ConfirmSubscription: errors", "InvalidParameter",
       needs="sns")  # fmt: skip
def a_wrong_token_confirms_nothing(world: World) -> Any:
    """ConfirmSubscription takes the token that was sent to the address, and no other."""
    topic, _ = mailed(world)
    return outcome(world.aws("sns").confirm_subscription, TopicArn=topic, Token="0" * 128)


@truth("sns", "Amazon SNS Developer Guide, Amazon SNS raw message delivery", "InvalidParameter",
       needs="sns")  # fmt: skip
def raw_delivery_is_not_for_mails(world: World) -> Any:
    """Raw message delivery is for queues, streams and HTTP, not for e-mail."""
    return outcome(mailed, world, Attributes={"RawMessageDelivery": "true"})

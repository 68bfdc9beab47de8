"""What reaches the subscribers of a topic?"""

from __future__ import annotations

import json
from typing import Any

from localcloud.truths.row import ministack_says, truth
from localcloud.truths.things import outcome
from localcloud.truths.world import World

FILTERS = "Amazon SNS Developer Guide, Amazon SNS subscription filter policies"


def subscribed(world: World, *, admitted: bool = True, **attributes: Any) -> Any:
    """Return a topic's ARN and the queue that is subscribed to it."""
    sns, queue = world.aws("sns"), world.queue()
    topic = sns.create_topic(Name=world.name())["TopicArn"]
    if admitted:
        queue.admit("sns", topic)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn, Attributes=attributes)
    return topic, queue


def text(value: str) -> dict[str, str]:
    """Return a message attribute of this text."""
    return {"DataType": "String", "StringValue": value}


@truth("sns", "Amazon SNS Developer Guide, Fanout to Amazon SQS queues",
       ["Notification", "hello", "about"], needs="sns sqs")  # fmt: skip
def a_message_comes_in_an_envelope(world: World) -> Any:
    """A queue gets the message within a JSON document of Type, TopicArn, Subject and Message."""
    topic, queue = subscribed(world)
    world.aws("sns").publish(TopicArn=topic, Message="hello", Subject="about")
    (body,) = (json.loads(each) for each in queue.after(1))
    return [body["Type"], body["Message"], body["Subject"]]


@truth("sns", "Amazon SNS Developer Guide, Amazon SNS raw message delivery", "Notification",
       needs="sns sqs")  # fmt: skip
def raw_delivery_can_be_off_in_so_many_words(world: World) -> Any:
    """RawMessageDelivery false is what is without it."""
    topic, queue = subscribed(world, RawMessageDelivery="false")
    world.aws("sns").publish(TopicArn=topic, Message='{"no": "envelope"}')
    return json.loads(queue.after(1)[0]).get("Type")


@ministack_says(
    [], "the guide: errors of permission go there without a retry; MiniStack sends none"
)
@truth("sns", "Amazon SNS Developer Guide, Amazon SNS dead-letter queues", ["hello"],
       needs="sns sqs")  # fmt: skip
def what_a_subscriber_does_not_admit_goes_to_the_dead(world: World) -> Any:
    """A message that a subscriber's policy refuses goes to the subscription's dead-letter queue."""
    dead = world.queue()
    redrive = json.dumps({"deadLetterTargetArn": dead.arn})
    raw = {"RawMessageDelivery": "true", "RedrivePolicy": redrive}
    topic, _ = subscribed(world, admitted=False, **raw)
    dead.admit("sns", topic)
    world.aws("sns").publish(TopicArn=topic, Message="hello")
    return dead.after(1)


@truth("sns", "Amazon SNS Developer Guide, Amazon SNS raw message delivery",
       ["hello", "blue"], needs="sns sqs")  # fmt: skip
def raw_delivery_leaves_the_envelope_out(world: World) -> Any:
    """With RawMessageDelivery the body is the message and its attributes are the queue's."""
    topic, queue = subscribed(world, RawMessageDelivery="true")
    attributes = {"colour": text("blue")}
    world.aws("sns").publish(TopicArn=topic, Message="hello", MessageAttributes=attributes)
    (message,) = queue.receive(WaitTimeSeconds=10)
    return [message["Body"], message["MessageAttributes"]["colour"]["StringValue"]]


@truth("sns", FILTERS, ["second"], needs="sns sqs")
def a_filter_lets_the_named_attributes_through(world: World) -> Any:
    """A filter policy accepts messages whose attributes it matches, none without them."""
    policy = json.dumps({"colour": ["blue", {"prefix": "dark"}]})
    topic, queue = subscribed(world, RawMessageDelivery="true", FilterPolicy=policy)
    sns = world.aws("sns")
    sns.publish(TopicArn=topic, Message="none")
    for message, colour in (("first", "red"), ("second", "darkred")):
        sns.publish(TopicArn=topic, Message=message, MessageAttributes={"colour": text(colour)})
    return queue.after(1)


@truth("sns", FILTERS, ['{"size": 12}'], needs="sns sqs")
def a_filter_may_look_at_the_body(world: World) -> Any:
    """With FilterPolicyScope MessageBody the policy is matched against the JSON body."""
    policy = json.dumps({"size": [{"numeric": [">", 10]}]})
    topic, queue = subscribed(
        world, RawMessageDelivery="true", FilterPolicyScope="MessageBody", FilterPolicy=policy
    )
    for message in ("not JSON", '{"size": 9}', '{"size": 12}'):
        world.aws("sns").publish(TopicArn=topic, Message=message)
    return queue.after(1)


@truth("sns", "Amazon SNS Developer Guide, Subscribe an Amazon SQS queue: permission",
       ["admitted"], needs="sns sqs")  # fmt: skip
def a_queue_has_to_admit_the_topic(world: World) -> Any:
    """A queue whose policy does not allow the topic gets nothing."""
    topic, queue = subscribed(world, admitted=False, RawMessageDelivery="true")
    sns, marker = world.aws("sns"), world.queue()
    marker.admit("sns", topic)
    raw = {"RawMessageDelivery": "true"}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=marker.arn, Attributes=raw)
    sns.publish(TopicArn=topic, Message="lost")
    marker.after(1)
    queue.admit("sns", topic)
    sns.publish(TopicArn=topic, Message="admitted")
    return queue.after(1)


@ministack_says(
    ["NotFound", "done"],
    "Publish's reference: a message cannot be empty; MiniStack sends it",
)
@truth("sns", "SNS API Reference, Publish", ["NotFound", "InvalidParameter"])
def a_message_needs_a_topic_and_words(world: World) -> Any:
    """Publish to an unknown topic is NotFound, an empty message is invalid."""
    sns = world.aws("sns")
    topic = sns.create_topic(Name=world.name())["TopicArn"]
    return [
        outcome(sns.publish, TopicArn=f"{topic}-not", Message="x"),
        outcome(sns.publish, TopicArn=topic, Message=""),
    ]


@truth("sns", "SNS API Reference, Publish: Subject",
       ["InvalidParameter", "InvalidParameter", "InvalidParameter", "done"])  # fmt: skip
def a_subject_is_one_short_line(world: World) -> Any:
    """A subject has no line break, no control character, and less than 100 characters."""
    sns = world.aws("sns")
    topic = sns.create_topic(Name=world.name())["TopicArn"]
    subjects = ("two\nlines", "a bell \x07", "x" * 101, "\u00e9" * 99)
    return [outcome(sns.publish, TopicArn=topic, Message="x", Subject=each) for each in subjects]

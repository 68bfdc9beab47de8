"""How does a function see a message of a queue?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud import places
from localcloud.queues import dlq_sources

if TYPE_CHECKING:
    from moto.awslambda.models import EventSourceMapping
    from moto.sqs.models import Message


def record(mapping: EventSourceMapping, message: Message) -> dict[str, Any]:
    """Return the record of one message that was received for a mapping."""
    attributes = {
        "ApproximateReceiveCount": str(message.approximate_receive_count),
        "SentTimestamp": str(message.sent_timestamp),
        "SenderId": message.sender_id,
        "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
    }
    if message.group_id:
        attributes["MessageGroupId"] = message.group_id
    if mapping.event_source_arn.endswith(".fifo"):
        attributes["MessageDeduplicationId"] = str(message.deduplication_id)
        attributes["SequenceNumber"] = str(message.sequence_number)
    if source := dlq_sources.of(message):
        attributes[dlq_sources.ATTRIBUTE] = source
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": attributes,
        "messageAttributes": {
            name: _attribute(value) for name, value in message.message_attributes.items()
        },
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": mapping.event_source_arn,
        "awsRegion": places.of(mapping.event_source_arn).region,
    }


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    known = {"StringValue": "stringValue", "BinaryValue": "binaryValue"}
    texts = {
        ours: part.decode() if isinstance(part, bytes) else part
        for theirs, ours in known.items()
        if (part := value.get(theirs)) is not None
    }
    return {**texts, "stringListValues": [], "binaryListValues": [], "dataType": value["DataType"]}

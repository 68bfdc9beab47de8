"""What becomes of a batch of stream records whose run has failed?"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from localcloud import clock, service_roles
from localcloud.tables import streams

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.awslambda.models import EventSourceMapping, LambdaFunction

    from localcloud.functions import Outcome

SHORTEST_SECONDS, LONGEST_SECONDS = 1, 60
"""How long a failed batch waits: twice as long each time. AWS says that it backs off, not how."""
EXHAUSTED, TOO_OLD = "RetryAttemptsExhausted", "RecordAgeExceeded"


@dataclass(frozen=True)
class Batch:
    """Records in the order of their stream, and how many runs have failed with them."""

    records: tuple[dict[str, Any], ...]
    attempts: int = 0

    @property
    def pause(self) -> float:
        """Return how long to wait before the next run."""
        return float(min(LONGEST_SECONDS, SHORTEST_SECONDS * 2 ** max(0, self.attempts - 1)))

    def parted(self, oldest: float) -> tuple[Batch, Batch]:
        """Return what was written before a moment, and the rest."""
        old = sum(streams.created_at(record) < oldest for record in self.records)
        return replace(self, records=self.records[:old]), replace(self, records=self.records[old:])

    def halves(self) -> list[Batch]:
        """Return two batches, for which the run that parted them does not count."""
        middle = (len(self.records) + 1) // 2
        before = self.attempts - 1
        return [Batch(self.records[:middle], before), Batch(self.records[middle:], before)]

    def rest(self, mapping: EventSourceMapping, outcome: Outcome) -> Batch | None:
        """Return what has to be run again after this outcome; None when all is done."""
        failed = replace(self, attempts=self.attempts + 1)
        if outcome.error:
            return failed
        if "ReportBatchItemFailures" not in (mapping.function_response_types or []):
            return None
        numbers = [record["dynamodb"]["SequenceNumber"] for record in self.records]
        first = _first_failure(outcome.text, numbers)
        return None if first is None else replace(failed, records=self.records[first:])


def _first_failure(text: str, numbers: list[str]) -> int | None:
    """Return the place of the earliest record that is reported; an unreadable answer names all."""
    answer = json.loads(text)
    if not answer or not isinstance(answer, dict):
        return None if answer in (None, {}, "") else 0
    try:
        named = [item["itemIdentifier"] for item in answer.get("batchItemFailures") or []]
        return min((numbers.index(each) for each in named), default=None)
    except (TypeError, KeyError, ValueError):
        return 0


def event(mapping: EventSourceMapping, batch: Batch) -> dict[str, Any]:
    """Return what the function gets of a batch."""
    return {"Records": [seen(mapping, record) for record in batch.records]}


def seen(mapping: EventSourceMapping, record: dict[str, Any]) -> dict[str, Any]:
    """Return a record as a function and a filter see it."""
    about = {
        **record["dynamodb"],
        "ApproximateCreationDateTime": float(int(streams.created_at(record))),
    }
    shown = {**record, "dynamodb": about, "eventSourceARN": mapping.event_source_arn}
    if "userIdentity" in record:
        identity = record["userIdentity"]
        shown["userIdentity"] = {"principalId": identity["PrincipalId"], "type": identity["Type"]}
    return shown


def give_up(
    mapping: EventSourceMapping,
    target: LambdaFunction,
    batch: Batch,
    condition: str,
    outcome: Outcome | None,
) -> None:
    """Tell the mapping's OnFailure destination, under the function's role, what it has lost."""
    config: dict[str, Any] = mapping.destination_config or {}
    arn = (config.get("OnFailure") or {}).get("Destination")
    if not arn:
        return
    first, last = batch.records[0], batch.records[-1]
    error = {"functionError": "Unhandled"} if outcome and outcome.error else {}
    body = {
        "requestContext": {
            "requestId": outcome.request_id if outcome else "",
            "functionArn": mapping.function_arn,
            "condition": condition,
            "approximateInvokeCount": batch.attempts,
        },
        "responseContext": {"statusCode": 200, "executedVersion": str(target.version), **error},
        "version": "1.0",
        "timestamp": _written(clock.now()),
        "DDBStreamBatchInfo": {
            "shardId": SHARD,
            "startSequenceNumber": first["dynamodb"]["SequenceNumber"],
            "endSequenceNumber": last["dynamodb"]["SequenceNumber"],
            "approximateArrivalOfFirstRecord": _written(streams.created_at(first)),
            "approximateArrivalOfLastRecord": _written(streams.created_at(last)),
            "batchSize": len(batch.records),
            "streamArn": mapping.event_source_arn,
        },
    }
    acting = service_roles.as_role(target.role, target.function_name, "lambda.amazonaws.com")
    _SENDERS[arn.split(":")[2]](acting, arn, json.dumps(body))


SHARD = "shardId-00000001541626099285-f35f62ef"
"""The one shard that a stream has here."""


def _to_queue(acting: Any, arn: str, body: str) -> None:
    *_, region, account, name = arn.split(":")
    url = f"https://sqs.{region}.amazonaws.com/{account}/{name}"
    acting.client("sqs").send_message(QueueUrl=url, MessageBody=body)


def _to_topic(acting: Any, arn: str, body: str) -> None:
    acting.client("sns").publish(TopicArn=arn, Message=body)


_SENDERS: dict[str, Callable[[Any, str, str], None]] = {"sqs": _to_queue, "sns": _to_topic}


def _written(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"

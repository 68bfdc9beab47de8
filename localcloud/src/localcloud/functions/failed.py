"""Who learns how an asynchronous invocation ended?"""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from localcloud import clock, service_roles
from localcloud.functions import metrics
from localcloud.functions.configuration import dead_letter_arn
from localcloud.functions.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.awslambda.models import LambdaFunction


def settings(target: LambdaFunction) -> dict[str, Any]:
    """Return the function's settings for asynchronous invocations."""
    configs = target.event_invoke_config
    return dict(configs[-1].config) if configs else {}


def report_success(target: LambdaFunction, event: Any, outcome: Outcome, attempts: int) -> None:
    """Send the record of a success to its destination, if the function has one."""
    _to_destination(target, "OnSuccess", "Success", (event, outcome, attempts))


def report_failure(target: LambdaFunction, event: Any, outcome: Outcome, attempts: int) -> None:
    """Send the event to the dead-letter queue or topic and the record to the destination."""
    _to_destination(target, "OnFailure", "RetriesExhausted", (event, outcome, attempts))
    arn = dead_letter_arn(target)
    if arn:
        message = json.loads(outcome.text)["errorMessage"][:1024]
        about = {"RequestID": outcome.request_id, "ErrorCode": "200", "ErrorMessage": message}
        attributes = {
            name: {"DataType": "String", "StringValue": value or "-"}
            for name, value in about.items()
        }
        with _counted(target, metrics.UNBURIED):
            send(_session(target), arn, json.dumps(event), attributes)


def _to_destination(
    target: LambdaFunction, which: str, condition: str, run: tuple[Any, Outcome, int]
) -> None:
    arn = settings(target).get("DestinationConfig", {}).get(which, {}).get("Destination")
    if not arn:
        return
    event, outcome, attempts = run
    error = {"functionError": "Unhandled"} if outcome.error else {}
    record = {
        "version": "1.0",
        "timestamp": datetime.fromtimestamp(clock.now(), UTC).isoformat(),
        "requestContext": {
            "requestId": outcome.request_id,
            "functionArn": _qualified_arn(target),
            "condition": condition,
            "approximateInvokeCount": attempts,
        },
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "executedVersion": str(target.version), **error},
        "responsePayload": json.loads(outcome.text),
    }
    with _counted(target, metrics.UNDELIVERED):
        send(_session(target), arn, json.dumps(record), {})


@contextlib.contextmanager
def _counted(target: LambdaFunction, name: str) -> Iterator[None]:
    """Count a delivery that fails under the metric *name*; it fails none the less."""
    try:
        yield
    except Exception:
        metrics.count(target, name)
        raise


def _qualified_arn(target: LambdaFunction) -> str:
    arn = str(target.function_arn)
    return arn if arn.endswith(f":{target.version}") else f"{arn}:{target.version}"


def _session(target: LambdaFunction) -> Any:
    return service_roles.as_role(target.role, target.function_name, "lambda.amazonaws.com")


def send(session: Any, arn: str, body: str, attributes: dict[str, Any]) -> None:
    """Send *body* to a queue, topic or function with the session's rights."""
    service = arn.split(":")[2]
    if service == "sqs":
        sqs = session.client("sqs")
        sqs.send_message(QueueUrl=_url(arn), MessageBody=body, MessageAttributes=attributes)
    elif service == "sns":
        session.client("sns").publish(TopicArn=arn, Message=body, MessageAttributes=attributes)
    elif service == "lambda":
        session.client("lambda").invoke(FunctionName=arn, InvocationType="Event", Payload=body)
    else:
        raise ValueError(f"The local cloud cannot send to {arn}: only to SQS, SNS and Lambda.")


def _url(arn: str) -> str:
    _, _, _, region, account, name = arn.split(":")
    return f"https://sqs.{region}.amazonaws.com/{account}/{name}"

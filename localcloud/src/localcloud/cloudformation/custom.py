"""How does CloudFormation talk with the function behind a custom resource?"""

from __future__ import annotations

import json
import threading
import uuid
from typing import Any

from localcloud import clock, endpoint, reactor
from localcloud.cloudformation.resource_types import Made, Place, Properties
from localcloud.state import gate

SERVICE_SECONDS = 3600  # AWS's own default when ServiceTimeout is not given
POLL_SECONDS = 0.05


class CustomResourceFailed(Exception):
    """The function answered FAILED, raised, or did not answer."""


class _Question:
    """One request that waits for its answer at a URL of its own."""

    def __init__(self) -> None:
        self.answered = threading.Event()
        self.answer: dict[str, Any] = {}


_questions: dict[str, _Question] = {}


def receive(token: str, answer: dict[str, Any]) -> None:
    """Take what a function has put to its ResponseURL; one that nobody waits for is dropped."""
    question = _questions.get(token)
    if question is not None:
        question.answer = answer
        question.answered.set()


def ask(
    place: Place,
    request_type: str,
    properties: Properties,
    made: Made | None = None,
    old: Properties | None = None,
) -> Made:
    """Send one request to the function and return what it made of it.

    Raises CustomResourceFailed with the function's own reason.
    """
    token, question = uuid.uuid4().hex, _Question()
    _questions[token] = question
    try:
        event = _event(place, request_type, properties, made, old)
        event["ResponseURL"] = endpoint.url(f"{endpoint.RESPONSES}{token}")
        _invoke(place, properties["ServiceToken"], event, question)
        with gate.aside():
            _wait(place, properties, question)
    finally:
        del _questions[token]
    answer = question.answer
    if answer["Status"] != "SUCCESS":
        raise CustomResourceFailed(
            f"Received response status [{answer['Status']}] from custom resource. "
            f"Message returned: {answer.get('Reason', '')}"
        )
    return Made(answer["PhysicalResourceId"], dict(answer.get("Data") or {}))


def _event(
    place: Place,
    request_type: str,
    properties: Properties,
    made: Made | None,
    old: Properties | None,
) -> dict[str, Any]:
    event: dict[str, Any] = {
        "RequestType": request_type,
        "ServiceToken": properties["ServiceToken"],
        "StackId": place.stack_id,
        "RequestId": str(uuid.uuid4()),
        "LogicalResourceId": place.logical_id,
        "ResourceType": place.type,
        "ResourceProperties": _as_strings(properties),
    }
    if made is not None:
        event["PhysicalResourceId"] = made.physical_id
    if old is not None:
        event["OldResourceProperties"] = _as_strings(old)
    return event


def _as_strings(value: Any) -> Any:
    """Write numbers and flags as strings, as CloudFormation sends them."""
    if isinstance(value, dict):
        return {name: _as_strings(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_as_strings(item) for item in value]
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def _invoke(place: Place, function: str, event: dict[str, Any], question: _Question) -> None:
    answer = place.aws("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
    body = json.loads(answer["Payload"].read() or b"null")
    if answer.get("FunctionError") and not question.answered.is_set():
        raise CustomResourceFailed(
            f"The function {function} raised {body.get('errorType')}: {body.get('errorMessage')}"
        )


def _wait(place: Place, properties: Properties, question: _Question) -> None:
    """Wait as long as anything runs in the cloud that could still answer."""
    end = clock.now() + float(properties.get("ServiceTimeout", SERVICE_SECONDS))
    while not question.answered.wait(POLL_SECONDS):
        if clock.now() > end or not reactor.waiting():
            raise CustomResourceFailed(
                f"CloudFormation did not receive a response from {place.logical_id}'s function "
                f"{properties['ServiceToken']}: it must PUT an answer to its ResponseURL."
            )

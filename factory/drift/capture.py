"""What was an endpoint asked? SageMaker's data-capture files, as rows."""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from factory.errors import MalformedEvent
from factory.layout import objects

JSON, CSV = "application/json", "text/csv"
ENCODED = {"JSON": JSON, "CSV": CSV}
"""What is captured under an encoding where no content type was observed."""
FOLDER = objects.prefix(objects.CAPTURES)
ERROR = {"code", "type", "message"}  # what the container's server answers when the model raised


@dataclass(frozen=True, kw_only=True)
class Request:
    """One captured request."""

    at: str
    """When it was answered, as SageMaker writes it: `2026-11-12T00:00:00Z`."""
    inference: str
    """The inference id that came with it; empty for none."""
    answered: bool
    """Whether the model answered; what it refused is not counted."""
    body: bytes
    kind: str
    """The content type, without parameters."""


class Malformed(ValueError):
    """A body, or a row of it, that holds something else than the features."""


def config_of(key: str) -> str:
    """Return which configuration answered what the object called *key* holds."""
    config, slash, _ = key.removeprefix(FOLDER).partition("/")
    if not (key.startswith(FOLDER) and slash):
        raise MalformedEvent(f"{key}: a capture file has a key like {FOLDER}CONFIG/ENDPOINT/...")
    return config


def requests(file: bytes) -> Iterator[Request | None]:
    """Yield the requests of a capture file, and None for each line that holds none.

    The others are not lost because of it. Nothing of the line is told: it may be about a person.
    """
    for line in file.splitlines():
        if line.strip():
            try:
                found = _request(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                found = None
            yield found


def rows(request: Request, features: Sequence[str]) -> list[Sequence[Any] | None]:
    """Return the values of each row in the order of *features*, or None for a malformed row.

    Raises Malformed when the body as a whole cannot be read.
    """
    try:
        text = request.body.decode()
        if request.kind == CSV:
            found = csv.reader(io.StringIO(text, newline=""))
            return [_values(row, features) for row in found if row]
        if request.kind == JSON:
            return [_values(row, features) for row in json.loads(text)["instances"]]
    except (ValueError, csv.Error, KeyError, TypeError, RecursionError) as odd:
        raise Malformed(f"the body is not {request.kind} of rows") from odd
    raise Malformed(f"the body is {request.kind}; {CSV} and {JSON} are read")


def _request(record: Mapping[str, Any]) -> Request:
    data, metadata = record["captureData"], record["eventMetadata"]
    asked = data["endpointInput"]
    kind = asked.get("observedContentType") or ENCODED.get(asked["encoding"], "")
    return Request(
        at=str(metadata["inferenceTime"]),
        inference=str(metadata.get("inferenceId", "")),
        answered=_answered(data.get("endpointOutput")),
        body=_body(asked),
        kind=kind.split(";")[0].strip().lower(),
    )


def _body(side: Mapping[str, Any]) -> bytes:
    data: str = side["data"]
    if side["encoding"] == "BASE64":
        return base64.b64decode(data, validate=True)
    return data.encode("utf-8", "surrogatepass")  # half a character is malformed, no broken file


def _answered(side: Mapping[str, Any] | None) -> bool:
    """Tell whether an answer was captured, and not how the server reports an error.

    Answers are of the types that requests are; refusals and the server's own words are of others.
    """
    kind = (side or {}).get("observedContentType") or JSON
    if kind.split(";")[0].strip().lower() not in {CSV, JSON}:
        return False
    answer = _body(side).strip() if side and side.get("data") else b""
    if not answer.startswith(b"{"):
        return bool(answer)
    try:
        return set(json.loads(answer)) != ERROR
    except (ValueError, RecursionError):
        return True  # whatever it is, the model answered it


def _values(row: Any, features: Sequence[str]) -> Sequence[Any] | None:
    if isinstance(row, Mapping):
        return [row[f] for f in features] if set(row) == set(features) else None
    return row if isinstance(row, list) and len(row) == len(features) else None

"""Is a value of a call longer, or of other characters, than the service takes?

Most limits stand in AWS's own models of the services, of which clients check the lower bounds only.
Those that stand in the documentation alone are here by name.
"""

from __future__ import annotations

import functools
import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.core.responses import boto3_service_name
from moto.core.utils import get_service_model

from localcloud.iam import errors, reading
from localcloud.operations import asked

if TYPE_CHECKING:
    from moto.core.responses import BaseResponse

BAD_REQUEST = 400
DEEPEST = 8  # members within members that are looked at
SHOWN = 64  # characters of a value in words
CODES: Mapping[str, str] = {
    **dict.fromkeys(("iam", "sts", "cloudwatch", "cloudformation", "ec2"), "ValidationError"),
    **dict.fromkeys(("sns", "sqs"), "InvalidParameter"),
    **dict.fromkeys(("logs", "ecr"), "InvalidParameterException"),
}
"""As what services refuse it that do not say ValidationException."""
CHARACTERS: Mapping[tuple[str, str], Mapping[str, int]] = {
    ("events", "PutEvents"): {"Entries.DetailType": 128, "Entries.Source": 256},
    ("dynamodb", "CreateTable"): {"TableName": 255},
}
"""The longest values of members that the models do not bound so, by service and operation."""
FEWEST: Mapping[tuple[str, str], Mapping[str, int]] = {
    ("dynamodb", "CreateTable"): {"TableName": 3}
}
BYTES: Mapping[tuple[str, str], Mapping[str, int]] = {
    ("sns", "Publish"): {"Message": 262_144},
    ("sns", "PublishBatch"): {"PublishBatchRequestEntries.Message": 262_144},
}
"""The same in bytes of UTF-8."""
LONGEST_KEY = 1024  # bytes of an object's key
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
ADDRESS = re.compile(r"[0-9]+(\.[0-9]+){3}")
METADATA = 2048  # bytes of an object's own metadata, names and values together
_ASTRAL = re.compile(r"\\uD800\\uDC00-\\uDBFF\\uDFFF", re.IGNORECASE)
_PROPERTY = re.compile(r"\\p\{(\w)\w?\}")


@dataclass(frozen=True)
class _Limit:
    """What a member's values, or a list's entries, must be."""

    path: str
    kind: str
    least: float
    most: float
    pattern: re.Pattern[str] | None

    def broken(self, value: Any) -> str:
        """Return the constraint that *value* does not satisfy, in AWS's words; or nothing."""
        if self.kind in {"integer", "long", "float", "double"}:
            return self._number(value) if isinstance(value, int | float) else ""
        if not hasattr(value, "__len__"):
            return ""
        if not self.least <= len(value) <= self.most:
            side = "greater" if len(value) < self.least else "less"
            bound = self.least if len(value) < self.least else self.most
            return f"Member must have length {side} than or equal to {bound:g}"
        if self.pattern and isinstance(value, str) and not self.pattern.fullmatch(value):
            return f"Member must satisfy regular expression pattern: {self.pattern.pattern[:SHOWN]}"
        return ""

    def _number(self, value: float) -> str:
        if self.least <= value <= self.most:
            return ""
        side = "greater" if value < self.least else "less"
        bound = self.least if value < self.least else self.most
        return f"Member must have value {side} than or equal to {bound:g}"


def demand_within(response: BaseResponse, service: str, operation: str) -> None:
    """Raise what AWS answers to a value beyond its limits."""
    found, shape = _limits(service, operation)
    in_bytes = BYTES.get((service, operation), {})
    if not found and not in_bytes and service != "s3":
        return
    params = reading.parameters(response, operation)
    if service == "s3":
        _demand_stored(operation, params)
    for limit in found:
        for value in asked.at(params, shape, limit.path.split(".")):
            for each in _each(value, limit):
                if words := limit.broken(each):
                    _refuse(service, limit.path, each, words)
    for path, most in in_bytes.items():
        for value in asked.at(params, shape, path.split(".")):
            if len(str(value).encode()) > most:
                raise errors.Refused(
                    "InvalidParameter", f"Invalid parameter: {path} too long", BAD_REQUEST
                )


def _refuse(service: str, path: str, value: Any, words: str) -> None:
    code = CODES.get(service, "ValidationException")
    shown = str(value)[:SHOWN]
    member = ".member.".join(name[:1].lower() + name[1:] for name in path.split("."))
    raise errors.Refused(
        code,
        f"1 validation error detected: Value '{shown}' at '{member}' failed to satisfy constraint: "
        f"{words}",
        BAD_REQUEST,
    )


def _demand_stored(operation: str, params: Mapping[str, Any]) -> None:
    """Refuse names, keys, metadata and tags that S3 does not store."""
    if operation == "CreateBucket" and not _is_bucket(str(params.get("Bucket") or "")):
        raise errors.RefusedByS3("InvalidBucketName", "The specified bucket is not valid.")
    tagging = params.get("Tagging")
    tags = [t.get("Key") for t in tagging.get("TagSet") or []] if isinstance(tagging, dict) else []
    if len(set(tags)) < len(tags):
        raise errors.RefusedByS3("InvalidTag", "Cannot provide multiple Tags with the same key")
    if len(str(params.get("Key") or "").encode()) > LONGEST_KEY:
        raise errors.RefusedByS3("KeyTooLongError", "Your key is too long")
    metadata = params.get("Metadata") or {}
    if sum(len(str(part).encode()) for pair in metadata.items() for part in pair) > METADATA:
        raise errors.RefusedByS3(
            "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size"
        )


def _is_bucket(name: str) -> bool:
    return bool(
        BUCKET.fullmatch(name)
        and ".." not in name
        and not ADDRESS.fullmatch(name)
        and not name.startswith(("xn--", "sthree-", "amzn-s3-demo-"))
        and not name.endswith(("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"))
    )


def _each(value: Any, limit: _Limit) -> Iterator[Any]:
    """Yield what a limit is about: a list or map itself, or each text or number of a list."""
    if isinstance(value, list) and limit.kind not in {"list", "map"}:
        yield from value
    elif value is not None and isinstance(value, dict) == (limit.kind == "map"):
        yield value


@functools.cache
def _limits(service: str, operation: str) -> tuple[tuple[_Limit, ...], Any]:
    """Return the limits of what an operation takes, and the shape of that."""
    model = get_service_model(boto3_service_name.get(service, service))
    if operation not in model.operation_names:
        return (), None
    shape: Any = model.operation_model(operation).input_shape
    if shape is None or service == "s3":
        return (), shape
    return tuple(_found(shape, (), service, operation)), shape


def _found(shape: Any, path: tuple[str, ...], service: str, operation: str) -> Iterator[_Limit]:
    if len(path) > DEEPEST:
        return
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if name not in path:  # an expression holds others of its kind
                yield from _found(member, (*path, name), service, operation)
        return
    if limit := _limit(shape, ".".join(path), service, operation):
        yield limit
    if shape.type_name == "list":
        yield from _found(shape.member, path, service, operation)


def _limit(shape: Any, path: str, service: str, operation: str) -> _Limit | None:
    given, call = shape.metadata, (service, operation)
    least = max(given.get("min", 0), FEWEST.get(call, {}).get(path, 0))
    most = min(given.get("max", sys.maxsize), CHARACTERS.get(call, {}).get(path, sys.maxsize))
    pattern = _pattern(given.get("pattern", ""))
    if shape.type_name not in {"string", "list", "map", "integer", "long", "float", "double"}:
        return None
    if not pattern and not least and most == sys.maxsize:
        return None
    numeric = shape.type_name not in {"string", "list", "map"}
    lowest = given.get("min", -sys.maxsize) if numeric else least
    return _Limit(path, shape.type_name, lowest, most, pattern)


@functools.cache
def _pattern(java: str) -> re.Pattern[str] | None:
    """Return a pattern of AWS's models, which are Java's; None where there is none."""
    if not java:
        return None
    written = _ASTRAL.sub(lambda _: r"\U00010000-\U0010FFFF", java)
    written = _PROPERTY.sub(lambda found: _ranges()[found[1]], written)
    try:
        return re.compile(written, re.ASCII)
    except re.error:
        return None  # what Python does not read is not checked


@functools.cache
def _ranges() -> Mapping[str, str]:
    """Return the characters of each main category of Unicode, as ranges of a character class."""
    found: dict[str, list[list[int]]] = {}
    for code in range(sys.maxunicode + 1):
        ranges = found.setdefault(unicodedata.category(chr(code))[0], [])
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return {
        name: "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)
        for name, ranges in found.items()
    }

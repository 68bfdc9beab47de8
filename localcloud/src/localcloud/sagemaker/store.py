"""What does our SageMaker hold, and under which names?"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from localcloud import places
from localcloud.places import PerPlace
from localcloud.sagemaker.api import in_use, invalid
from localcloud.state import kept

Record = dict[str, Any]
_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}")
lock = threading.RLock()
"""Held while a record is changed: jobs end on threads of their own."""


class Shelf(PerPlace[str, Record]):
    """All records of one kind, by name; each is what Describe answers, and its Tags.

    Each account and region has its own.
    """

    def __init__(
        self,
        kind: str,
        name_key: str,
        absent: str = "",
        refusal: Callable[[str], Exception] = invalid,
    ) -> None:
        super().__init__()
        self.kind, self.name_key = kind, name_key
        self._absent = absent or "Could not find {kind} '{name}'."
        self._refusal = refusal
        shelves[kind] = self
        kept.keep(f"sagemaker/{kind}", self)

    def arn(self, name: str) -> str:
        """Spell the ARN; SageMaker writes names in lower case."""
        return arn(f"{self.kind}/{name.lower()}")

    def find(self, name: str) -> Record:
        """Return the record of a name or ARN, or refuse as SageMaker does."""
        wanted = name.rsplit("/", 1)[-1] if name.startswith("arn:") else name
        for key, record in self.items():
            if key == wanted or (name.startswith("arn:") and key.lower() == wanted):
                return record
        raise self._refusal(self._absent.format(kind=self.kind, name=wanted, arn=self.arn(wanted)))

    def add(self, name: str, record: Record) -> Record:
        """Put a new record on the shelf; the name must be free and well formed."""
        if not _NAME.fullmatch(name):
            raise invalid(f"Value '{name}' at '{self.name_key}' must match {_NAME.pattern}.")
        with lock:
            if any(key.lower() == name.lower() for key in self):
                raise in_use(f'Cannot create already existing {self.kind} "{self.arn(name)}".')
            self[name] = record
        return record


shelves: dict[str, Shelf] = {}


def clear() -> None:
    """Empty all shelves."""
    with lock:
        for shelf in shelves.values():
            shelf.clear()


def arn(resource: str) -> str:
    """Spell the ARN of a resource of SageMaker, here."""
    return places.here().arn("sagemaker", resource)


def now() -> datetime:
    """Return the cloud's time as SageMaker records it."""
    return datetime.now(UTC)


def tags_of(resource: str) -> list[dict[str, str]]:
    """Return a resource's tags by its ARN; a package version carries its group's."""
    kind, _, name = resource.split(":", 5)[-1].partition("/")
    kind = "model-package-group" if kind == "model-package" else kind
    wanted = name.split("/")[0].lower()
    shelf = shelves.get(kind)
    if shelf is None:
        return []
    with places.at(places.of(resource)):
        found = [record for key, record in shelf.items() if key.lower() == wanted]
    return next((record.get("Tags", []) for record in found), [])


def answer(record: Record) -> Record:
    """Return what Describe shows of a record: all but what is ours."""
    return {
        key: value
        for key, value in record.items()
        if key != "Tags" and key[0] != "_" and value is not None
    }


def page(
    records: Iterable[Record],
    params: dict[str, Any],
    *,
    result: str,
    show: Callable[[Record], Record],
    by: dict[str, str],
) -> Record:
    """Sort, filter by creation time and cut a list as all of SageMaker's List operations do.

    *by* maps the values of SortBy to keys of the record.
    """
    key = by.get(params.get("SortBy") or "CreationTime", "CreationTime")
    found = [each for each in records if _within(each, params)]
    ordered = sorted(found, key=lambda each: (each.get(key), each.get("_number", 0)))
    if params.get("SortOrder", "Descending") == "Descending":
        ordered.reverse()
    start, size = _start(params.get("NextToken") or "0"), int(params.get("MaxResults") or 100)
    more = {"NextToken": str(start + size)} if start + size < len(ordered) else {}
    return {result: [show(each) for each in ordered[start : start + size]], **more}


def _start(token: str) -> int:
    if not (token.isascii() and token.isdecimal()):
        raise invalid(f'Invalid pagination token because "{token}".')
    return int(token)


def _within(record: Record, params: dict[str, Any]) -> bool:
    made, changed = record["CreationTime"], record.get("LastModifiedTime")
    after = params.get("CreationTimeAfter") or params.get("CreatedAfter")
    before = params.get("CreationTimeBefore") or params.get("CreatedBefore")
    return _between(made, after, before) and _between(
        changed or made, params.get("LastModifiedTimeAfter"), params.get("LastModifiedTimeBefore")
    )


def _between(moment: datetime, after: datetime | None, before: datetime | None) -> bool:
    return (after is None or moment >= _aware(after)) and (
        before is None or moment <= _aware(before)
    )


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def event_detail(value: Any) -> Any:
    """Turn times into SageMaker's epoch milliseconds, as its events carry them."""
    return json.loads(json.dumps(value, default=lambda moment: int(moment.timestamp() * 1000)))

"""When does a lifecycle rule act on an object?

After "Lifecycle configuration elements" in the S3 user guide: a time is counted in days from the
object's creation, or from when a version stopped being the current one, and rounded up to the next
midnight UTC.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

DAY = 86_400
LEAST_MOVED = 128 * 1024
"""Bytes: smaller objects do not change their class unless the rule's filter has a size."""


def as_list(value: Any) -> list[Any]:
    """Return what stood once or several times in the XML as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def over(since: float, days: int, now: float) -> bool:
    """Tell whether so many days, rounded up to midnight, have gone by since a time."""
    return (math.floor(since / DAY + days) + 1) * DAY <= now


@dataclass(frozen=True)
class Rule:
    """One rule, as it was written."""

    written: Mapping[str, Any]

    def _of(self, name: str) -> Mapping[str, Any]:
        return self.written.get(name) or {}

    def chooses(self, name: str, size: int, tags: Mapping[str, str]) -> bool:
        """Tell whether the filter lets an object through."""
        chosen = self._of("Filter")
        every = chosen.get("And") or chosen
        prefix = every.get("Prefix") or self.written.get("Prefix") or ""
        wanted = {tag["Key"]: tag.get("Value") or "" for tag in as_list(every.get("Tag"))}
        more, less = every.get("ObjectSizeGreaterThan"), every.get("ObjectSizeLessThan")
        return (
            name.startswith(prefix)
            and wanted.items() <= tags.items()
            and (more is None or size > int(more))
            and (less is None or size < int(less))
        )

    def expires(self, since: float, now: float) -> bool:
        """Tell whether a current object, written at a time, is to go."""
        expiration = self._of("Expiration")
        if expiration.get("Date"):
            return _seconds(expiration["Date"]) <= now
        days = int(expiration.get("Days") or 0)
        return days > 0 and over(since, days, now)

    def drops_marker(self, since: float, now: float) -> bool:
        """Tell whether a delete marker with nothing behind it is to go."""
        expiration = self._of("Expiration")
        asked = str(expiration.get("ExpiredObjectDeleteMarker", "")).lower() == "true"
        return asked or (bool(expiration.get("Days")) and self.expires(since, now))

    def expires_noncurrent(self, since: float, newer: int, now: float) -> bool:
        """Tell whether a version is to go that stopped being current; *newer* ones stay behind."""
        wanted = self._of("NoncurrentVersionExpiration")
        return _noncurrent(wanted, since, newer, now)

    def aborts(self, since: float, now: float) -> bool:
        """Tell whether an upload in parts that began at a time is to be given up."""
        days = int(self._of("AbortIncompleteMultipartUpload").get("DaysAfterInitiation") or 0)
        return days > 0 and over(since, days, now)

    def storage_class(self, since: float, size: int, now: float) -> str | None:
        """Return the class a current object is to have by now, if the rule has one."""
        due = [
            (_due(each), each["StorageClass"])
            for each in as_list(self.written.get("Transition"))
            if (
                _seconds(each["Date"]) <= now
                if each.get("Date")
                else over(since, int(each["Days"]), now)
            )
        ]
        return self._latest(due, size)

    def noncurrent_class(self, since: float, newer: int, size: int, now: float) -> str | None:
        """Return the class a version that is no longer current is to have by now."""
        due = [
            (int(each["NoncurrentDays"]), each["StorageClass"])
            for each in as_list(self.written.get("NoncurrentVersionTransition"))
            if _noncurrent(each, since, newer, now)
        ]
        return self._latest(due, size)

    def _latest(self, due: list[tuple[int, str]], size: int) -> str | None:
        chosen = self._of("Filter")
        sized = any(name.startswith("ObjectSize") for name in chosen.get("And") or chosen)
        if not due or (size < LEAST_MOVED and not sized):
            return None
        return max(due)[1]

    def days(self) -> Iterator[int]:
        """Yield every number of days; raises ValueError for one that is none."""
        found = [self._of("Expiration").get("Days")]
        found.append(self._of("NoncurrentVersionExpiration").get("NoncurrentDays"))
        found.append(self._of("AbortIncompleteMultipartUpload").get("DaysAfterInitiation"))
        yield from (int(each) for each in found if each is not None)
        moved = [*as_list(self.written.get("Transition"))]
        yield from (int(each["Days"]) + 1 for each in moved if each.get("Days") is not None)

    def classes(self) -> list[str]:
        """Return the storage classes that it names."""
        names = ("Transition", "NoncurrentVersionTransition")
        return [each["StorageClass"] for name in names for each in as_list(self.written.get(name))]

    def acts(self) -> bool:
        """Tell whether there is anything to do."""
        names = ("Expiration", "NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload")
        return bool(self.classes()) or any(self._of(name) for name in names)


def _noncurrent(wanted: Mapping[str, Any], since: float, newer: int, now: float) -> bool:
    days = int(wanted.get("NoncurrentDays") or 0)
    kept = int(wanted.get("NewerNoncurrentVersions") or 0)
    return days > 0 and newer >= kept and over(since, days, now)


def _due(transition: Mapping[str, Any]) -> int:
    return int(transition.get("Days") or _seconds(transition["Date"]) // DAY)


def _seconds(date: str) -> float:
    """Return a date as S3 takes it, midnight UTC, in seconds since 1970."""
    moment = datetime.fromisoformat(date)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()

"""For how many days does a log group keep its events?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.logs.exceptions import InvalidParameterException
from moto.logs.models import LogsBackend, logs_backends

from localcloud import clock, moto_patches, nightly, places

DAYS = {
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
}  # fmt: skip
"""After PutRetentionPolicy in CloudWatch Logs' API reference."""


def install() -> None:
    """Refuse other numbers, as PutRetentionPolicy does, and let go each midnight what is older."""
    nightly.do(lambda: any(True for _ in _groups()), _expire)
    moto_patches.wrap(
        LogsBackend,
        "put_retention_policy",
        _checking,
        fixes="takes any number of days",
        upstream=moto_patches.UNREPORTED,
    )


def _groups() -> Iterator[Any]:
    """Yield the log groups that keep their events for a time only."""
    for backend in places.stores(logs_backends):
        for group in list(backend.groups.values()):
            if group.retention_in_days:
                yield group


def _expire() -> None:
    for group in _groups():
        oldest = (clock.now() - int(group.retention_in_days) * nightly.DAY) * 1000
        for stream in list(group.streams.values()):
            stream.events = [event for event in stream.events if event.timestamp >= oldest]


def _checking(put: Any) -> Any:
    def checked(self: LogsBackend, log_group_name: str, retention_in_days: Any) -> None:
        if int(retention_in_days) not in DAYS:
            raise InvalidParameterException(
                f"Invalid retention value {retention_in_days}: it is one of {sorted(DAYS)}"
            )
        put(self, log_group_name, retention_in_days)

    return checked

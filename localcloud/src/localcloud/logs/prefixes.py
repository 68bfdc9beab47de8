"""Which streams of a log group does FilterLogEvents search, when it is given a prefix?"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from moto.logs.exceptions import InvalidParameterException
from moto.logs.models import LogGroup
from moto.logs.responses import LogsResponse

from localcloud import moto_patches

_NONE = ""  # no stream is called so
_prefix: ContextVar[str | None] = ContextVar("prefix", default=None)


def install() -> None:
    """Search only the streams whose names begin so."""
    fixes = "searches all streams, whatever logStreamNamePrefix says"
    moto_patches.wrap(
        LogsResponse, "filter_log_events", _asking, fixes=fixes, upstream=moto_patches.UNREPORTED
    )
    moto_patches.wrap(
        LogGroup, "filter_log_events", _searching, fixes=fixes, upstream=moto_patches.UNREPORTED
    )


def _asking(answer: Any) -> Any:
    def asked(self: LogsResponse) -> Any:
        wanted = self._get_param("logStreamNamePrefix")
        if wanted and self._get_param("logStreamNames"):
            raise InvalidParameterException(
                "LogStreamNamePrefix and LogStreamNames are mutually exclusive parameters"
            )
        token = _prefix.set(wanted)
        try:
            return answer(self)
        finally:
            _prefix.reset(token)

    return asked


def _searching(search: Any) -> Any:
    def searched(self: LogGroup, group: str, names: list[str], *args: Any) -> Any:
        wanted = _prefix.get()
        if wanted:
            names = [name for name in self.streams if name.startswith(wanted)] or [_NONE]
        return search(self, group, names, *args)

    return searched

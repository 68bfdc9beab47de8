"""Which rules wait for what CloudTrail would tell, and nobody here tells?"""

from __future__ import annotations

import json
from typing import Any

from moto.events.models import EventsBackend

from localcloud import moto_patches
from localcloud.events.bus import CALL
from localcloud.trail import calls

_UNTOLD = (
    "AWS Console Sign In via CloudTrail",
    "AWS Service Event via CloudTrail",
    "AWS Insight via CloudTrail",
)


def install() -> None:
    """Refuse them by name when they are put."""
    moto_patches.wrap(
        EventsBackend,
        "put_rule",
        _putting,
        fixes="takes rules for events that CloudTrail alone would send",
        upstream="policy: what nothing here would honour is refused by name",
    )


def _putting(put_rule: Any) -> Any:
    def put(self: EventsBackend, *args: Any, **kwargs: Any) -> Any:
        _demand_told(kwargs.get("event_pattern"))
        return put_rule(self, *args, **kwargs)

    return put


def _demand_told(written: str | None) -> None:
    pattern = json.loads(written) if written else {}
    types = _texts(pattern.get("detail-type"))
    if untold := [each for each in types if each in _UNTOLD]:
        raise NotImplementedError(f"rules for {', '.join(untold)}: nothing here sends such events")
    if types == [CALL]:
        detail = pattern.get("detail") or {}
        names = _texts(detail.get("eventName"))
        sources = [each.split(".")[0] for each in _texts(detail.get("eventSource"))]
        sources += [each.removeprefix("aws.") for each in _texts(pattern.get("source"))]
        data = [name for source in sources for name in calls.data_events(source, names)]
        if names and set(names) <= set(data):
            raise NotImplementedError(
                f"rules for {', '.join(names)} via CloudTrail: they are data events, which only a "
                "trail with event selectors has; use the service's own events or notifications"
            )


def _texts(wanted: Any) -> list[str]:
    """Return the plain texts among what a field of a pattern may be."""
    return [each for each in wanted or () if isinstance(each, str)]

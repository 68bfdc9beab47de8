"""Does any rule listen to the calls of a service?

Most calls interest nobody: their events are not even made.
"""

from __future__ import annotations

from typing import Any

from moto.events.models import events_backends

from localcloud.events.bus import ALL_CALLS, CALL


def any_of(account: str, region: str, source: str, *, reading: bool) -> bool:
    """Tell whether an enabled rule of the default bus could match a call of *source*."""
    backend = events_backends[account][region]
    return any(
        _listens(rule, source, reading=reading)
        for rule in list(backend.event_buses["default"].rules.values())
    )


def _listens(rule: Any, source: str, *, reading: bool) -> bool:
    if rule.state == "DISABLED" or (reading and rule.state != ALL_CALLS):
        return False
    pattern = rule.event_pattern.get_pattern()
    return bool(pattern) and all(
        _may_match(pattern.get(field), value)
        for field, value in (("detail-type", CALL), ("source", source))
    )


def _may_match(wanted: Any, value: str) -> bool:
    """Tell whether a field could have this value; what is more than a text is taken to match."""
    return wanted is None or any(each == value or isinstance(each, dict) for each in wanted)

"""Is an event pattern one that EventBridge takes?"""

from __future__ import annotations

import ipaddress
import json
from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.events.exceptions import InvalidEventPatternException, ValidationException
from moto.events.models import EventPattern, EventPatternParser
from moto.events.responses import EventsHandler

from localcloud import moto_patches

if TYPE_CHECKING:
    from collections.abc import Callable

_COMPARISONS = {"<", "<=", "=", ">=", ">"}
_NEEDED = ("id", "account", "source", "time", "region", "resources", "detail-type")


def install() -> None:
    """Check patterns where moto reads them, and answer TestEventPattern."""
    moto_patches.wrap(
        EventPatternParser,
        "parse",
        _checking,
        fixes="takes patterns with unknown match types and bad values",
        upstream="unreported: getmoto/moto#3384 asked for validation, and patterns have none yet",
    )
    moto_patches.replace(
        EventsHandler,
        "test_event_pattern",
        _test_event_pattern,
        fixes="lacks TestEventPattern",
        upstream=moto_patches.UNREPORTED,
    )


def _test_event_pattern(self: EventsHandler) -> ActionResult:
    pattern = EventPattern.load(self._get_param("EventPattern"))
    try:
        event = json.loads(self._get_param("Event"))
    except ValueError:
        raise ValidationException("Parameter Event is not valid.") from None
    missing = [name for name in _NEEDED if not isinstance(event, dict) or name not in event]
    if missing:
        raise ValidationException(
            f"Parameter Event is not valid. Reason: it lacks {', '.join(missing)}"
        )
    return ActionResult({"Result": pattern.matches_event(event)})


def _checking(parse: Callable[[EventPatternParser], Any]) -> Callable[[EventPatternParser], Any]:
    def checked(self: EventPatternParser) -> Any:
        if self.pattern and not isinstance(_json(self.pattern), dict):
            raise InvalidEventPatternException(reason="Filter is not an object")
        pattern = parse(self)
        _check(pattern)
        return pattern

    return checked


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return {}  # moto words this refusal itself


def _check(pattern: dict[str, Any]) -> None:
    for name, part in pattern.items():
        if isinstance(part, dict):
            _check(part)
        elif name == "$or" and all(isinstance(each, dict) for each in part):
            for each in part:
                _check(each)
        else:
            for each in part:
                _check_element(each)


def _check_element(element: Any) -> None:
    if isinstance(element, list):
        raise InvalidEventPatternException(reason="Match value must be String, number, true, "
                                           "false, or null")  # fmt: skip
    if not isinstance(element, dict):
        return
    if len(element) != 1:
        raise InvalidEventPatternException(reason="Only one key allowed in match expression")
    ((kind, value),) = element.items()
    check = _KINDS.get(kind)
    if check is None:
        raise InvalidEventPatternException(reason=f"Unrecognized match type {kind}")
    if not check(value):
        raise InvalidEventPatternException(reason=f"Bad value of match type {kind}: {value!r}")


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _part(value: Any) -> bool:
    """Prefix and suffix take a text, or one to compare without case."""
    return _text(value) or (
        isinstance(value, dict) and list(value) == ["equals-ignore-case"] and _listable(value)
    )


def _listable(value: dict[str, Any]) -> bool:
    return all(map(_text, value.values()))


def _texts(value: Any) -> bool:
    return _text(value) or (isinstance(value, list) and bool(value) and all(map(_text, value)))


def _numeric(value: Any) -> bool:
    if not isinstance(value, list) or len(value) not in (2, 4):
        return False
    return _numbers(value[1::2]) and all(each in _COMPARISONS for each in value[::2])


def _numbers(values: list[Any]) -> bool:
    return bool(values) and all(
        isinstance(each, int | float) and not isinstance(each, bool) for each in values
    )


def _network(value: Any) -> bool:
    try:
        return bool(ipaddress.ip_network(value, strict=False))
    except ValueError:
        return False


def _other(value: Any) -> bool:
    """Anything-but takes texts or numbers, not a mix of them, or one of the text matches."""
    if not isinstance(value, dict):
        return _texts(value) or _numbers(value if isinstance(value, list) else [value])
    return len(value) == 1 and all(
        kind in ("prefix", "suffix", "equals-ignore-case", "wildcard") and _texts(part)
        for kind, part in value.items()
    )


_KINDS: dict[str, Callable[[Any], bool]] = {
    "exists": lambda value: isinstance(value, bool),
    "prefix": _part,
    "suffix": _part,
    "equals-ignore-case": _text,
    "wildcard": _text,
    "numeric": _numeric,
    "cidr": _network,
    "anything-but": _other,
}

"""How is what a run depends on written down? In a document named by the digest of its bytes.

It is all that a run's steps are told. The same value gives the same bytes.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from factory.catalogue import field_types
from factory.catalogue.judged import Judged
from factory.catalogue.judged_rules import checked
from factory.errors import InvalidSpec
from factory.reasons import quoted
from factory.variant import KIND, Variant

VERSION = 2
Record = TypeVar("Record", bound=Judged)


def judged_text(model: Judged) -> str:
    """Return the document of what *model*'s runs and gates depend on."""
    names = [field.name for field in dataclasses.fields(Judged)]
    return versioned({"judged": {name: plain(getattr(model, name)) for name in names}})


def parse_judged(text: str | bytes) -> Judged:
    """Read what `judged_text` wrote; InvalidSpec names an unknown or missing field."""
    return checked(parsed(Judged, "judged", text))


def digest(text: str | bytes) -> str:
    """Return the SHA-256 of a document: 64 hexadecimal digits."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def canonical(value: Any) -> str:
    """Return *value* as JSON: the same text for the same value, whatever its white space was."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def plain(value: Any) -> Any:
    """Return *value*, a record or a part of one, as plain JSON."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        named = {KIND: value.KIND} if isinstance(value, Variant) else {}
        return named | {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value


def json_of(text: str | bytes) -> Any:
    """Return the value that *text* holds as JSON."""
    return json.loads(text)


def versioned(content: Mapping[str, Any]) -> str:
    """Return the document of *content*, which says its version."""
    return canonical({"version": VERSION, **content})


def parsed(kind: type[Record], key: str, text: str | bytes) -> Record:
    """Build the *kind* that a document holds under *key*, by whatever rules it may break."""
    found = _document(text)
    if found.get("version") != VERSION or key not in found:
        raise InvalidSpec(
            f"{key} document: version {found.get('version')!r} with {', '.join(sorted(found))} is "
            f"unknown; version {VERSION} with {key!r} is read"
        )
    raw = found[key]
    name = raw.get("name") if isinstance(raw, dict) else raw
    return typing.cast("Record", _record(kind, raw, f"model {name!r}"))


def _document(text: str | bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as exc:
        raise InvalidSpec(f"a model's document is not JSON: {exc}") from exc
    if not isinstance(found, dict):
        raise InvalidSpec(f"a model's document is a {type(found).__name__}, not an object")
    return found


def _value(kind: Any, raw: Any, where: str) -> Any:
    """Build a *kind* from plain JSON."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _record(kind, raw, where)
    if typing.get_origin(kind) is tuple and isinstance(raw, list):
        return tuple(raw)
    return raw


def _kind(base: type[Variant], raw: dict[str, Any], where: str) -> tuple[type, dict[str, Any]]:
    """Return the class that *raw* names, and its fields."""
    word = raw.get(KIND)
    try:
        return base.named(str(word)), {k: v for k, v in raw.items() if k != KIND}
    except KeyError as unknown:
        raise InvalidSpec(
            f"{where}: {quoted(word)} is no kind of {base.__name__} that this factory has; correct "
            "it, or deploy what has it"
        ) from unknown


def _record(kind: type, raw: Any, where: str) -> Any:
    if not isinstance(raw, dict):
        raise InvalidSpec(
            f"{where}: {quoted(raw)} is not an object with the fields of {kind.__name__}"
        )
    if issubclass(kind, Variant):
        kind, raw = _kind(kind, raw, where)
    hints = field_types.hints(kind)
    unknown = sorted(set(raw) - set(hints))
    if unknown:
        raise InvalidSpec(f"{where}: {', '.join(unknown)} is not a field of {kind.__name__}")
    try:
        return kind(**{k: _value(hints[k], v, f"{where}.{k}") for k, v in raw.items()})
    except TypeError as exc:
        raise InvalidSpec(f"{where}: {exc}") from exc

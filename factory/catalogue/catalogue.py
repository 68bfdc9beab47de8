"""Which models are there? The catalogue as one value and as one JSON document."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from factory.catalogue import field_types
from factory.catalogue.rules import checked
from factory.catalogue.spec import Model
from factory.errors import InvalidSpec, NotFound


@dataclass(frozen=True)
class Catalogue:
    """All models, by name."""

    models: Mapping[str, Model]

    @classmethod
    def of(cls, models: Iterable[Model]) -> Catalogue:
        """Check every model and that no two share a name."""
        found: dict[str, Model] = {}
        for model in models:
            if model.name in found:
                raise InvalidSpec(f"model {model.name!r}: two entries have the name; rename one")
            found[model.name] = checked(model)
        return cls(types.MappingProxyType(dict(sorted(found.items()))))

    def __getitem__(self, name: str) -> Model:
        """Return the model called *name*, or raise NotFound."""
        if name not in self.models:
            raise NotFound(f"model {name!r} is not in the catalogue; it has {self._names()}")
        return self.models[name]

    def __iter__(self) -> Iterator[Model]:
        """Go through the models in the order of their names."""
        return iter(self.models.values())

    def fed_by(self, product: str) -> tuple[Model, ...]:
        """Return the models in use that learn from or are judged on *product*."""
        return tuple(m for m in self if product in (m.train, m.test) and not m.retired)

    def _names(self) -> str:
        return ", ".join(self.models) or "no model"


def render(catalogue: Catalogue) -> str:
    """Return *catalogue* as JSON: the same bytes for the same models."""
    document = {"version": 1, "models": {m.name: _plain(m) for m in catalogue}}
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def parse(text: str | bytes) -> Catalogue:
    """Read what `render` wrote; an unknown or missing field is named."""
    document = json.loads(text)
    if document.get("version") != 1:
        raise InvalidSpec(f"catalogue: version {document.get('version')!r} is unknown; 1 is read")
    return Catalogue.of(
        _value(Model, raw, f"model {name!r}") for name, raw in document["models"].items()
    )


def digest(text: str | bytes) -> str:
    """Return the SHA-256 of a rendered catalogue."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value


def _value(kind: Any, raw: Any, where: str) -> Any:
    """Build a *kind* from plain JSON."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _record(kind, raw, where)
    if typing.get_origin(kind) is tuple:
        return tuple(raw)
    return raw


def _record(kind: type, raw: Mapping[str, Any], where: str) -> Any:
    hints = field_types.hints(kind)
    unknown = sorted(set(raw) - set(hints))
    if unknown:
        raise InvalidSpec(f"{where}: {', '.join(unknown)} is no field of {kind.__name__}")
    try:
        return kind(**{k: _value(hints[k], v, f"{where}.{k}") for k, v in raw.items()})
    except TypeError as exc:
        raise InvalidSpec(f"{where}: {exc}") from exc

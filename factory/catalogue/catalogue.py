"""Which models are there? All entries of models/, checked, by name."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from factory.catalogue import document
from factory.catalogue.rules import checked
from factory.catalogue.spec import Model
from factory.errors import InvalidSpec, NotFound

SHOWN = 20  # names in an error


@dataclass(frozen=True)
class Catalogue:
    """All models, by name."""

    models: Mapping[str, Model]

    @classmethod
    def of(cls, models: Iterable[Model]) -> Catalogue:
        """Check every model and that no two share a name."""
        found: dict[str, Model] = {}
        for model in map(checked, models):
            if model.name in found:
                raise InvalidSpec(f"model {model.name!r}: two entries have the name; rename one")
            found[model.name] = model
        return cls(types.MappingProxyType(dict(sorted(found.items()))))

    def __getitem__(self, name: str) -> Model:
        """Return the model called *name*, or raise NotFound."""
        if name not in self.models:
            raise NotFound(f"model {name!r} is not in the catalogue; it has {self._names()}")
        return self.models[name]

    def __iter__(self) -> Iterator[Model]:
        """Go through the models in the order of their names."""
        return iter(self.models.values())

    def _names(self) -> str:
        shown = ", ".join(list(self.models)[:SHOWN]) or "no model"
        more = len(self.models) - SHOWN
        return f"{shown} and {more} more" if more > 0 else shown


def render(catalogue: Catalogue) -> str:
    """Return *catalogue* as JSON lines, one for each model: the same bytes for the same models."""
    return document.lines(catalogue)


def parse(text: str | bytes) -> Catalogue:
    """Read what `render` wrote."""
    return Catalogue.of(document.parse_spec(line) for line in text.splitlines() if line.strip())

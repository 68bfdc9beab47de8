"""Which models does the factory keep? One file a model; each holds one frozen value."""

from __future__ import annotations

import importlib
import pkgutil

from factory.catalogue import Catalogue
from factory.errors import InvalidSpec
from factory.spec import Model


def catalogue() -> Catalogue:
    """Return every model below this folder, checked."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return Catalogue.of(declared(name) for name in names)


def declared(file: str) -> Model:
    """Return the value called MODEL of `models/FILE.py`."""
    module = importlib.import_module(f"{__name__}.{file}")
    value = getattr(module, "MODEL", None)
    if not isinstance(value, Model):
        raise InvalidSpec(f"models/{file}.py: MODEL is {value!r}; set it to a Model(...)")
    return value

"""Which models does the factory keep? One file a model or a family; each holds one frozen value."""

from __future__ import annotations

import importlib
import pkgutil

from factory.catalogue.catalogue import Catalogue
from factory.catalogue.spec import Model
from factory.errors import InvalidSpec


def catalogue() -> Catalogue:
    """Return every model below this folder, checked."""
    return Catalogue.of(model for file in files() for model in declared(file))


def files() -> list[str]:
    """Return the names of the files that declare models, without their ending."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def declared(file: str) -> tuple[Model, ...]:
    """Return what `models/FILE.py` declares: the value called MODEL, or those of FAMILY."""
    module = importlib.import_module(f"{__name__}.{file}")
    found = {name: getattr(module, name) for name in ("MODEL", "FAMILY") if hasattr(module, name)}
    if len(found) != 1:
        raise InvalidSpec(
            f"models/{file}.py: declares {' and '.join(found) or 'nothing'}; set either MODEL to a "
            "Model(...) or FAMILY to a family(...)"
        )
    name, value = found.popitem()
    models = (value,) if name == "MODEL" else value
    if not (isinstance(models, tuple) and models and all(isinstance(m, Model) for m in models)):
        wanted = "a Model(...)" if name == "MODEL" else "a family(...)"
        raise InvalidSpec(f"models/{file}.py: {name} is {value!r}; set it to {wanted}")
    return models

"""How does an object become bytes, and how do bytes of a stranger become nothing but objects?

It is pickle, but no class that the bytes name is ever called: objects come back empty, only of
classes of moto's and localcloud's, and get their attributes after that. What else bytes may call is
in `pieces.CALLABLE`, and none of it does anything but hold data.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from typing import Any

from localcloud.state.pieces import CALLABLE, pieces
from localcloud.state.references import Foreign, References


def dumps(value: Any, references: References, wanted: Callable[[], bool] = lambda: False) -> bytes:
    """Return the bytes of *value*; of what has *references* only the name is in them.

    Raises Interrupted as soon as something else is *wanted*.
    """
    buffer = io.BytesIO()
    pickler = _Pickler(buffer, protocol=5)
    pickler.references, pickler.wanted = references, wanted
    pickler.dump(value)
    return buffer.getvalue()


def loads(content: bytes, references: References) -> Any:
    """Return the value of these bytes, with what the *references* find in the place of names.

    Raises Foreign for bytes that `dumps` cannot have made.
    """
    unpickler = _Unpickler(io.BytesIO(content))
    unpickler.references = references
    try:
        return unpickler.load()
    except Foreign:
        raise
    except Exception as error:
        raise Foreign(f"it cannot be read: {error!r}") from error


class Interrupted(Exception):
    """The writing was given up: somebody waits for what it holds."""


class _Pickler(pickle.Pickler):
    references: References
    wanted: Callable[[], bool]

    def persistent_id(self, obj: Any) -> Any:
        return self.references.name_of(obj)

    def reducer_override(self, obj: Any) -> Any:
        if self.wanted():
            raise Interrupted
        return pieces(obj)


class _Unpickler(pickle.Unpickler):
    references: References

    def persistent_load(self, name: Any) -> Any:
        return self.references.find(name)

    def find_class(self, module: str, name: str) -> Any:
        if (found := CALLABLE.get(f"{module}.{name}")) is None:
            raise Foreign(f"it asks for {module}.{name}, which no state holds")
        return found

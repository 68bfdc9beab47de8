"""Which wheels does the recipe bring, and which files of an artifact are those?

They ship unpacked beside this module, in the zip of the jobs' code, from where native libraries
cannot be imported. An artifact carries them: whoever serves it needs no network.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.resources
import sys
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path

from pipelines.contract import LIBRARIES


@functools.cache
def own() -> Mapping[str, str]:
    """Return the SHA-256 of each file of the recipe's wheels by its name in an artifact."""
    return {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in _files()}


def admits(name: str) -> bool:
    """Say whether the recipe's wheels have a file called *name*, or with a slash a folder."""
    return name in own() or (name.endswith("/") and any(each.startswith(name) for each in own()))


def lay(artifact: Path) -> None:
    """Write the recipe's wheels to the folder *artifact*, and let them be imported from there."""
    for name, file in _files():
        target = artifact / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    sys.dont_write_bytecode = True  # what importing leaves in the folder would be in the artifact
    sys.path.insert(0, str(artifact / LIBRARIES))


def _files() -> Iterator[tuple[str, Traversable]]:
    yield from _below(importlib.resources.files("pipelines.steps") / LIBRARIES, LIBRARIES)


def _below(place: Traversable, name: str) -> Iterator[tuple[str, Traversable]]:
    if place.is_file():
        yield name, place
    elif place.is_dir():
        for entry in sorted(place.iterdir(), key=lambda entry: entry.name):
            yield from _below(entry, f"{name}/{entry.name}")

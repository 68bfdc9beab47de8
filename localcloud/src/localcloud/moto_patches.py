"""Which pieces of moto are replaced from outside, what for, and who knows of it upstream?

Each patch says what it ``fixes`` and what is known ``upstream``: an issue or pull request of moto's
(``getmoto/moto#123``), ``policy: ...`` where this cloud wants something else than moto does, or
``unreported: ...`` with the reason. UPSTREAM.md is made of these.
"""

from __future__ import annotations

import functools
import inspect
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

UNREPORTED = "unreported: a flaw for all who use moto; we have not found an issue that names it"
_UPSTREAM = re.compile(r"getmoto/moto#\d+|(policy|unreported): \S.+")


@dataclass(frozen=True)
class Patch:
    """One site that changes moto, and all that it changes."""

    targets: tuple[str, ...]
    """Dotted names, such as ``moto.kms.models.KmsBackend.verify``."""
    module: str
    """Of this package."""
    fixes: str
    upstream: str


patches: list[Patch] = []
"""Those that were made, in this order."""


def replace(owner: type | ModuleType, name: str, piece: Any, *, fixes: str, upstream: str) -> None:
    """Put *piece* in the place of what *owner* has under *name*."""
    _demand(owner, name)
    setattr(owner, name, piece)
    _register(owner, [name], fixes, upstream)


def wrap(
    owner: type | ModuleType,
    names: str | tuple[str, ...],
    around: Callable[[Any], Any],
    *,
    fixes: str,
    upstream: str,
) -> None:
    """Replace a function, or each of several, by what *around* makes of it."""
    every = (names,) if isinstance(names, str) else names
    for name in every:
        _demand(owner, name)
        original = getattr(owner, name)
        setattr(owner, name, functools.wraps(original)(around(original)))
    _register(owner, every, fixes, upstream)


def original(owner: type, name: str) -> Any:
    """Return what `wrap` was put around."""
    return getattr(owner, name).__wrapped__


def provide(owner: type, pieces: Mapping[str, Any], *, fixes: str, upstream: str) -> None:
    """Give *owner* these pieces by name, whether moto has some of its own there or not."""
    for name, piece in pieces.items():
        setattr(owner, name, piece)
    _register(owner, pieces, fixes, upstream)


def route(module: ModuleType, pattern: str, answer: Any, *, fixes: str, upstream: str) -> None:
    """Let moto's service with these ``urls`` answer paths of this *pattern*, which it lacks."""
    if pattern in module.url_paths:
        raise AttributeError(f"moto's {module.__name__} has {pattern} now: is the patch needed?")
    module.url_paths[pattern] = answer
    _register(module, ["url_paths"], fixes, upstream)


def _demand(owner: type | ModuleType, name: str) -> None:
    if not hasattr(owner, name):
        raise AttributeError(
            f"moto has no {_dotted(owner)}.{name} any more: compare the patch with its version"
        )


def _dotted(owner: type | ModuleType) -> str:
    return f"{owner.__module__}.{owner.__name__}" if inspect.isclass(owner) else owner.__name__


def _register(owner: type | ModuleType, names: Any, fixes: str, upstream: str) -> None:
    if not _UPSTREAM.fullmatch(upstream):
        raise ValueError(
            f"upstream is getmoto/moto#N, policy: ... or unreported: ..., not {upstream!r}"
        )
    targets = tuple(f"{_dotted(owner)}.{name}" for name in names)
    caller = sys._getframe(2).f_globals["__name__"]
    patches.append(Patch(targets, caller, fixes, upstream))

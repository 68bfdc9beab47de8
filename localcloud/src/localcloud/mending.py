"""How is a piece of moto replaced from outside?"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def replace(owner: Any, name: str, piece: Any) -> None:
    """Put *piece* in the place of what *owner* (a class or module) has under *name*."""
    if not hasattr(owner, name):
        raise AttributeError(f"moto has no {owner.__name__}.{name} any more: look at its version.")
    setattr(owner, name, piece)


def wrap(owner: Any, name: str, around: Callable[[Any], Any]) -> None:
    """Replace a function by what *around* makes of it."""
    original = getattr(owner, name)
    replace(owner, name, functools.wraps(original)(around(original)))

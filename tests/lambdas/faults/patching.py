"""How does a test put something of its own in the place of a part that has to be there?"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any


def replace(owner: Any, name: str, piece: Any) -> None:
    """Put *piece* in the place of what *owner* has under *name*; raise without it."""
    getattr(owner, name)
    setattr(owner, name, piece)


def wrap(owner: Any, name: str, around: Callable[[Any], Any]) -> None:
    """Replace a function by what *around* makes of it."""
    original = getattr(owner, name)
    replace(owner, name, functools.wraps(original)(around(original)))

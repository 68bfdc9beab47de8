"""How does what grows with the columns of a model fit into an item of 400 KB?"""

from __future__ import annotations

import base64
import lzma
from collections.abc import Iterable, Mapping
from typing import TypeVar

Value = TypeVar("Value")

MOST_TOLD = 20
"""Columns that a message, an event or a person is told of; the finding shows all of them."""


def packed(text: str) -> str:
    """Return *text* compressed, as text; it repeats itself, by window and by column."""
    return base64.b85encode(lzma.compress(text.encode(), preset=1)).decode()


def unpacked(text: str) -> str:
    """Return what `packed` was given."""
    return lzma.decompress(base64.b85decode(text)).decode()


def few(columns: Iterable[str]) -> str:
    """Return the first of *columns*, and how many more there are."""
    names = list(columns)
    more = f" and {len(names) - MOST_TOLD} more" if len(names) > MOST_TOLD else ""
    return ", ".join(names[:MOST_TOLD]) + more


def first(columns: Mapping[str, Value]) -> dict[str, Value]:
    """Return the first of *columns* with what is said of them."""
    return dict(list(columns.items())[:MOST_TOLD])

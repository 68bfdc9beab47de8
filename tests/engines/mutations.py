"""Documents of which one thing or a few are wrong: dropped, of another type, nested or odd."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 10**400, -(2**63), 1e308, float("nan"), float("inf"), "", " ",
    "x" * 5000, "\x1b[31m", "\u202ea", "a\nb", "010", "yes", [], [[]], [None], {}, {"a": {}}, [{}],
    [1, "a", None], {"value": []}, "(", "2024-02-30",
    "__class__", "'; DROP TABLE x; --", "{0.__class__}",
)  # fmt: skip
"""What no field of a document expects, or few."""


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value below *value*."""
    if not isinstance(value, dict | list):
        return
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, key)
        yield from places(inner, (*path, key))


def mutated(document: Any, seed: int) -> Any:
    """Return *document* with one to three changes that *seed* chooses."""
    rng, found = random.Random(seed), copy.deepcopy(document)
    for _ in range(rng.randint(1, 3)):
        everywhere = list(places(found))
        if everywhere:
            _change(found, rng.choice(everywhere), rng)
    return found


def _change(document: Any, path: tuple[Any, ...], rng: random.Random) -> None:
    holder, key = document, path[-1]
    for step in path[:-1]:
        holder = holder[step]
    match rng.randrange(6):
        case 0:
            del holder[key]
        case 1:
            holder[key] = [holder[key]]
        case 2:
            holder[key] = {"name": holder[key]}
        case 3 if isinstance(holder, dict):
            holder[rng.choice(("odd", "enum", "quality", "logicalTypeOptions", "format"))] = (
                holder.pop(key)
            )
        case 4 if isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        case _:
            holder[key] = copy.deepcopy(rng.choice(ODD))

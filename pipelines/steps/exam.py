"""In which requests is a candidate asked? In company, types and turns that it cannot foresee."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from factory.gates.exam import AGAIN, CONTENT_TYPES

MOST = 2_000  # rows of a request
FEW = 64  # rows of a request of those that are asked again
FEWEST = 12  # questions of many rows that are asked again
ALONE = 32  # rows that are asked again without company, as traffic mostly asks


@dataclass(frozen=True, kw_only=True)
class Request:
    """Rows that are asked together."""

    rows: Sequence[int]
    """Their numbers, in the order of the body."""
    sent: str
    """The content type of the body."""
    accept: str
    """The content type that is wanted back."""
    style: int
    """How the body is written: of the ways that clients have, the same number is the same way."""
    again: bool = False
    """Whether they were, or will be, asked in other company too; then those answers count."""


def plan(
    rows: int,
    seed: int,
    most: int = MOST,
    sizes: Sequence[int] | None = None,
    share: float = 1.0,
) -> list[Request]:
    """Return requests that ask each of *rows* once, and some of them again, in a random order.

    These are asked in the other content type and with fewer others, or without others in either
    type. Where the rows stand for questions of several rows, *sizes* says of how many. They are
    the *share* of an exam, of which as large a part is asked again.
    """
    random = Random(seed)  # noqa: S311 - drawn anew for each exam, and told afterwards
    order = random.sample(range(rows), rows)
    first = [
        _request(part, random.choice(CONTENT_TYPES), random) for part in _parts(order, most, random)
    ]
    sent = {row: request.sent for request in first for row in request.rows}
    drawn = random.sample(range(rows), rows)
    chosen = _enough(drawn, sizes, share)
    again = [
        _request(part, kind, random, again=True)
        for kind in CONTENT_TYPES
        for part in (
            *([row] for row in chosen[:ALONE]),
            *_parts([r for r in chosen[ALONE:] if sent[r] != kind], min(most, FEW), random),
        )
    ]
    return random.sample([*first, *again], len(first) + len(again))


def together(
    units: Sequence[Sequence[int]],
    apart: Sequence[str],
    seed: int,
    most: int = MOST,
    turns: Sequence[int] = (),
) -> list[Request]:
    """Return requests as `plan` does, in which the rows of each of *units* stay together.

    No request has two units that are the same in *apart*, which is empty where all differ. Units of
    an earlier one of *turns* are all asked before those of a later one: what these bring is not
    known yet to whoever remembers what he was asked.
    """
    sizes = [len(unit) for unit in units]
    largest = max(sizes, default=1)
    found, parted = list[Request](), _by_turn(len(units), turns)
    for number, places in enumerate(parted):
        own = [sizes[place] for place in places] if largest > 1 else None
        few = plan(len(places), seed + number, max(1, most // largest), own, 1 / len(parted))
        found += [
            replace(request, rows=[row for unit in part for row in units[unit]])
            for request in few
            for part in _layers([places[place] for place in request.rows], apart)
        ]
    return found


def _by_turn(units: int, turns: Sequence[int]) -> list[list[int]]:
    """Return the units of each turn; all where there are none."""
    if not turns:
        return [list(range(units))]
    return [[unit for unit, own in enumerate(turns) if own == turn] for turn in sorted(set(turns))]


def _enough(drawn: Sequence[int], sizes: Sequence[int] | None, share: float) -> Sequence[int]:
    """Return the first questions of those *drawn* that have rows enough, however unlike in size."""
    if sizes is None:
        return drawn[: math.ceil(share * AGAIN)]
    told = itertools.accumulate((sizes[question] for question in drawn), initial=0)
    enough = sum(rows < share * 2 * AGAIN for rows in told)
    return drawn[: max(math.ceil(share * FEWEST), enough)]


def _layers(units: Sequence[int], apart: Sequence[str]) -> Iterator[Sequence[int]]:
    """Cut *units* into parts of which none has two that are the same in *apart*."""
    if not apart:
        yield units
        return
    seen: Counter[str] = Counter()
    layers: dict[int, list[int]] = {}
    for unit in units:
        layers.setdefault(seen[apart[unit]], []).append(unit)
        seen[apart[unit]] += 1
    yield from layers.values()


def _parts(rows: Sequence[int], most: int, random: Random) -> Iterator[Sequence[int]]:
    """Cut *rows* into parts of 1 to *most*; each order of magnitude is as likely as another."""
    left, magnitude = iter(rows), math.log(most + 1)
    while part := list(itertools.islice(left, int(math.exp(random.uniform(0, magnitude))))):
        yield part


def _request(rows: Sequence[int], sent: str, random: Random, *, again: bool = False) -> Request:
    accept, style = random.choice(CONTENT_TYPES), random.getrandbits(32)
    return Request(rows=rows, sent=sent, accept=accept, style=style, again=again)

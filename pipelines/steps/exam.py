"""In which requests is a candidate asked? In company, types and turns that it cannot foresee."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from factory.gates.exam import AGAIN, CONTENT_TYPES

MOST = 2_000  # rows of a request
FEW = 64  # rows of a request of those that are asked again
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
    again: bool = False
    """Whether they were, or will be, asked in other company too; then those answers count."""


def plan(rows: int, seed: int, most: int = MOST) -> list[Request]:
    """Return requests that ask each of *rows* once, and some of them twice, in a random order.

    The second time a row is sent in the other content type, and with fewer others or with none.
    """
    random = Random(seed)  # noqa: S311 - drawn anew for each exam, and told afterwards
    order = random.sample(range(rows), rows)
    first = [_request(part, random) for part in _parts(order, most, random)]
    sent = {row: request.sent for request in first for row in request.rows}
    chosen = random.sample(range(rows), min(rows, AGAIN))
    second = [_request(part, random, sent) for part in _again(chosen, sent, min(most, FEW), random)]
    return random.sample([*first, *second], len(first) + len(second))


def _again(
    rows: Sequence[int], sent: dict[int, str], most: int, random: Random
) -> Iterator[Sequence[int]]:
    """Yield groups of *rows*, each of which was sent in one content type."""
    yield from ([row] for row in rows[:ALONE])
    for kind in CONTENT_TYPES:
        yield from _parts([row for row in rows[ALONE:] if sent[row] == kind], most, random)


def _parts(rows: Sequence[int], most: int, random: Random) -> Iterator[Sequence[int]]:
    """Cut *rows* into parts of 1 to *most*; each order of magnitude is as likely as another."""
    left, magnitude = iter(rows), math.log(most + 1)
    while part := list(itertools.islice(left, int(math.exp(random.uniform(0, magnitude))))):
        yield part


def _request(rows: Sequence[int], random: Random, sent: dict[int, str] | None = None) -> Request:
    kinds = [k for k in CONTENT_TYPES if not sent or k != sent[rows[0]]]
    kind, accept = random.choice(kinds), random.choice(CONTENT_TYPES)
    return Request(rows=rows, sent=kind, accept=accept, again=sent is not None)

"""Does a fleet answer as it was judged? Rows of the exam, asked again in the forms of real traffic.

Nothing in such a request tells it from anybody's. Each request is answered by one fleet as a whole,
and while a canary bakes that may be the one that is to be replaced: AWS demands the same variant on
both, so that only the answer itself tells whose it is.
"""

from __future__ import annotations

import csv
import enum
import io
import json
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from factory.gates.exam import CONTENT_TYPES, TOLERANCE
from factory.values import text

CSV, JSON = CONTENT_TYPES
REQUESTS = 12  # a round
SIZES = (1, 1, 2, 5, 20, 60)
"""How many rows a request may have."""


class Answer(NamedTuple):
    """What was answered about one row."""

    score: float
    selected: bool


@dataclass(frozen=True, kw_only=True)
class Replay:
    """Judged rows with the answers of the version, and of the one that it was compared with."""

    features: Sequence[str]
    rows: Sequence[Sequence[Any]]
    challenger: Sequence[Answer]
    champion: Sequence[Answer] | None
    """None when there was none."""


def parse(document: bytes) -> Replay:
    """Read what the gates wrote."""
    raw = json.loads(document)
    champion = raw["champion"]
    return Replay(
        features=raw["features"],
        rows=raw["rows"],
        challenger=[Answer(*answer) for answer in raw["challenger"]],
        champion=None if champion is None else [Answer(*answer) for answer in champion],
    )


@dataclass(frozen=True, kw_only=True)
class Request:
    """Some rows, in one of the forms in which traffic comes."""

    body: str
    content_type: str
    accept: str
    challenger: Sequence[Answer]
    champion: Sequence[Answer] | None

    @property
    def telling(self) -> bool:
        """Whether its answer tells the two versions apart."""
        return self.champion is None or not same(self.champion, self.challenger)


def requests(replay: Replay, chance: random.Random) -> Iterator[Request]:
    """Yield a round of requests about rows that *chance* draws, in forms that it draws too."""
    places = list(range(len(replay.rows)))
    chance.shuffle(places)
    for _ in range(REQUESTS if places else 0):
        size = chance.choice(SIZES)
        taken, places = places[:size], places[size:] + places[:size]
        yield _request(replay, taken, chance)


def _request(replay: Replay, places: Sequence[int], chance: random.Random) -> Request:
    kind = chance.choice((CSV, JSON))
    rows = [replay.rows[place] for place in places]
    return Request(
        body=_csv(rows) if kind == CSV else _json(replay.features, rows),
        content_type=kind,
        accept=chance.choice((CSV, JSON)),
        challenger=[replay.challenger[place] for place in places],
        champion=None if replay.champion is None else [replay.champion[p] for p in places],
    )


def _csv(rows: Sequence[Sequence[Any]]) -> str:
    sink = io.StringIO()
    csv.writer(sink, lineterminator="\n").writerows([text(value) for value in row] for row in rows)
    return sink.getvalue()


def _json(features: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    return json.dumps({"instances": [dict(zip(features, row, strict=True)) for row in rows]})


def same(found: Sequence[Answer] | None, judged: Sequence[Answer] | None) -> bool:
    """Say whether two answers about the same rows are one, but for the last bits of a score."""
    if found is None or judged is None or len(found) != len(judged):
        return False
    return all(
        one.selected == other.selected
        and math.isclose(one.score, other.score, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        for one, other in zip(found, judged, strict=True)
    )


def read(words: str, accept: str) -> list[Answer] | None:
    """Read an answer in the form that was asked for; None when it is none."""
    try:
        return _read_csv(words) if accept == CSV else _read_json(words)
    except (ValueError, KeyError, TypeError, csv.Error, RecursionError):
        return None


def _read_csv(words: str) -> list[Answer]:
    decisions = {"0": False, "1": True}
    rows = [row for row in csv.reader(io.StringIO(words)) if row]
    return [Answer(float(score), decisions[selected]) for score, selected in rows]


def _read_json(words: str) -> list[Answer]:
    found = json.loads(words)["predictions"]
    return [Answer(float(each["score"]), _decision(each["selected"])) for each in found]


def _decision(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


class Whose(enum.Enum):
    """Whose answer one is."""

    OWN = "the version's own"
    EITHER = "also the champion's"
    OLD = "the champion's"
    OTHER = "neither the version's nor the champion's"
    NONE = "none"


def whose(request: Request, status: int, words: str, *, alone: bool) -> Whose:
    """Say whose answer *words* are; *alone* when nobody but the version can have answered.

    Without a champion's answers to compare with, the old fleet's may be anything.
    """
    if status != 200:  # noqa: PLR2004 - what was answered in the exam is answered again
        return Whose.NONE
    found = read(words, request.accept)
    if same(found, request.challenger):
        return Whose.OWN if alone or request.telling else Whose.EITHER
    if alone:
        return Whose.OTHER
    old = request.champion is None or same(found, request.champion)
    return Whose.OLD if old else Whose.OTHER


Ask = Callable[[Request], tuple[int, str]]
"""Sends one request and returns the model's status and its words."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a round has shown."""

    asked: int = 0
    """Requests that were answered, by whomever."""
    telling: int = 0
    """Those of them whose answer tells the version from the champion, beside whom it answered."""
    own: int = 0
    """The version's own among these."""
    alone: int = 0
    """The version's answers when nobody else could have answered."""
    wrong: tuple[str, ...] = ()
    """Words about each answer that is neither's, or is none; never a value of a row."""


def ask_all(
    replay: Replay, ask: Ask, chance: random.Random, *, alone: bool, late: Callable[[], bool]
) -> Seen:
    """Ask a round; *late* says when there is no time left, which is held against the fleet."""
    seen = Seen()
    for number, request in enumerate(requests(replay, chance)):
        if late():
            words = f"only {number} of {REQUESTS} requests were answered in time"
            return _more(seen, wrong=(*seen.wrong, words))
        status, words = ask(request)
        seen = _with(seen, request, whose(request, status, words, alone=alone), status, alone)
    return seen


def _with(seen: Seen, request: Request, whose_: Whose, status: int, alone: bool) -> Seen:  # noqa: FBT001 - a fact
    if whose_ in {Whose.OTHER, Whose.NONE}:
        rows, form = len(request.challenger), request.content_type
        what = f"status {status}" if whose_ is Whose.NONE else f"an answer that is {whose_.value}"
        return _more(seen, wrong=(*seen.wrong, f"{rows} judged rows as {form} get {what}"))
    telling = not alone and request.telling
    return _more(
        seen,
        asked=seen.asked + 1,
        telling=seen.telling + telling,
        own=seen.own + (telling and whose_ is Whose.OWN),
        alone=seen.alone + alone,
    )


def _more(seen: Seen, **changes: Any) -> Seen:
    return Seen(**{**vars(seen), **changes})

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
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from factory.errors import Refused
from factory.gates.exam import REPLAY_VERSION, TOLERANCE
from factory.tasks import answers
from factory.tasks.answers import CSV, JSON, Answer, Fields, NotAnAnswerError, fields_of
from factory.values import text

REQUESTS = 12  # a round
SIZES = (1, 1, 2, 5, 20, 60)
"""How many rows a request may have."""


@dataclass(frozen=True, kw_only=True)
class Replay:
    """Judged rows with the answers of the version, and of the one that it was compared with."""

    features: Sequence[str]
    rows: Sequence[Sequence[Any]]
    challenger: Sequence[Answer]
    champion: Sequence[Answer] | None
    """None when there was none."""
    fields: Fields
    questions: Sequence[int] | None = None
    """The number of each row's question, whose rows are asked together and with no others; None
    where each row is one, which may be asked with others."""

    @property
    def units(self) -> list[list[int]]:
        """Return the places of the rows of each question."""
        found: dict[int, list[int]] = {}
        numbers = range(len(self.rows)) if self.questions is None else self.questions
        for place, number in enumerate(numbers):
            found.setdefault(number, []).append(place)
        return list(found.values())


def parse(document: bytes) -> Replay:
    """Read what the gates wrote; Refused when it is of another version."""
    raw = json.loads(document)
    if raw["version"] != REPLAY_VERSION:
        raise Refused(
            f"the judged rows are in version {raw['version']} of their document, "
            f"{REPLAY_VERSION} is read: train the model anew"
        )
    champion = raw["champion"]
    return Replay(
        features=raw["features"],
        rows=raw["rows"],
        challenger=[_answer(answer) for answer in raw["challenger"]],
        champion=None if champion is None else [_answer(answer) for answer in champion],
        fields=fields_of(raw["fields"]),
        questions=raw.get("questions"),
    )


def _answer(parts: Sequence[Any]) -> Answer:
    return tuple(tuple(part) if isinstance(part, list) else part for part in parts)


@dataclass(frozen=True, kw_only=True)
class Request:
    """Some rows, in one of the forms in which traffic comes."""

    body: str
    content_type: str
    accept: str
    challenger: Sequence[Answer]
    champion: Sequence[Answer] | None
    fields: Fields
    sizes: answers.Sizes
    """From which numbers are compared in proportion, by field: of all judged answers."""

    @property
    def telling(self) -> bool:
        """Whether its answer tells the two versions apart."""
        return self.champion is None or not self.says(self.champion, self.challenger)

    def says(self, found: Sequence[Answer] | None, judged: Sequence[Answer] | None) -> bool:
        """Say whether what was *found* is what was *judged* of the rows."""
        return same(found, judged, self.fields, self.sizes)


def requests(replay: Replay, chance: random.Random) -> Iterator[Request]:
    """Yield a round of requests about rows that *chance* draws, in forms that it draws too."""
    units = replay.units
    chance.shuffle(units)
    for _ in range(REQUESTS if units else 0):
        size = 1 if replay.questions is not None else chance.choice(SIZES)
        taken, units = units[:size], units[size:] + units[:size]
        yield _request(replay, [place for unit in taken for place in unit], chance)


def _request(replay: Replay, places: Sequence[int], chance: random.Random) -> Request:
    kind = chance.choice((CSV, JSON))
    rows = [replay.rows[place] for place in places]
    return Request(
        body=_csv(rows) if kind == CSV else _json(replay.features, rows),
        content_type=kind,
        accept=chance.choice((CSV, JSON)),
        challenger=[replay.challenger[place] for place in places],
        champion=None if replay.champion is None else [replay.champion[p] for p in places],
        fields=replay.fields,
        sizes=answers.sizes(replay.challenger, replay.fields),
    )


def _csv(rows: Sequence[Sequence[Any]]) -> str:
    sink = io.StringIO()
    csv.writer(sink, lineterminator="\n").writerows([text(value) for value in row] for row in rows)
    return sink.getvalue()


def _json(features: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    return json.dumps({"instances": [dict(zip(features, row, strict=True)) for row in rows]})


def same(
    found: Sequence[Answer] | None,
    judged: Sequence[Answer] | None,
    fields: Fields,
    sizes: answers.Sizes = (),
) -> bool:
    """Say whether two answers about the same rows are one, but for the last bits of a number."""
    if found is None or judged is None or len(found) != len(judged):
        return False
    return all(
        answers.far(one, other, fields, sizes) <= TOLERANCE
        for one, other in zip(found, judged, strict=True)
    )


def read(words: str, accept: str, fields: Fields) -> list[Answer] | None:
    """Read an answer in the form that was asked for; None when it is none."""
    try:
        return answers.read(words, accept, fields)
    except NotAnAnswerError:
        return None


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
    found = read(words, request.accept, request.fields)
    if request.says(found, request.challenger):
        return Whose.OWN if alone or request.telling else Whose.EITHER
    if alone:
        return Whose.OTHER
    old = request.champion is None or request.says(found, request.champion)
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

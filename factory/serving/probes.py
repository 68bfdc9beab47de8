"""What must a version answer that knows its own training data? Every case of every column.

Made from the baseline of the version itself, so that a category that real traffic shows once a
month is asked for while an update can still go back.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from factory import values
from factory.serving import rollout
from factory.serving.rollout import Endpoint, Probing, Traffic

SIZE = 500  # cases in one request, far below the 6 MB that it may have
REPEATS = 4  # while a canary has half of the traffic, one in sixteen requests misses it four times
SUCCESS = range(200, 300)
SERVER_ERROR = 500
TIMED_OUT = 0  # what SageMaker says when the container did not answer in time
ENOUGH = 5  # failures; one is enough to roll back
MOST = 10_000
"""Cases that are asked for: what has more cannot be asked in the time of a round."""
BUDGET = 45  # seconds of a round, after which nothing more is asked; one answer may take 60


@dataclass(frozen=True, kw_only=True)
class Round:
    """What the probes of a configuration do now, and whether there is another round."""

    ask: bool
    again: Mapping[str, Any] | None
    """What the next round is told; None when this was the last."""
    rest: bool = False
    """Whether the endpoint is at rest and serves the configuration."""
    traffic: Traffic = Traffic.OLD
    """Who answers what is asked."""


def plan(message: Mapping[str, Any], endpoint: Endpoint | None, now: float) -> Round:
    """Return what to do about *message*: ask if an answer can still change something.

    A message that comes twice asks twice, which does no harm.
    """
    step = rollout.probing(endpoint, message["config"])
    goes_on = step in {Probing.ASK, Probing.WAIT} and now < message["until"]
    rest = step is Probing.LAST
    return Round(
        ask=step in {Probing.ASK, Probing.LAST},
        again={**message, "turn": message["turn"] + 1} if goes_on else None,
        rest=rest,
        traffic=Traffic.NEW if rest or endpoint is None else endpoint.traffic,
    )


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row to ask for, in which one column has a value that it must be able to have."""

    name: str
    """The column and its value: `native_country 'Scotland'`."""
    row: Mapping[str, Any]


Ask = Callable[[Sequence[Case]], tuple[int, str]]
"""Sends one request and returns the model's status and its words."""


def cases(document: Mapping[str, Any]) -> list[Case]:
    """Return every case of every column of a baseline *document*; one more than `MOST` at most.

    The cases are each level of a category, the ends and the middle of a number, and nothing where
    training had nothing. All other columns of the row have their usual value.
    """
    columns = document["baseline"]["columns"]
    usual = {name: _usual(columns[name]) for name in document["features"]}
    found = (
        Case(name=f"{name} {_said(value)}", row={**usual, name: value})
        for name in document["features"]
        for value in _values(columns[name])
    )
    return list(itertools.islice(found, MOST + 1))


def _usual(column: Mapping[str, Any]) -> Any:
    if column["kind"] == "time":
        return column["cases"][len(column["cases"]) // 2] if column["cases"] else None
    if column["kind"] == "number":
        found = _numbers(column)
        return found[1] if found else None
    levels = column["levels"]
    return max(levels, key=lambda level: (levels[level], level)) if levels else None


def _values(column: Mapping[str, Any]) -> Iterator[Any]:
    yield from dict.fromkeys(_known(column))
    if column["nulls"]:
        yield None


def _known(column: Mapping[str, Any]) -> Iterable[Any]:
    if column["kind"] == "time":
        found: Sequence[str] = column["cases"]
        return found
    return _numbers(column) if column["kind"] == "number" else column["levels"]


def _numbers(column: Mapping[str, Any]) -> Sequence[Any]:
    """Return the lowest, a middle and the highest value of training; none where it had none.

    A baseline of before has no such values, and the nearest to them that it has are taken.
    """
    edges = column["edges"]
    if not edges:
        return ()
    found: Sequence[Any] = column.get("cases") or (
        column["min"],
        edges[len(edges) // 2],
        column["max"],
    )
    return found


def _said(value: Any) -> str:
    return repr(value) if value is None or isinstance(value, str) else values.text(value)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One case, or several of one request, that did not get the answer they must."""

    name: str
    status: int
    """The model's own, of HTTP."""
    words: str

    @property
    def failed(self) -> bool:
        """Whether it is the version's own fault, and not a refusal of the request."""
        return self.status >= SERVER_ERROR or self.status == TIMED_OUT

    def __str__(self) -> str:
        """Return what the log says of it."""
        verb = "fails" if self.failed else "is refused"
        return f"- {self.name} {verb}: status {self.status}: {self.words}"


def findings(asked: Sequence[Case], ask: Ask) -> Iterator[Finding]:
    """Yield the cases that get no answer; *ask* sends some of them as one request.

    Whatever one case does to a request it does to all others in it, so that a request without a
    good answer is halved until the cases that are guilty stand alone.
    """
    yield from _found(asked, _severe(ask))


def _found(asked: Sequence[Case], ask: Ask) -> Iterator[Finding]:
    for part in _parts(asked, SIZE):
        yield from _guilty(part, ask)


def failures(asked: Sequence[Case], ask: Ask, *, alone: bool = False) -> tuple[list[Finding], int]:
    """Return what was found, and how many cases the version fails on; no more than are enough.

    While others may answer, its worst answer counts. When it is *alone*, as it is at rest, what
    gets an answer when it is asked again was the network's or the machine's failure.
    """
    found, failed = [], 0
    for finding in _found(asked, _patient(ask) if alone else _severe(ask)):
        found.append(finding)
        failed += finding.failed
        if failed == ENOUGH:
            break
    return found, failed


def _guilty(asked: Sequence[Case], ask: Ask) -> Iterator[Finding]:
    status, words = ask(asked)
    if status in SUCCESS:
        return
    alone = True
    for half in _parts(asked, (len(asked) + 1) // 2) if len(asked) > 1 else ():
        for finding in _guilty(half, ask):
            alone = False
            yield finding
    if alone:
        name = asked[0].name if len(asked) == 1 else f"{len(asked)} cases together"
        yield Finding(name=name, status=status, words=words)


def _severe(ask: Ask) -> Ask:
    """Return an *ask* that repeats until something else than a success comes back."""
    return _until(ask, lambda status: status not in SUCCESS)


def _patient(ask: Ask) -> Ask:
    """Return an *ask* that repeats while what comes back is the server's own failure."""
    return _until(ask, lambda status: status < SERVER_ERROR and status != TIMED_OUT)


def _until(ask: Ask, enough: Callable[[int], bool]) -> Ask:
    def asking(asked: Sequence[Case]) -> tuple[int, str]:
        answer = ask(asked)
        for _ in range(1, REPEATS):
            if enough(answer[0]):
                break
            answer = ask(asked)
        return answer

    return asking


def _parts(asked: Sequence[Case], size: int) -> list[Sequence[Case]]:
    return [asked[start : start + size] for start in range(0, len(asked), size)]


def body(asked: Sequence[Case]) -> str:
    """Return a request: JSON, so that the order of columns does not matter."""
    return json.dumps({"instances": [case.row for case in asked]})

"""What is left when a function is broken at each of its calls, and its message comes again?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.lambdas.faults import remains
from tests.lambdas.faults.copies import apart
from tests.lambdas.faults.gate import KILLED, THROTTLED, UNANSWERED, Call, Fault, Gate
from tests.lambdas.faults.house import House


@dataclass(frozen=True)
class Scene:
    """One way through a function: the world it finds, and what it is told."""

    function: str
    name: str
    prepare: Callable[[House], Any]
    """Makes the world and returns the event."""
    says: tuple[str, ...] = ()
    """Which types of events tell that the way was gone, in order; nothing else may be said."""
    afterwards: Any = None
    """Another event, which comes after the message was done: some work is finished by the next."""
    cleared: Callable[[], None] | None = None
    """Takes away what keeps the function from being done, however often its message comes."""


@dataclass
class Walked:
    """What came of a scene."""

    function: str
    scene: str
    calls: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    """The lines of the function's own code that called, also in the wake of a fault:
    `handler.py:27`."""
    faults: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Run:
    """What came of one run and, if there had to be one, of the redelivery after it."""

    calls: Sequence[Call]
    struck: bool
    left: str
    """What the run itself has done, before the redelivery."""
    answered: bool
    remains: dict[str, str] | None
    """None when the same was left before: then the redelivery comes to the same too."""
    problem: str = ""
    again: Sequence[Call] = ()
    """The calls of the redelivery."""


def walk(scene: Scene, house: House, gate: Gate, known: set[str]) -> Walked:
    """Break the scene at each call in every way; say what is then not as without a fault.

    *known* are the places whose calls another scene has broken, see `_faults`.
    """
    return apart(lambda: _walk(scene, house, gate, known))


def _walk(scene: Scene, house: House, gate: Gate, places: set[str]) -> Walked:
    walked = Walked(scene.function, scene.name)
    stage = _Stage(scene, scene.prepare(house), house, gate)
    clean = apart(lambda: stage.run(None, {}))
    if clean.problem or not clean.answered:
        walked.problems.append(f"without a fault: {clean.problem or 'its message comes again'}")
        return walked
    if _said(clean.remains or {}) != sorted(scene.says):
        events = [v for k, v in (clean.remains or {}).items() if k.startswith("event ")]
        walked.problems.append(
            f"another way was gone: it said {events or clean.left}, not {scene.says}"
        )
        return walked
    walked.calls = [f"{c.service} {c.operation}" for c in clean.calls]
    walked.lines = _lines(clean)
    walked.places = [place(scene.function, c) for c in clean.calls]
    house.warm(scene.function, {c.service for c in clean.calls if c.service != "http"})
    faults, known = list(_faults(scene.function, clean.calls, places)), {clean.left: clean.remains}
    walked.faults = len(faults)
    while faults:
        for fault, run in apart(lambda: stage.several(faults, known)):
            faults.remove(fault)
            known.setdefault(run.left, run.remains)
            walked.lines += [line for line in _lines(run) if line not in walked.lines]
            walked.problems += _problems(fault, clean, run, known[run.left])
    return walked


def _lines(run: Run) -> list[str]:
    return [call.site.split()[0] for call in (*run.calls, *run.again)]


def _said(there: dict[str, str]) -> list[str]:
    return sorted(name.split()[1] for name in there if name.startswith("event "))


def place(function: str, call: Call) -> str:
    """Return where a function's code makes a call: its line, and the line that led there."""
    return f"{function} {call.operation} {' '.join(call.site.split()[:2])}"


def _faults(function: str, calls: Sequence[Call], places: set[str]) -> Iterator[Fault]:
    """Yield the faults of a scene.

    A call that leaves nothing still leaves nothing when it is killed or sent twice. What AWS
    answers to a call that it refuses, or that comes twice, counts once for each place in the code.
    """
    for number, call in enumerate(calls, start=1):
        new = place(function, call) not in places
        if new:
            yield Fault(THROTTLED, number)
        if not call.reads:
            yield Fault(KILLED, number)
        if new and not call.reads:
            yield Fault(UNANSWERED, number)


def _problems(fault: Fault, clean: Run, run: Run, there: dict[str, str] | None) -> Iterator[str]:
    call = clean.calls[fault.number - 1]
    where = f"{fault.kind} at call {fault.number}, {call.operation} of {call.site.split()[:1]}"
    if run.problem or not run.struck:
        yield f"{where}: {run.problem or 'it did not happen'}"
    wanted = clean.remains or {}
    for name in sorted(wanted.keys() | (there or {}).keys()):
        should, found = wanted.get(name), (there or {}).get(name)
        if should != found:
            yield f"{where}: {name} is {found}, without the fault {should}"


@dataclass(frozen=True)
class _Stage:
    """A function before its event, in a world that no run has touched."""

    scene: Scene
    event: Any
    house: House
    gate: Gate

    def several(self, faults: Sequence[Fault], known: dict[str, Any]) -> list[tuple[Fault, Run]]:
        """Run with one fault after the other, until something was left in the world."""
        runs = []
        for fault in faults:
            runs.append((fault, self.run(fault, known)))
            if self.gate.effects:
                break
        return runs

    def run(self, fault: Fault | None, known: dict[str, Any]) -> Run:
        """Run with a fault, and once more without if the message comes again."""
        answer = self._delivered(fault)
        calls, struck = list(self.gate.calls), self.gate.struck
        left, answered = repr([*self.gate.effects, _acknowledged(answer)]), _acknowledged(answer)
        if left in known:
            return Run(calls, struck, left, answered, None)
        problem, later = "", []
        if self.scene.cleared:
            answer = self._hindered(answer, fault)
            answered = _acknowledged(answer)
            later = list(self.gate.calls)
        elif not answered and fault:
            again = self._delivered(None)
            later = list(self.gate.calls)
            problem = "" if _acknowledged(again) else f"not done the second time: {again.output}"
        if not answered and (self.scene.cleared or not fault):
            problem = answer.output if answer else "killed"
        if self.scene.afterwards:
            self.house.run(self.scene.function, self.scene.afterwards)
        there = remains.all_of(self.gate.effects)
        return Run(calls, struck, left, answered, there, problem, later)

    def _hindered(self, first: Any, fault: Fault | None) -> Any:
        """Let the message of a function that cannot be done come until it can; return the last.

        After a fault it comes once more before: what is told of the hindrance is told then.
        """
        before = self._delivered(None) if fault else first
        if _acknowledged(before):
            raise AssertionError(f"{self.scene.name}: nothing hinders it")
        if self.scene.cleared:
            self.scene.cleared()
        return self._delivered(None)

    def _delivered(self, fault: Fault | None) -> Any:
        function = self.scene.function
        return self.gate.passing(function, fault, lambda: self.house.run(function, self.event))


def _acknowledged(outcome: Any) -> bool:
    """Say whether the function has said that its message need not come again."""
    if outcome is None or outcome.error:
        return False
    said = json.loads(outcome.text)
    return not (isinstance(said, dict) and said.get("batchItemFailures"))

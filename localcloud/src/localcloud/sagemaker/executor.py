"""In which order do a pipeline's steps run, and what becomes of each?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from localcloud import clock, reactor
from localcloud.sagemaker.conditions import holds
from localcloud.sagemaker.definition import Definition, Step
from localcloud.sagemaker.expressions import PipelineError, Scope, resolve
from localcloud.sagemaker.outcomes import Done, Report, StepFailedError, StepStoppedError
from localcloud.sagemaker.retries import Retries
from localcloud.timers import Timer

AT_ONCE = 2  # a laptop's cores, when no ParallelismConfiguration says how many steps
FAILED = "Step failure: One or multiple steps failed."
_BROKEN = Report("Failed", reason="InternalServerError: We encountered an internal error.")


@dataclass(frozen=True)
class Surroundings:
    """What a run needs of the world around it."""

    perform: Callable[[Step, Scope], Done]
    """Does the steps that are jobs or packages, once."""
    observe: Callable[[Step, Report], None]
    """Hears of every step."""
    ended: Callable[[str], None]
    """Hears the status the run ended with: Succeeded, Failed or Stopped."""
    stopping: threading.Event = field(default_factory=threading.Event)
    """Set when the run is stopped: whoever performs a job stops it then."""
    name: str = "pipeline"
    """As failures inside the cloud and waiting work name it."""


class Run:
    """One execution of a definition. Steps run on threads of their own; nobody waits for them.

    A step that waits for its next attempt is a timer on the cloud's clock; it counts as Executing.
    """

    def __init__(
        self,
        definition: Definition,
        scope: Scope,
        around: Surroundings,
        at_once: int = AT_ONCE,
        states: Mapping[str, str] | None = None,
    ) -> None:
        self._definition, self._scope, self._around = definition, scope, around
        self._at_once = at_once
        self._retries: dict[str, Retries] = {}
        self._waiting: dict[str, tuple[Timer, Report]] = {}
        self._over = False
        self.lock = threading.RLock()
        """Held while a step's state changes."""
        self.states: dict[str, str] = dict(states or {})
        """Of every step that was started, or that will never be (Skipped)."""

    def start(self) -> None:
        """Begin the first steps."""
        with self.lock:
            self._go_on()

    def finished(self) -> dict[str, Mapping[str, Any]]:
        """Return the properties of the steps that have succeeded, by name."""
        with self.lock:
            done = [name for name, state in self.states.items() if state == "Succeeded"]
            return {name: self._scope.steps[name] for name in done if name in self._scope.steps}

    def stop(self) -> None:
        """Start no further step or attempt; running jobs are stopped by whoever performs them."""
        with self.lock:
            self._around.stopping.set()
            for name in list(self._waiting):
                timer, report = self._waiting.pop(name)
                timer.cancel()
                self._end(self._definition.steps[name], replace(report, status="Stopped"))
            self._go_on()

    def _go_on(self) -> None:
        """Begin the steps whose turn it is; without any, the run is over."""
        self._skip()
        for step in self._startable():
            self.states[step.name] = "Executing"
            self._retries[step.name] = Retries(step.retries, clock.now())
            self._begin(step, 1)
        if not self._over and "Executing" not in self.states.values():
            self._over = True
            stopped = "Stopped" if self._around.stopping.is_set() else "Succeeded"
            self._around.ended("Failed" if "Failed" in self.states.values() else stopped)

    def _begin(self, step: Step, attempt: int) -> None:
        self._around.observe(step, Report("Executing", attempt=attempt))
        reactor.spawn(self._named(step), lambda: self._attempt(step, attempt))

    def _named(self, step: Step) -> str:
        return f"{self._around.name}: step {step.name}"

    def _startable(self) -> list[Step]:
        """Find the steps whose turn it is; none after a failure or a stop."""
        if self._around.stopping.is_set() or "Failed" in self.states.values():
            return []
        ready = [
            step
            for step in self._definition.steps.values()
            if step.name not in self.states
            and all(self.states.get(need) == "Succeeded" for need in step.needs)
        ]
        return ready[: self._at_once - list(self.states.values()).count("Executing")]

    def _skip(self) -> None:
        """Mark steps of the branch not taken, and whatever depends on them."""
        moved = True
        while moved:
            lost = [
                s
                for s in self._definition.steps.values()
                if s.name not in self.states and self._lost(s)
            ]
            self.states |= {step.name: "Skipped" for step in lost}
            moved = bool(lost)

    def _lost(self, step: Step) -> bool:
        if any(self.states.get(need) == "Skipped" for need in step.needs):
            return True
        if step.branch is None or self.states.get(step.branch[0]) != "Succeeded":
            return False
        return self._scope.steps[step.branch[0]]["Outcome"] is not step.branch[1]

    def _attempt(self, step: Step, attempt: int) -> None:
        """Try a step once; an error of our own fails it, and is a failure of the reactor's."""
        report, exception = _BROKEN, None
        try:
            report, exception = self._outcome(step)
        finally:
            with self.lock:
                self._conclude(step, replace(report, attempt=attempt), exception)
                self._go_on()

    def _conclude(self, step: Step, report: Report, exception: str | None) -> None:
        """End the step, or let it wait for its next attempt."""
        due = None
        if exception and not self._around.stopping.is_set():
            due = self._retries[step.name].due(exception, clock.now())
        if due is None:
            self._end(step, report)
            return
        timer = reactor.at(due, self._named(step), lambda: self._again(step))
        self._waiting[step.name] = timer, report

    def _again(self, step: Step) -> None:
        with self.lock:
            if step.name in self._waiting:
                _, report = self._waiting.pop(step.name)
                self._begin(step, report.attempt + 1)

    def _end(self, step: Step, report: Report) -> None:
        self.states[step.name] = report.status
        self._around.observe(step, report)

    def _outcome(self, step: Step) -> tuple[Report, str | None]:
        """Do a step; return its status then, and the ExceptionType it failed with."""
        try:
            done = self._do(step)
        except StepFailedError as failure:
            return Report("Failed", failure.metadata, str(failure)), failure.exception
        except PipelineError as error:
            return Report("Failed", {}, f"ClientError: {error}"), None
        except StepStoppedError as stop:
            return Report("Stopped", stop.metadata), None
        self._scope.steps[step.name] = done.properties
        return Report("Succeeded", done.metadata, source=done.source), None

    def _do(self, step: Step) -> Done:
        if step.kind == "Condition":
            outcome = all(holds(each, self._scope) for each in step.arguments["Conditions"])
            return Done({"Outcome": outcome}, {"Condition": {"Outcome": str(outcome)}})
        if step.kind == "Fail":
            message = str(resolve(step.arguments.get("ErrorMessage", ""), self._scope))
            raise StepFailedError(message, {"Fail": {"ErrorMessage": message}})
        return self._around.perform(step, self._scope)

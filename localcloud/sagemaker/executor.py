"""In which order do a pipeline's steps run, and what becomes of each?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent import futures
from dataclasses import dataclass, field
from typing import Any

from localcloud.sagemaker.conditions import holds
from localcloud.sagemaker.definition import Definition, Step
from localcloud.sagemaker.expressions import PipelineError, Scope, resolve

AT_ONCE = 2  # a laptop's cores; a ParallelismConfiguration can only lower it
FAILED = "Step failure: One or multiple steps failed."


class StepFailedError(Exception):
    """A step that ended badly; its text is the step's FailureReason."""

    def __init__(self, reason: str, metadata: Mapping[str, Any] | None = None) -> None:
        super().__init__(reason)
        self.metadata = dict(metadata or {})


class StepStoppedError(Exception):
    """A step whose job was stopped with the execution."""

    def __init__(self, metadata: Mapping[str, Any]) -> None:
        super().__init__("stopped")
        self.metadata = dict(metadata)


@dataclass(frozen=True)
class Done:
    """What a step leaves: its properties for later steps, and its entry's Metadata."""

    properties: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)


Perform = Callable[[Step, Scope], Done]
Observe = Callable[[Step, str, Mapping[str, Any], str], None]
"""Hears of a step: its status (Executing first), its metadata and its failure reason."""


class Run:
    """One execution of a definition; `perform` does the steps that are jobs."""

    def __init__(
        self,
        definition: Definition,
        scope: Scope,
        perform: Perform,
        observe: Observe,
        at_once: int = AT_ONCE,
    ) -> None:
        self._definition, self._scope = definition, scope
        self._perform, self._observe = perform, observe
        self._at_once = min(AT_ONCE, at_once)
        self.stopping = threading.Event()
        """Set to start no further step; running jobs look at it too."""
        self.states: dict[str, str] = {}
        """Of every step that was started, or that will never be (Skipped)."""

    def run(self) -> str:
        """Run to the end and return the status: Succeeded, Failed or Stopped."""
        with futures.ThreadPoolExecutor(self._at_once) as pool:
            running: dict[futures.Future[str], str] = {}
            while True:
                for step in self._startable():
                    self.states[step.name] = "Executing"
                    running[pool.submit(self._step, step)] = step.name
                if not running:
                    break
                finished, _ = futures.wait(running, return_when=futures.FIRST_COMPLETED)
                for each in finished:
                    self.states[running.pop(each)] = each.result()
        if "Failed" in self.states.values():
            return "Failed"
        return "Stopped" if self.stopping.is_set() else "Succeeded"

    def _startable(self) -> list[Step]:
        """Find the steps whose turn it is; none after a failure or a stop."""
        self._skip()
        if self.stopping.is_set() or "Failed" in self.states.values():
            return []
        return [
            step
            for step in self._definition.steps.values()
            if step.name not in self.states
            and all(self.states.get(need) == "Succeeded" for need in step.needs)
        ]

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

    def _step(self, step: Step) -> str:
        self._observe(step, "Executing", {}, "")
        try:
            done = self._do(step)
        except StepFailedError as failure:
            self._observe(step, "Failed", failure.metadata, str(failure))
            return "Failed"
        except PipelineError as error:
            self._observe(step, "Failed", {}, f"ClientError: {error}")
            return "Failed"
        except StepStoppedError as stop:
            self._observe(step, "Stopped", stop.metadata, "")
            return "Stopped"
        self._scope.steps[step.name] = done.properties
        self._observe(step, "Succeeded", done.metadata, "")
        return "Succeeded"

    def _do(self, step: Step) -> Done:
        if step.kind == "Condition":
            outcome = all(holds(each, self._scope) for each in step.arguments["Conditions"])
            return Done({"Outcome": outcome}, {"Condition": {"Outcome": str(outcome)}})
        if step.kind == "Fail":
            message = str(resolve(step.arguments.get("ErrorMessage", ""), self._scope))
            raise StepFailedError(message, {"Fail": {"ErrorMessage": message}})
        return self._perform(step, self._scope)

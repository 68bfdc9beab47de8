"""How far are an execution's steps, and who hears of it?"""

from __future__ import annotations

from typing import Any

from localcloud import events
from localcloud.sagemaker import store
from localcloud.sagemaker.definition import Step
from localcloud.sagemaker.outcomes import Report
from localcloud.sagemaker.store import Record

EVENT = "SageMaker Model Building Pipeline Execution"


class Progress:
    """The entries of ListPipelineExecutionSteps, of all steps that were begun."""

    def __init__(self, pipeline: str, execution: str) -> None:
        self._pipeline, self._execution = pipeline, execution
        self.entries: list[Record] = []

    def observe(self, step: Step, report: Report) -> None:
        """Keep the step's entry and send its event; a further attempt changes no status."""
        with store.lock:
            entry = self._entry(step)
            previous = entry.get("StepStatus")
            entry |= {"StepStatus": report.status, "AttemptCount": report.attempt}
            if report.status != "Executing":
                entry |= {"EndTime": store.now(), "FailureReason": report.reason or None}
                entry["Metadata"] = dict(report.metadata)
            if report.source:
                entry["CacheHitResult"] = {"SourcePipelineExecutionArn": report.source}
        if previous != report.status:
            self._announce(entry, previous)

    def keep(self, names: set[str]) -> None:
        """Forget the entries of all steps but these: the others are begun anew."""
        with store.lock:
            self.entries = [each for each in self.entries if each["StepName"] in names]

    def reuse(self, step: Step, source: Progress, execution: str) -> None:
        """Show a step as done by what it left in another execution."""
        found = next(each for each in source.entries if each["StepName"] == step.name)
        result = {"SourcePipelineExecutionArn": execution}
        self.entries.append(found | {"SelectiveExecutionResult": result})

    def _entry(self, step: Step) -> Record:
        """Return the step's entry, a new one when the step begins."""
        for known in self.entries:
            if known["StepName"] == step.name:
                return known
        entry: Record = {"StepName": step.name, "StartTime": store.now(), "Metadata": {}}
        entry |= {"StepDisplayName": step.display_name, "StepDescription": step.description}
        entry["_kind"] = step.kind
        self.entries.append(entry)
        return entry

    def _announce(self, entry: Record, previous: str | None) -> None:
        detail: Record = {
            "metadata": {
                kind: _lowered(each) for kind, each in _lowered(entry["Metadata"]).items()
            },
            "stepStartTime": stamp(entry["StartTime"]),
            "stepName": entry["StepName"],
            "stepType": entry["_kind"],
            "currentStepStatus": entry["StepStatus"],
            "pipelineArn": self._pipeline,
            "pipelineExecutionArn": self._execution,
        }
        if previous:
            detail["previousStepStatus"] = previous
        if entry.get("EndTime"):
            detail["stepEndTime"] = stamp(entry["EndTime"])
        if entry.get("FailureReason"):
            detail["failureReason"] = entry["FailureReason"]
        if entry.get("CacheHitResult"):
            detail["cacheHitResult"] = _lowered(entry["CacheHitResult"])
        resources = [self._pipeline, self._execution]
        events.emit("aws.sagemaker", f"{EVENT} Step Status Change", detail, resources)


def _lowered(record: Record) -> Record:
    """Write keys as SageMaker's events do: ``processingJob`` for ``ProcessingJob``."""
    return {key[0].lower() + key[1:]: value for key, value in record.items()}


def stamp(moment: Any) -> str:
    """Write a time as the events of executions do."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"

"""How does one execution of a pipeline go on and end?"""

from __future__ import annotations

import random
import string
import threading
from collections.abc import Mapping
from typing import Any

from localcloud import events
from localcloud.sagemaker import objects, store
from localcloud.sagemaker.api import Request
from localcloud.sagemaker.definition import Definition, Step
from localcloud.sagemaker.executor import AT_ONCE, FAILED, Run
from localcloud.sagemaker.expressions import PipelineError, Scope
from localcloud.sagemaker.steps import Performer
from localcloud.sagemaker.store import Record

_KIND = "SageMaker Model Building Pipeline Execution"


class Execution:
    """One execution and the steps it has begun."""

    def __init__(self, request: Request, pipeline: Record, parsed: Definition, number: int) -> None:
        self.pipeline = pipeline
        self.id = "".join(random.choices(string.ascii_lowercase + string.digits, k=12))  # noqa: S311 - a name, no secret
        self.arn = f"{pipeline['PipelineArn']}/execution/{self.id}"
        self.text: str = pipeline["PipelineDefinition"]
        self.given = request.params.get("PipelineParameters") or []
        self.steps: list[Record] = []
        self.parsed = parsed
        self._values = parsed.parameters({each["Name"]: each["Value"] for each in self.given})
        self._run: Run | None = None
        self.stopping = threading.Event()
        started = store.now()
        name = request.params.get("PipelineExecutionDisplayName")
        self.record: Record = {
            "PipelineArn": pipeline["PipelineArn"],
            "PipelineExecutionArn": self.arn,
            "PipelineExecutionDisplayName": name or f"execution-{int(started.timestamp() * 1000)}",
            "PipelineExecutionStatus": "Executing",
            "PipelineExecutionDescription": request.params.get("PipelineExecutionDescription"),
            "CreationTime": started,
            "StartTime": started,
            "LastModifiedTime": started,
            "CreatedBy": request.by(),
            "LastModifiedBy": request.by(),
            "ParallelismConfiguration": request.params.get("ParallelismConfiguration")
            or pipeline["ParallelismConfiguration"],
            "_number": number,
        }

    def parameters(self) -> list[dict[str, str]]:
        """Return all parameters with the values this execution has."""
        return [{"Name": name, "Value": _text(value)} for name, value in self._values.items()]

    def live(self) -> None:
        """Run to the end; called on a thread of its own."""
        role: str = self.pipeline["RoleArn"]
        perform = Performer(role, self.id, self.stopping)
        scope = Scope(
            parameters=self._values,
            variables=self._variable,
            read=lambda uri: _read(perform, uri),
            property_files={name: step.property_files for name, step in self.parsed.steps.items()},
        )
        limit = (self.record["ParallelismConfiguration"] or {}).get("MaxParallelExecutionSteps")
        self._run = Run(self.parsed, scope, perform, self._observe, limit or AT_ONCE)
        self._run.stopping = self.stopping
        status = "Failed"
        try:
            status = self._run.run()
        finally:
            reason = FAILED if status == "Failed" else None
            self._move(status, FailureReason=reason, _ended=store.now())

    def stop(self, request: Request) -> None:
        """Start no further step and stop the running jobs."""
        self.record["LastModifiedBy"] = request.by()
        self._move("Stopping")
        self.stopping.set()

    def announce(self, previous: str | None) -> None:
        """Send the event of a status change of the execution."""
        record, ended = self.record, self.record.get("_ended")
        detail: Record = {
            "pipelineExecutionDescription": record["PipelineExecutionDescription"] or "",
            "pipelineExecutionDisplayName": record["PipelineExecutionDisplayName"],
            "currentPipelineExecutionStatus": record["PipelineExecutionStatus"],
            "executionStartTime": _stamp(record["StartTime"]),
            "pipelineArn": record["PipelineArn"],
            "pipelineExecutionArn": self.arn,
        }
        if previous:
            detail["previousPipelineExecutionStatus"] = previous
        if ended:
            detail["executionEndTime"] = _stamp(ended)
        events.emit(
            "aws.sagemaker", f"{_KIND} Status Change", detail, [record["PipelineArn"], self.arn]
        )

    def _move(self, status: str, **more: Any) -> None:
        previous = self.record["PipelineExecutionStatus"]
        self.record |= {"PipelineExecutionStatus": status, "LastModifiedTime": store.now(), **more}
        self.announce(previous)

    def _variable(self, name: str) -> str:
        values = {
            "PipelineName": self.pipeline["PipelineName"],
            "PipelineArn": self.pipeline["PipelineArn"],
            "PipelineExecutionId": self.id,
            "PipelineExecutionArn": self.arn,
            "StartDateTime": _stamp(self.record["StartTime"]),
            "CurrentDateTime": _stamp(store.now()),
        }
        if name not in values:
            raise PipelineError(
                f"Execution.{name} has a value in the arguments of its own job only."
            )
        return str(values[name])

    def _observe(self, step: Step, status: str, metadata: Mapping[str, Any], reason: str) -> None:
        """Keep the step's entry and send its event."""
        with store.lock:
            if status == "Executing":
                entry: Record = {"StepName": step.name, "StartTime": store.now()}
                entry |= {"StepDisplayName": step.display_name, "_kind": step.kind}
                entry |= {"StepDescription": step.description, "AttemptCount": 1}
                self.steps.append(entry)
            else:
                entry = next(each for each in self.steps if each["StepName"] == step.name)
                entry["EndTime"] = store.now()
            previous = entry.get("StepStatus")
            entry |= {"StepStatus": status, "Metadata": dict(metadata)}
            entry["FailureReason"] = reason or None
        self._announce_step(entry, previous)

    def _announce_step(self, entry: Record, previous: str | None) -> None:
        detail: Record = {
            "metadata": {
                kind[0].lower() + kind[1:]: {key[0].lower() + key[1:]: v for key, v in each.items()}
                for kind, each in entry["Metadata"].items()
            },
            "stepStartTime": _stamp(entry["StartTime"]),
            "stepName": entry["StepName"],
            "stepType": entry["_kind"],
            "currentStepStatus": entry["StepStatus"],
            "pipelineArn": self.record["PipelineArn"],
            "pipelineExecutionArn": self.arn,
        }
        if previous:
            detail["previousStepStatus"] = previous
        if entry.get("EndTime"):
            detail["stepEndTime"] = _stamp(entry["EndTime"])
        if entry["FailureReason"]:
            detail["failureReason"] = entry["FailureReason"]
        resources = [self.record["PipelineArn"], self.arn]
        events.emit("aws.sagemaker", f"{_KIND} Step Status Change", detail, resources)


def _read(perform: Performer, uri: str) -> str:
    try:
        return objects.read(perform.session().client("s3"), uri)
    except Exception as error:
        raise PipelineError(f"{uri} cannot be read: {error}") from error


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _stamp(moment: Any) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"

"""How does one execution of a pipeline go on and end?"""

from __future__ import annotations

import random
import string
import threading
from typing import Any

from localcloud import events
from localcloud.sagemaker import caching, objects, store
from localcloud.sagemaker.api import Request
from localcloud.sagemaker.definition import Definition, parse
from localcloud.sagemaker.executor import AT_ONCE, FAILED, Run, Surroundings
from localcloud.sagemaker.expressions import PipelineError, Scope, as_text
from localcloud.sagemaker.outcomes import Report
from localcloud.sagemaker.progress import EVENT, Progress, stamp
from localcloud.sagemaker.steps import Performer
from localcloud.sagemaker.store import Record
from localcloud.state import kept


class Execution:
    """One execution and the steps it has begun."""

    def __init__(self, request: Request, pipeline: Record, parsed: Definition, number: int) -> None:
        self.pipeline = pipeline
        self.id = "".join(random.choices(string.ascii_lowercase + string.digits, k=12))  # noqa: S311 - a name, no secret
        self.arn = f"{pipeline['PipelineArn']}/execution/{self.id}"
        self.text: str = pipeline["PipelineDefinition"]
        self.given = request.params.get("PipelineParameters") or []
        self.progress = Progress(pipeline["PipelineArn"], self.arn)
        self.parsed = parsed
        self._values = parsed.parameters({each["Name"]: each["Value"] for each in self.given})
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
        self._run = self._runnable({}, {})

    def written(self) -> Record:
        """Return all that the execution is, as plain data."""
        return {
            "pipeline": self.pipeline,
            "id": self.id,
            "arn": self.arn,
            "text": self.text,
            "given": self.given,
            "record": self.record,
            "entries": self.progress.entries,
            "states": dict(self._run.states),
            "finished": self.finished(),
        }

    @classmethod
    def restored(cls, written: Record) -> Execution:
        """Return the execution that was `written`; it does not go on by itself."""
        execution = cls.__new__(cls)
        execution.pipeline, execution.text = written["pipeline"], written["text"]
        execution.id, execution.arn = written["id"], written["arn"]
        execution.given, execution.record = written["given"], written["record"]
        execution.progress = Progress(execution.record["PipelineArn"], execution.arn)
        execution.progress.entries = written["entries"]
        execution.parsed = parse(execution.text)
        given = {each["Name"]: each["Value"] for each in execution.given}
        execution._values = execution.parsed.parameters(given)
        execution._run = execution._runnable(written["states"], written["finished"])
        return execution

    def interrupt(self) -> None:
        """Fail if the execution was under way: the processes of its steps are gone."""
        if self.record["PipelineExecutionStatus"] not in {"Executing", "Stopping"}:
            return
        states = self._run.states
        for name in [name for name, state in states.items() if state == "Executing"]:
            states[name] = "Failed"
            report = Report("Failed", reason=kept.RESTARTED)
            self.progress.observe(self.parsed.steps[name], report)
        self._move("Failed", FailureReason=kept.RESTARTED, _ended=store.now())

    def parameters(self) -> list[dict[str, str]]:
        """Return all parameters with the values this execution has."""
        return [{"Name": name, "Value": as_text(value)} for name, value in self._values.items()]

    def finished(self) -> dict[str, Any]:
        """Return the properties of the steps that have succeeded, by name."""
        return self._run.finished()

    def select(self, selected: set[str], source: Execution | None) -> None:
        """Run the *selected* steps alone; what they need of others is of the *source*."""
        kept = source.finished() if source else {}
        steps = self.parsed.steps
        reused = {name for name in steps if name in kept and name not in selected}
        needed = set().union(*(steps[name].needs for name in selected)) - selected
        if lacking := sorted(needed - reused):
            whose = source.arn if source else "there is no SourcePipelineExecutionArn"
            raise PipelineError(f"Selected steps need {lacking}, which have no outputs: {whose}.")
        needed = _closed(needed, self.parsed)
        states = {name: "Skipped" for name in steps if name not in selected}
        states |= dict.fromkeys(needed & reused, "Succeeded")
        self._run = self._runnable(states, {name: kept[name] for name in needed & reused})
        for name in steps:
            if source and name in needed & reused:
                self.progress.reuse(steps[name], source.progress, source.arn)

    def retry(self, request: Request) -> None:
        """Run again what has not succeeded, by the definition that the execution began with."""
        kept = self.finished()
        self.progress.keep(set(kept))
        self._run = self._runnable(dict.fromkeys(kept, "Succeeded"), kept)
        self.record |= {"_ended": None, "FailureReason": None, "LastModifiedBy": request.by()}
        self._move("Executing")
        self._run.start()

    def _runnable(self, states: dict[str, str], kept: dict[str, Any]) -> Run:
        """Put the definition, the pipeline's role and what its earlier runs left together."""
        runs: caching.Runs = self.pipeline.setdefault("_runs", caching.Runs())
        stopping = threading.Event()
        perform = Performer(self.pipeline["RoleArn"], self.arn, runs, stopping)
        scope = Scope(
            parameters=self._values,
            variables=self._variable,
            read=lambda uri: _read(perform, uri),
            property_files={name: step.property_files for name, step in self.parsed.steps.items()},
            steps=dict(kept),
        )
        limit = (self.record["ParallelismConfiguration"] or {}).get("MaxParallelExecutionSteps")
        name = f"pipeline {self.pipeline['PipelineName']} {self.id}"
        around = Surroundings(perform, self.progress.observe, self._end, stopping, name)
        return Run(self.parsed, scope, around, limit or AT_ONCE, states)

    def begin(self) -> None:
        """Tell that the execution runs and let it run; it ends by itself."""
        self.announce(None)
        self._run.start()

    def _end(self, status: str) -> None:
        reason = FAILED if status == "Failed" else None
        self._move(status, FailureReason=reason, _ended=store.now())

    def stop(self, request: Request) -> None:
        """Start no further step and stop the running jobs; nothing, when it is over meanwhile."""
        with self._run.lock:
            if self.record["PipelineExecutionStatus"] == "Executing":
                self.record["LastModifiedBy"] = request.by()
                self._move("Stopping")
                self._run.stop()

    def abandon(self) -> None:
        """Start no further step, whoever asks."""
        with self._run.lock:
            self._run.stop()

    def announce(self, previous: str | None) -> None:
        """Send the event of a status change of the execution."""
        record, ended = self.record, self.record.get("_ended")
        detail: Record = {
            "pipelineExecutionDescription": record["PipelineExecutionDescription"] or "",
            "pipelineExecutionDisplayName": record["PipelineExecutionDisplayName"],
            "currentPipelineExecutionStatus": record["PipelineExecutionStatus"],
            "executionStartTime": stamp(record["StartTime"]),
            "pipelineArn": record["PipelineArn"],
            "pipelineExecutionArn": self.arn,
        }
        if previous:
            detail["previousPipelineExecutionStatus"] = previous
        if ended:
            detail["executionEndTime"] = stamp(ended)
        events.emit(
            "aws.sagemaker", f"{EVENT} Status Change", detail, [record["PipelineArn"], self.arn]
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
            "StartDateTime": stamp(self.record["StartTime"]),
            "CurrentDateTime": stamp(store.now()),
        }
        if name not in values:
            raise PipelineError(
                f"Execution.{name} has a value in the arguments of its own job only."
            )
        return str(values[name])


def _closed(names: set[str], parsed: Definition) -> set[str]:
    """Return the steps and all that they wait for."""
    found, rest = set(names), list(names)
    while rest:
        more = parsed.steps[rest.pop()].needs - found
        found |= more
        rest += more
    return found


def _read(perform: Performer, uri: str) -> str:
    try:
        return objects.read(perform.session().client("s3"), uri)
    except Exception as error:
        raise PipelineError(f"{uri} cannot be read: {error}") from error

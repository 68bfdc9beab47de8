"""How does a pipeline's step become a job or a package, as the pipeline's role?"""

from __future__ import annotations

import random
import re
import string
import threading
from collections.abc import Mapping
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from localcloud import clock, service_roles
from localcloud.sagemaker import arguments as arguments_of
from localcloud.sagemaker import caching, faults, jobs, processing, registry, training
from localcloud.sagemaker.definition import Step
from localcloud.sagemaker.expressions import Scope, resolve
from localcloud.sagemaker.outcomes import Done, StepFailedError, StepStoppedError
from localcloud.sagemaker.store import Record

_JOBS = {"Processing": processing.KIND, "Training": training.KIND}
_ONCE = Config(retries={"total_max_attempts": 1})  # retry policies decide, not the client


class Performer:
    """Performs steps by calling SageMaker's own API with a session of the pipeline's role."""

    def __init__(
        self, role: str, execution: str, runs: caching.Runs, stopping: threading.Event
    ) -> None:
        self._role, self._execution = role, execution
        self._runs, self._stopping = runs, stopping

    def session(self) -> Any:
        """Return a session of the pipeline's role, which has to trust SageMaker."""
        try:
            return service_roles.as_role(self._role, "SageMaker", "sagemaker.amazonaws.com")
        except service_roles.NotAssumable as error:
            raise StepFailedError(f"ClientError: AccessDenied: {error}") from error

    def __call__(self, step: Step, scope: Scope) -> Done:
        """Perform one step to its end, once, or find what an earlier run of it left."""
        if step.kind == "RegisterModel":
            return self._register(_resolved(step, dict(step.arguments), scope))
        kind = _JOBS[step.kind]
        name = self._job_name(step.name)
        arguments = _without_nulls(_resolved(step, _named(step, kind.key("Name"), name), scope))
        signature = caching.signature(step.name, step.kind, arguments)
        if step.cached is not None:
            found = self._runs.find(signature, step.cached, clock.now())
            if found is not None:
                return found
        done = self._job(kind, arguments | {kind.key("Name"): name})
        self._runs.remember(signature, done, self._execution, clock.now())
        return done

    def _job(self, kind: jobs.Kind, arguments: Record) -> Done:
        answer = self._call(f"create_{kind.noun.removesuffix('Job').lower()}_job", arguments)
        arn = answer[kind.key("Arn")]
        metadata = {kind.noun: {"Arn": arn}}
        record = jobs.wait(arn, self._stopping)
        status = record[kind.key("Status")]
        if status == "Failed":
            reason = record["FailureReason"]
            raise StepFailedError(f"ClientError: {reason}", metadata, faults.of_job(reason))
        if status == "Stopped" and self._stopping.is_set():
            raise StepStoppedError(metadata)
        if status == "Stopped":
            name = record[kind.key("Name")]
            raise StepFailedError(f"ClientError: {kind.noun} {name} was stopped.", metadata)
        return Done(_by_name(record), metadata)

    def _job_name(self, step: str) -> str:
        """Name a job as AWS does: the execution, the step and ten random letters."""
        letters = "".join(random.choices(string.ascii_letters + string.digits, k=10))  # noqa: S311 - a name, no secret
        plain = re.sub(r"[^a-zA-Z0-9]+", "-", step).strip("-")[:20].strip("-")
        return f"pipelines-{self._execution.rsplit('/', 1)[-1]}-{plain}-{letters}"

    def _register(self, arguments: dict[str, Any]) -> Done:
        arn = self._call("create_model_package", arguments)["ModelPackageArn"]
        return Done(registry.described(arn), {"RegisterModel": {"Arn": arn}})

    def _call(self, method: str, arguments: dict[str, Any]) -> Any:
        client = self.session().client("sagemaker", config=_ONCE)
        operation = client.meta.method_to_api_mapping[method]
        try:
            return getattr(client, method)(**_without_nulls(arguments))
        except (ClientError, BotoCoreError) as error:
            raise StepFailedError(
                f"ClientError: Failed to invoke sagemaker:{operation}. Error Details: {error}",
                exception=faults.of_call(error),
            ) from error


def _resolved(step: Step, raw: Any, scope: Scope) -> Any:
    return arguments_of.fitted(step.kind, raw, resolve(raw, scope))


def _named(step: Step, key: str, name: str) -> Any:
    """Put the job's name in the place of Execution.ProcessingJobName and the like."""

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(each) for each in value]
        if not isinstance(value, dict):
            return value
        if value == {"Get": f"Execution.{key}"}:
            return name
        return {inner: walk(each) for inner, each in value.items()}

    return walk(dict(step.arguments))


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(each) for key, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value] if isinstance(value, list) else value


def _by_name(record: Mapping[str, Any]) -> dict[str, Any]:
    """Make a job's named lists maps, as expressions address them: ``Outputs['train']``."""
    found = dict(record)
    if found.get("ProcessingInputs"):
        found["ProcessingInputs"] = {each["InputName"]: each for each in found["ProcessingInputs"]}
    if found.get("ProcessingOutputConfig"):
        outputs = {each["OutputName"]: each for each in found["ProcessingOutputConfig"]["Outputs"]}
        found["ProcessingOutputConfig"] = {**found["ProcessingOutputConfig"], "Outputs": outputs}
    if found.get("InputDataConfig"):
        found["InputDataConfig"] = {each["ChannelName"]: each for each in found["InputDataConfig"]}
    return found

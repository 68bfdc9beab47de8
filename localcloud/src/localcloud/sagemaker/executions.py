"""Which executions of pipelines are there?"""

from __future__ import annotations

from localcloud.sagemaker import definition, pipelines, store
from localcloud.sagemaker.api import Request, invalid, not_found, operation
from localcloud.sagemaker.execution import Execution
from localcloud.sagemaker.expressions import PipelineError
from localcloud.sagemaker.store import Record

_executions: dict[str, Execution] = {}


def clear() -> None:
    """Let no execution start a further step, and forget all."""
    for execution in list(_executions.values()):
        execution.abandon()
    _executions.clear()


def _find(request: Request) -> Execution:
    arn = request.params["PipelineExecutionArn"]
    if arn not in _executions:
        raise not_found(f"Pipeline execution '{arn}' does not exist.")
    return _executions[arn]


@operation("StartPipelineExecution")
def start(request: Request) -> Record:
    """Begin an execution and return at once; the same ClientRequestToken begins only one."""
    pipeline = pipelines.shelf.find(request.params["PipelineName"])
    token = request.params.get("ClientRequestToken")
    for known in _executions.values():
        if token and known.pipeline is pipeline and known.record.get("_token") == token:
            return {"PipelineExecutionArn": known.arn}
    try:
        parsed = definition.parse(pipeline["PipelineDefinition"])
        execution = Execution(request, pipeline, parsed, len(_executions))
    except PipelineError as error:
        raise invalid(str(error)) from error
    execution.record["_token"] = token
    pipeline["LastExecutionTime"] = execution.record["StartTime"]
    _executions[execution.arn] = execution
    execution.begin()
    return {"PipelineExecutionArn": execution.arn}


@operation("StopPipelineExecution")
def stop(request: Request) -> Record:
    """Stop an execution and its jobs."""
    execution = _find(request)
    status = execution.record["PipelineExecutionStatus"]
    if status not in {"Executing", "Stopping"}:
        raise invalid(
            f"Pipeline execution {execution.arn} is in status {status}: it cannot be stopped."
        )
    if status == "Executing":
        execution.stop(request)
    return {"PipelineExecutionArn": execution.arn}


@operation("DescribePipelineExecution")
def describe(request: Request) -> Record:
    """Describe an execution."""
    return store.answer(_find(request).record)


@operation("DescribePipelineDefinitionForExecution")
def describe_definition(request: Request) -> Record:
    """Return the definition that the execution runs by, whatever the pipeline's is now."""
    execution = _find(request)
    return {"PipelineDefinition": execution.text, "CreationTime": execution.record["CreationTime"]}


@operation("ListPipelineParametersForExecution")
def list_parameters(request: Request) -> Record:
    """List the values of all parameters, defaults included."""
    return {"PipelineParameters": _find(request).parameters()}


_SUMMARY = (
    "PipelineExecutionArn",
    "StartTime",
    "PipelineExecutionStatus",
    "PipelineExecutionDescription",
    "PipelineExecutionDisplayName",
)


@operation("ListPipelineExecutions")
def listing(request: Request) -> Record:
    """List a pipeline's executions, newest first unless told otherwise."""
    pipeline = pipelines.shelf.find(request.params["PipelineName"])

    def show(record: Record) -> Record:
        found = {key: record[key] for key in _SUMMARY if record.get(key) is not None}
        reason = record.get("FailureReason")
        return found | ({"PipelineExecutionFailureReason": reason} if reason else {})

    mine = [each.record for each in _executions.values() if each.pipeline is pipeline]
    by = {"PipelineExecutionArn": "PipelineExecutionArn"}
    return store.page(mine, request.params, result="PipelineExecutionSummaries", show=show, by=by)


@operation("ListPipelineExecutionSteps")
def list_steps(request: Request) -> Record:
    """List the steps that were started; skipped ones and later ones are not there, as in AWS."""
    steps = [store.answer(each) for each in _find(request).progress.entries]
    if request.params.get("SortOrder", "Descending") == "Descending":
        steps.reverse()
    return {"PipelineExecutionSteps": steps}

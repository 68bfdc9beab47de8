"""Which executions of pipelines are there?"""

from __future__ import annotations

from localcloud import places
from localcloud.sagemaker import definition, pipelines, store, versions
from localcloud.sagemaker.api import Request, invalid, not_found, operation
from localcloud.sagemaker.arguments import OPERATIONS
from localcloud.sagemaker.execution import Execution
from localcloud.sagemaker.expressions import PipelineError
from localcloud.sagemaker.store import Record
from localcloud.state import kept

_executions: dict[str, Execution] = {}
_UPDATED = (
    "PipelineExecutionDescription",
    "PipelineExecutionDisplayName",
    "ParallelismConfiguration",
)


def _put_back(before: list[Record]) -> None:
    """Have the executions that there were; those that ran have failed."""
    _executions.clear()
    for written in before:
        execution = Execution.restored(written)
        _executions[execution.arn] = execution


kept.keep_by(
    "sagemaker/executions", lambda: [each.written() for each in _executions.values()], _put_back
)


def end_interrupted() -> None:
    """End the executions that were under way when the cloud's process ended, as Failed."""
    for execution in _executions.values():
        with places.at(places.of(execution.arn)):
            execution.interrupt()


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
        version = versions.chosen(pipeline, request.params)
        if request.params.get("RoleArn"):
            raise invalid("RoleArn cannot be specified for a pipeline that you have created.")
        parsed = definition.parse(version["_definition"])
        execution = Execution(request, pipeline, parsed, len(_executions))
        execution.text = version["_definition"]
        execution.record["PipelineVersionId"] = version["PipelineVersionId"]
        _select(execution, request.params.get("SelectiveExecutionConfig"))
    except PipelineError as error:
        raise invalid(str(error)) from error
    execution.record["_token"] = token
    pipeline["LastExecutionTime"] = execution.record["StartTime"]
    _executions[execution.arn] = execution
    execution.begin()
    return {"PipelineExecutionArn": execution.arn}


def _select(execution: Execution, config: Record | None) -> None:
    """Let an execution do the selected steps of its pipeline alone, if any are."""
    if not config:
        return
    selected = {each["StepName"] for each in config["SelectedSteps"]}
    steps = execution.parsed.steps
    if unknown := sorted(selected - set(steps)):
        raise PipelineError(f"Selected steps {unknown} are none of the pipeline's {sorted(steps)}.")
    if wrong := sorted(name for name in selected if steps[name].kind not in OPERATIONS):
        raise PipelineError(f"Steps {wrong} cannot be selected: their type is not one of a job.")
    source = _executions.get(config.get("SourcePipelineExecutionArn") or "")
    if source is None and config.get("SourcePipelineExecutionArn"):
        raise not_found(
            f"Pipeline execution '{config['SourcePipelineExecutionArn']}' does not exist."
        )
    if source and source.pipeline is not execution.pipeline:
        raise PipelineError(f"{source.arn} is an execution of another pipeline.")
    if source and source.record["PipelineExecutionStatus"] not in {"Succeeded", "Failed"}:
        raise PipelineError(f"{source.arn} has neither succeeded nor failed.")
    execution.select(selected, source)
    execution.record["SelectiveExecutionConfig"] = config


@operation("RetryPipelineExecution")
def retry(request: Request) -> Record:
    """Go on with an execution that has failed or was stopped, from the steps that did not end well.

    The same ClientRequestToken retries once.
    """
    execution, token = _find(request), request.params.get("ClientRequestToken")
    if token and execution.record.get("_retried") == token:
        return {"PipelineExecutionArn": execution.arn}
    status = execution.record["PipelineExecutionStatus"]
    if status not in {"Failed", "Stopped"}:
        raise invalid(
            f"Pipeline execution {execution.arn} is in status {status}: only one that has Failed"
            " or Stopped can be retried."
        )
    if limits := request.params.get("ParallelismConfiguration"):
        execution.record["ParallelismConfiguration"] = limits
    execution.record["_retried"] = token
    execution.retry(request)
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
    """Describe an execution, with the aliases that its pipeline's version has now."""
    execution = _find(request)
    found = store.answer(execution.record)
    named = versions.aliases(execution.pipeline, found["PipelineVersionId"])
    return found | ({"PipelineVersionAliases": named} if named else {})


@operation("UpdatePipelineExecution")
def update(request: Request) -> Record:
    """Call an execution otherwise, describe it, or limit how many of its steps run at once."""
    execution = _find(request)
    given = {key: request.params[key] for key in _UPDATED if request.params.get(key)}
    execution.record |= given | {
        "LastModifiedTime": store.now(),
        "LastModifiedBy": request.by(),
    }
    return {"PipelineExecutionArn": execution.arn}


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

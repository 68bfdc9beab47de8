"""Which pipelines are there?"""

from __future__ import annotations

from typing import Any

from localcloud import sessions
from localcloud.sagemaker import definition, objects, store, versions
from localcloud.sagemaker.api import Request, invalid, not_found, operation
from localcloud.sagemaker.expressions import PipelineError
from localcloud.sagemaker.store import Record, Shelf

shelf = Shelf("pipeline", "PipelineName", "Pipeline '{arn}' does not exist.", not_found)


def _text(params: dict[str, Any]) -> str | None:
    """Return the definition's text, given as such or as an object in S3."""
    place = params.get("PipelineDefinitionS3Location")
    if place:
        return objects.read(sessions.client("s3"), f"s3://{place['Bucket']}/{place['ObjectKey']}")
    return params.get("PipelineDefinition")


def _checked(text: str) -> str:
    try:
        definition.parse(text)
    except PipelineError as error:
        raise invalid(f"Invalid pipeline definition: {error}") from error
    return text


@operation("CreatePipeline")
def create(request: Request) -> Record:
    """Make a pipeline of a definition that can run here; the same token makes only one."""
    params, now = request.params, store.now()
    name, token = params["PipelineName"], params.get("ClientRequestToken")
    if name in shelf and token and shelf[name].get("_token") == token:
        return {"PipelineArn": shelf[name]["PipelineArn"]}
    text = _text(params)
    if not text:
        raise invalid("PipelineDefinition or PipelineDefinitionS3Location is needed.")
    record = {
        "PipelineName": name,
        "PipelineArn": shelf.arn(name),
        "PipelineDisplayName": params.get("PipelineDisplayName") or name,
        "PipelineDescription": params.get("PipelineDescription"),
        "PipelineDefinition": _checked(text),
        "RoleArn": params["RoleArn"],
        "PipelineStatus": "Active",
        "CreationTime": now,
        "LastModifiedTime": now,
        "CreatedBy": request.by(),
        "LastModifiedBy": request.by(),
        "ParallelismConfiguration": params.get("ParallelismConfiguration"),
        "Tags": params.get("Tags") or [],
        "_token": token,
    }
    shelf.add(name, record)
    versions.add(record, request)
    return {"PipelineArn": record["PipelineArn"]}


@operation("UpdatePipeline")
def update(request: Request) -> Record:
    """Change what is given; executions that run keep the definition they began with."""
    record, params = shelf.find(request.params["PipelineName"]), request.params
    text = _text(params)
    changes = {
        key: params[key]
        for key in (
            "PipelineDisplayName",
            "PipelineDescription",
            "RoleArn",
            "ParallelismConfiguration",
        )
        if params.get(key)
    }
    renewed = bool(text) and text != record["PipelineDefinition"]
    if text:
        changes["PipelineDefinition"] = _checked(text)
    if params.get("PipelineVersionAliases") and not renewed:
        raise invalid("Aliases can be specified only when the pipeline definition changes.")
    record |= changes | {"LastModifiedTime": store.now(), "LastModifiedBy": request.by()}
    number = versions.add(record, request) if renewed else len(record["_versions"])
    return {"PipelineArn": record["PipelineArn"], "PipelineVersionId": number}


@operation("DescribePipeline")
def describe(request: Request) -> Record:
    """Describe a pipeline, its definition included."""
    record = shelf.find(request.params["PipelineName"])
    version = versions.chosen(record, request.params)
    known = ("PipelineVersionDisplayName", "PipelineVersionDescription", "PipelineVersionAliases")
    return {
        **store.answer(record),
        "PipelineDefinition": version["_definition"],
        **{key: version[key] for key in known if version.get(key)},
    }


@operation("DeletePipeline")
def delete(request: Request) -> Record:
    """Take a pipeline off the shelf."""
    record = shelf.find(request.params["PipelineName"])
    del shelf[record["PipelineName"]]
    return {"PipelineArn": record["PipelineArn"]}


_SUMMARY = (
    "PipelineArn",
    "PipelineName",
    "PipelineDisplayName",
    "PipelineDescription",
    "RoleArn",
    "CreationTime",
    "LastModifiedTime",
    "LastExecutionTime",
)


@operation("ListPipelines")
def listing(request: Request) -> Record:
    """List pipelines, newest first unless told otherwise."""
    prefix = request.params.get("PipelineNamePrefix") or ""
    return store.page(
        [each for name, each in shelf.items() if name.startswith(prefix)],
        request.params,
        result="PipelineSummaries",
        show=lambda each: {key: each[key] for key in _SUMMARY if each.get(key)},
        by={"Name": "PipelineName"},
    )

"""What can be asked of the versions of a pipeline?"""

from __future__ import annotations

from localcloud.sagemaker import pipelines, store, versions
from localcloud.sagemaker.api import Request, operation
from localcloud.sagemaker.store import Record


@operation("UpdatePipelineVersion")
def update(request: Request) -> Record:
    """Describe a version otherwise, and give it aliases or take some away."""
    pipeline = pipelines.shelf.find(request.params["PipelineArn"])
    version = versions.chosen(pipeline, request.params)
    asked = request.params.get("PipelineVersionAliasOperations") or {}
    for alias in asked.get("Remove") or []:
        if alias in version["PipelineVersionAliases"]:
            version["PipelineVersionAliases"].remove(alias)
    versions.assign(pipeline, version, asked.get("Add") or [])
    for key in ("PipelineVersionDisplayName", "PipelineVersionDescription"):
        if request.params.get(key):
            version[key] = request.params[key]
    return {
        "PipelineArn": pipeline["PipelineArn"],
        "PipelineVersionId": version["PipelineVersionId"],
    }


@operation("ListPipelineVersions")
def listing(request: Request) -> Record:
    """List the versions of a pipeline, newest first unless told otherwise."""
    pipeline = pipelines.shelf.find(request.params["PipelineName"])

    def show(version: Record) -> Record:
        hidden = {"CreatedBy"}
        return {
            "PipelineArn": pipeline["PipelineArn"],
            **{k: v for k, v in version.items() if k[0] != "_" and k not in hidden},
        }

    return store.page(
        [{**each, "_number": each["PipelineVersionId"]} for each in pipeline["_versions"]],
        request.params,
        result="PipelineVersionSummaries",
        show=show,
        by={},
    )

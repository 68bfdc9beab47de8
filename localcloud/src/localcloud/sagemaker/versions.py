"""Which versions has a pipeline? Each definition that it was given is one; some have aliases."""

from __future__ import annotations

import re
from typing import Any

from localcloud.sagemaker import store
from localcloud.sagemaker.api import Request, invalid, not_found
from localcloud.sagemaker.store import Record

_ALIAS = re.compile(r"[a-zA-Z0-9._\-]{1,128}")


def add(pipeline: Record, request: Request) -> int:
    """Keep the pipeline's definition as its newest version, with the aliases that are asked for."""
    known: list[Record] = pipeline.setdefault("_versions", [])
    version: Record = {
        "PipelineVersionId": len(known) + 1,
        "CreationTime": store.now(),
        "CreatedBy": request.by(),
        "_definition": pipeline["PipelineDefinition"],
        "PipelineVersionAliases": [],
    }
    known.append(version)
    assign(pipeline, version, request.params.get("PipelineVersionAliases") or [])
    return len(known)


def chosen(pipeline: Record, params: dict[str, Any]) -> Record:
    """Return the version that a request names by id or alias; the newest when by neither."""
    number, alias = params.get("PipelineVersionId"), params.get("PipelineVersionAlias")
    if number and alias:
        raise invalid("You can't specify PipelineVersionId with PipelineVersionAlias.")
    known: list[Record] = pipeline["_versions"]
    for each in known:
        if each["PipelineVersionId"] == number or alias in each["PipelineVersionAliases"]:
            return each
    if number or alias:
        raise not_found(f"{pipeline['PipelineArn']} has no pipeline version '{number or alias}'.")
    return known[-1]


def aliases(pipeline: Record, number: int) -> list[str]:
    """Return the aliases that a version has now."""
    return list(pipeline["_versions"][number - 1]["PipelineVersionAliases"])


def assign(pipeline: Record, version: Record, names: list[str]) -> None:
    """Give a version aliases, each of which no other version of the pipeline has."""
    for name in names:
        if not _ALIAS.fullmatch(name):
            raise invalid(f"Value '{name}' at 'pipelineVersionAlias' must match {_ALIAS.pattern}.")
        holders = [each for each in pipeline["_versions"] if name in each["PipelineVersionAliases"]]
        if holders and version not in holders:
            raise invalid(
                f"Alias '{name}' is assigned to version {holders[0]['PipelineVersionId']}: remove"
                " it there first."
            )
        if not holders:
            version["PipelineVersionAliases"].append(name)

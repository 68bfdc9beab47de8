"""Which tags does a SageMaker resource carry?"""

from __future__ import annotations

from localcloud.iam.resources import as_tags
from localcloud.sagemaker.api import Request, invalid, operation
from localcloud.sagemaker.store import Record, shelves


def _record(request: Request) -> Record:
    arn = request.params["ResourceArn"]
    kind = arn.split(":", 5)[-1].partition("/")[0]
    if kind not in shelves:
        raise invalid(f"{arn}: resources of kind {kind} have no tags here.")
    return shelves[kind].find(arn)


def _listed(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


@operation("AddTags")
def add(request: Request) -> Record:
    """Add or change tags."""
    record = _record(request)
    given = request.params["Tags"]
    record["Tags"] = _listed(as_tags(record.get("Tags") or []) | as_tags(given))
    return {"Tags": record["Tags"]}


@operation("ListTags")
def show(request: Request) -> Record:
    """List all tags."""
    return {"Tags": _record(request).get("Tags") or []}


@operation("DeleteTags")
def delete(request: Request) -> Record:
    """Remove tags by key."""
    record = _record(request)
    kept = as_tags(record.get("Tags") or [])
    for key in request.params["TagKeys"]:
        kept.pop(key, None)
    record["Tags"] = _listed(kept)
    return {}

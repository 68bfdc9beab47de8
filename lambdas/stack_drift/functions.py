"""How are functions, and what feeds them, read?"""

from __future__ import annotations

from typing import Any

import aws
from factory.stack_drift.deployed import Resource

STOPPED = {"Disabled", "Disabling"}


def function(resource: Resource) -> dict[str, Any]:
    """Read the configuration of a function, and what concurrency it is left with."""
    name = resource.name
    found = aws.ask("lambda", "get_function_configuration", name, FunctionName=name)
    left = aws.ask("lambda", "get_function_concurrency", name, FunctionName=name)
    variables = found.get("Environment", {}).get("Variables")
    return {
        **found,
        "Environment": {"Variables": variables} if variables else None,
        "Layers": [layer["Arn"] for layer in found.get("Layers", [])],
        "ReservedConcurrentExecutions": left.get("ReservedConcurrentExecutions"),
    }


def mapping(resource: Resource) -> dict[str, Any]:
    """Read what feeds a function from a queue."""
    uuid = resource.physical_id
    found = aws.ask("lambda", "get_event_source_mapping", uuid, UUID=uuid)
    return {
        **found,
        "Enabled": found["State"] not in STOPPED,
        "FunctionName": found["FunctionArn"].rsplit(":", 1)[-1],
        "FilterCriteria": _filters(found),
        "MaximumBatchingWindowInSeconds": found.get("MaximumBatchingWindowInSeconds") or 0,
    }


def _filters(found: dict[str, Any]) -> dict[str, Any] | None:
    """Return the filters as a template writes them; none at all is no criteria."""
    filters = found.get("FilterCriteria", {}).get("Filters")
    return {"Filters": filters} if filters else None


def url(resource: Resource) -> dict[str, Any]:
    """Read who may call a function's URL; CloudFormation knows it by the function's ARN."""
    function_arn = resource.physical_id
    return aws.ask("lambda", "get_function_url_config", function_arn, FunctionName=function_arn)

"""How does a custom resource answer CloudFormation?"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from typing import Any

from aws.calls import ask, client, pages, translated
from factory.errors import NotFound


def answer_stack(request: Mapping[str, Any], *, physical_id: str, failure: str = "") -> None:
    """Report to CloudFormation that a custom resource is done, or why it is not."""
    body = {
        "Status": "FAILED" if failure else "SUCCESS",
        "Reason": failure,
        "PhysicalResourceId": physical_id,
        **{k: request[k] for k in ("StackId", "RequestId", "LogicalResourceId")},
    }
    put = urllib.request.Request(  # noqa: S310 - the URL is CloudFormation's own
        request["ResponseURL"], json.dumps(body).encode(), {"Content-Type": ""}, method="PUT"
    )
    with urllib.request.urlopen(put, timeout=30) as response:  # noqa: S310 - same
        response.read()


def stack_tags(stack: str) -> dict[str, str]:
    """Return the tags of a stack, by its id."""
    with translated(stack):
        answer = client("cloudformation").describe_stacks(StackName=stack)
    return {tag["Key"]: tag["Value"] for tag in answer["Stacks"][0].get("Tags", [])}


def stack_found(name: str) -> dict[str, Any]:
    """Return what CloudFormation says of the stack called *name*; nothing when there is none."""
    try:
        return dict(ask("cloudformation", "describe_stacks", name, StackName=name)["Stacks"][0])
    except NotFound:
        return {}


def stack_template(stack: str) -> dict[str, Any]:
    """Return the template of a stack, as it was given."""
    body = ask("cloudformation", "get_template", stack, StackName=stack)["TemplateBody"]
    return dict(json.loads(body) if isinstance(body, str) else body)


def stack_resources(stack: str) -> dict[str, str]:
    """Return the physical ids of the resources of a stack, by logical id."""
    arguments = {"StackName": stack}
    found = pages("cloudformation", "list_stack_resources", "StackResourceSummaries", **arguments)
    return {each["LogicalResourceId"]: each.get("PhysicalResourceId", "") for each in found}

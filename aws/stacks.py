"""How does a custom resource answer CloudFormation?"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from typing import Any

from aws.calls import client, translated


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

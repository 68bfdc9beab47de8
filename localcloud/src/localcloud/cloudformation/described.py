"""In which state is each resource of a stack, and since when?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult

from localcloud import moto_patches

if TYPE_CHECKING:
    from moto.cloudformation.models import Event, Stack

    from localcloud.cloudformation.resource import Resource


def install() -> None:
    """Answer each resource's last event; moto answers the stack's state, and dates of 2010."""
    moto_patches.provide(
        CloudFormationResponse,
        {
            "describe_stack_resource": _one,
            "describe_stack_resources": _all,
            "list_stack_resources": _list,
        },
        fixes="answers the stack's state for a resource, and dates of 2010",
        upstream=moto_patches.UNREPORTED,
    )


_LASTING = ("_COMPLETE", "DELETE_FAILED")
"""A creation or update that failed has left the resource as the event before says."""


def _last_event(stack: Stack, resource: Resource) -> Event:
    ids = (resource.logical_resource_id, resource.physical_resource_id)
    return next(
        event
        for event in reversed(stack.events)
        if (event.logical_resource_id, event.physical_resource_id) == ids
        and event.resource_status.endswith(_LASTING)
    )


def _summary(stack: Stack, resource: Resource, moment: str) -> dict[str, Any]:
    event = _last_event(stack, resource)
    summary = {
        "LogicalResourceId": resource.logical_resource_id,
        "PhysicalResourceId": resource.physical_resource_id,
        "ResourceType": resource.cf_resource_type,
        "ResourceStatus": event.resource_status,
        "ResourceStatusReason": event.resource_status_reason,
        moment: event.timestamp,
    }
    return {name: value for name, value in summary.items() if value is not None}


def _one(self: CloudFormationResponse) -> ActionResult:
    stack, resource = self.cloudformation_backend.describe_stack_resource(
        self._get_param("StackName"), self._get_param("LogicalResourceId")
    )
    found: Any = resource
    detail = _of(stack) | _summary(stack, found, "LastUpdatedTimestamp")
    return ActionResult({"StackResourceDetail": detail})


def _all(self: CloudFormationResponse) -> ActionResult:
    stack, resources = self.cloudformation_backend.describe_stack_resources(
        self._get_param("StackName"), self._get_param("LogicalResourceId")
    )
    found: Any = resources
    summaries = [_of(stack) | _summary(stack, each, "Timestamp") for each in found]
    return ActionResult({"StackResources": summaries})


def _of(stack: Stack) -> dict[str, str]:
    return {"StackId": stack.stack_id, "StackName": stack.name}


def _list(self: CloudFormationResponse) -> ActionResult:
    stack, resources = self.cloudformation_backend.list_stack_resources(
        self._get_param("StackName")
    )
    found: Any = resources
    summaries = [_summary(stack, each, "LastUpdatedTimestamp") for each in found]
    return ActionResult({"StackResourceSummaries": summaries})

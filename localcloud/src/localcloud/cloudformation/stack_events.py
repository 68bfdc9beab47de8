"""What has happened to the resources of a stack?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.cloudformation.models import Event

if TYPE_CHECKING:
    from moto.cloudformation.models import Stack

    from localcloud.cloudformation.resource_types import Place


def add(stack: Stack, place: Place, status: str, physical_id: str, reason: str = "") -> None:
    """Write down that a resource has come to a status."""
    event = Event(
        stack_id=stack.stack_id,
        stack_name=stack.name,
        logical_resource_id=place.logical_id,
        physical_resource_id=physical_id,
        resource_type=place.type,
        resource_status=status,
        resource_status_reason=reason or None,
        resource_properties=None,
    )
    stack.events.append(event)

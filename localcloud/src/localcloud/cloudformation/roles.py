"""May CloudFormation act as the role that a call gives it?

It does not act as that role here: what a stack makes is made as the administrator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore import xform_name
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.responses import CloudFormationResponse

from localcloud import moto_patches, service_roles

if TYPE_CHECKING:
    from collections.abc import Callable

SERVICE = "cloudformation.amazonaws.com"
_CALLS = ("CreateStack", "UpdateStack", "DeleteStack", "CreateChangeSet")


def install() -> None:
    """Refuse a role that CloudFormation may not assume."""
    moto_patches.wrap(
        CloudFormationResponse,
        tuple(map(xform_name, _CALLS)),
        _checking,
        fixes="takes a role that CloudFormation may not assume",
        upstream=moto_patches.UNREPORTED,
    )


def _checking(answer: Callable[[CloudFormationResponse], Any]) -> Any:
    def checking(self: CloudFormationResponse) -> Any:
        role = self._get_param("RoleARN")
        if role:
            _demand_assumable(role)
        return answer(self)

    return checking


def _demand_assumable(role: str) -> None:
    try:
        service_roles.credentials(role, "AWSCloudFormation", SERVICE)
    except service_roles.NotAssumable as error:
        raise ValidationError(
            message=f"Role {role} is invalid or cannot be assumed: {error}"
        ) from error

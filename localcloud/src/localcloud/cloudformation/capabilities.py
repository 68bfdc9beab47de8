"""Has the caller acknowledged that a template makes identities?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore import xform_name
from moto.cloudformation.models import Stack
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.exceptions import ServiceException

from localcloud import moto_patches
from localcloud.cloudformation import changesets, stack_inputs

if TYPE_CHECKING:
    from collections.abc import Callable

_CALLS = ("CreateStack", "UpdateStack", "CreateChangeSet")
_NAMED = {
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
}
"""Types of identities, and the property that gives them a name of one's own."""
_PLAIN = {"AWS::IAM::AccessKey", "AWS::IAM::Policy", "AWS::IAM::UserToGroupAddition"}


class InsufficientCapabilities(ServiceException):
    """A template asks for more than the call acknowledges."""

    code = "InsufficientCapabilitiesException"


def install() -> None:
    """Refuse templates with identities unless the call names the capability they need."""
    moto_patches.wrap(
        CloudFormationResponse,
        tuple(map(xform_name, _CALLS)),
        _checking,
        fixes="makes identities that the call does not acknowledge",
        upstream=moto_patches.UNREPORTED,
    )


def _checking(answer: Callable[[CloudFormationResponse], Any]) -> Any:
    def checking(self: CloudFormationResponse) -> Any:
        stack = changesets.standing(self.cloudformation_backend, self._get_param("StackName"))
        template = Stack.parse_template(stack_inputs.template(self, stack))
        needed = demanded(template.get("Resources", {}))
        if needed and not set(needed) & set(self._get_param("Capabilities") or []):
            raise InsufficientCapabilities(f"Requires capabilities : [{needed[0]}]")
        return answer(self)

    return checking


def demanded(resources: dict[str, Any]) -> list[str]:
    """Return the capabilities any of which will do; none are needed where it is empty."""
    for resource in resources.values():
        name = _NAMED.get(resource["Type"])
        if name and name in resource.get("Properties", {}):
            return ["CAPABILITY_NAMED_IAM"]
    if any(resource["Type"] in {*_NAMED, *_PLAIN} for resource in resources.values()):
        return ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]
    return []

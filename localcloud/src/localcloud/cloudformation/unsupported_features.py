"""Which ways to deploy does AWS offer that this cloud does not support?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore import xform_name
from moto.cloudformation.responses import CloudFormationResponse

from localcloud import moto_patches

if TYPE_CHECKING:
    from collections.abc import Callable

_SAME: dict[str, tuple[Any, ...]] = {
    "DisableRollback": (False,),
    "OnFailure": ("ROLLBACK",),
    "OnStackFailure": ("ROLLBACK",),
    "RetainExceptOnCreate": (False,),
    "DeletionMode": ("STANDARD",),
    "DeploymentMode": ("STANDARD",),
    "RollbackConfiguration": ({}, {"RollbackTriggers": []}),
    "ResourcesToImport": ([],),
    "ResourceTypes": ([],),
    "RetainResources": ([],),
    "StackPolicyBody": (),
    "StackPolicyURL": (),
    "StackPolicyDuringUpdateBody": (),
    "StackPolicyDuringUpdateURL": (),
}
"""Parameters of calls, and those of their values that say what happens here anyway.

ImportExistingResources, which ``cdk bootstrap`` sets, may stand: with it, too, a resource that is
already there makes the creation fail here, with a reason.
"""
_CALLS = ("CreateStack", "UpdateStack", "DeleteStack", "CreateChangeSet", "ExecuteChangeSet")


def install() -> None:
    """Refuse such parameters by name instead of passing over them, as moto does."""
    moto_patches.wrap(
        CloudFormationResponse,
        tuple(map(xform_name, _CALLS)),
        _refusing,
        fixes="passes over parameters that ask for another way to deploy",
        upstream="policy: what nothing here would honour is refused by name",
    )


def _refusing(answer: Callable[[CloudFormationResponse], Any]) -> Any:
    def refusing(self: CloudFormationResponse) -> Any:
        for name, same in _SAME.items():
            given = self._get_param(name)
            if given is not None and given not in same:
                raise NotImplementedError(f"{name} {given}")
        mode = (self._get_param("DeploymentConfig") or {}).get("Mode", "STANDARD")
        if mode != "STANDARD":
            raise NotImplementedError(f"DeploymentConfig.Mode {mode}")
        return answer(self)

    return refusing

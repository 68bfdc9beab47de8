"""Who may have a disk under a key? Whoever may make a grant of the key to an AWS service.

SageMaker attaches a disk to each instance: for a job as the job's role, for an endpoint as whoever
creates or updates it ("SageMaker API Permissions: Actions, Permissions, and Resources Reference").
Nothing is encrypted here.
"""

from __future__ import annotations

from localcloud import places, service_roles
from localcloud.iam.caller import Caller
from localcloud.iam.decision import decide
from localcloud.iam.encryption import key_arn
from localcloud.iam.requests.call import Want
from localcloud.sagemaker.api import SageMakerError
from localcloud.sagemaker.objects import TransferError

ACTION = "kms:CreateGrant"
SERVICE = "sagemaker.amazonaws.com"


def demand_of_role(role: str, key: str | None) -> None:
    """Raise TransferError when the *role* of a job may not have a disk under *key*."""
    if not key:
        return
    want = _want(key)
    try:
        allowed = service_roles.may(role, SERVICE, want.action, want.resource, want.context)
    except service_roles.NotAssumable as error:
        raise TransferError(f"ClientError: AccessDenied: {error}") from error
    if not allowed:
        raise TransferError(
            f"ClientError: The role {role} is not authorized to perform {ACTION} on {want.resource}"
            " for an AWS resource: no disk can be under this key."
        )


def demand_of_caller(caller: Caller, key: str | None) -> None:
    """Refuse a *caller* who may not have the disks of an endpoint under *key*."""
    if not key:
        return
    decision = decide(caller, _want(key), places.here(), {})
    if not decision.allowed:
        raise SageMakerError("AccessDeniedException", decision.message)


def _want(key: str) -> Want:
    here = places.here()
    via = f"sagemaker.{here.region}.amazonaws.com"
    context = {"kms:GrantIsForAWSResource": "true", "kms:ViaService": via}
    return Want(ACTION, key_arn(key, here.account, here.region), context)

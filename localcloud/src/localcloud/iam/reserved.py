"""Which roles does AWS alone make and change? Those on the path of IAM Identity Center.

Identity Center is not here. The administrator plays it: makes its roles, and opens the sessions of
its people, which are named after them. To everybody else they are what they are in AWS.
"""

from __future__ import annotations

from localcloud.iam import errors, resources
from localcloud.iam.caller import Caller
from localcloud.iam.decision import Decision
from localcloud.iam.requests.call import Call

PATH = "/aws-reserved/"
_LOOKING = ("Get", "List", "Simulate", "Generate")


def demand_open(caller: Caller, call: Call) -> None:
    """Refuse to make, change or assume a role that is AWS's own."""
    if not caller.checked:
        return
    name = str(call.params.get("RoleName") or "")
    if call.action == "sts:AssumeRole" and f":role{PATH}" in str(call.params.get("RoleArn")):
        reason = "because no resource-based policy allows the sts:AssumeRole action"
        where = str(call.params["RoleArn"])
        raise errors.denied(
            "sts", Decision(caller.arn, call.action, where, allowed=False, reason=reason)
        )
    if call.service != "iam" or call.operation.startswith(_LOOKING) or not name:
        return
    if _path(call, name).startswith(PATH):
        raise errors.Refused(
            "UnmodifiableEntity",
            f"Cannot perform the operation on the protected role '{name}' - this role is only"
            " modifiable by AWS",
            status=errors.BAD_REQUEST,
        )


def _path(call: Call, name: str) -> str:
    if call.operation == "CreateRole":
        return str(call.params.get("Path") or "/")
    held = resources.backend("iam", call.account, resources.GLOBAL).roles.values()
    return next((str(each.path) for each in held if each.name == name), "/")

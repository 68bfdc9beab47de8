"""What do calls of STS and IAM need?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from localcloud.iam import resources
from localcloud.iam.requests.call import Call, Want, request_tags


def sts(call: Call) -> Iterator[Want]:
    """Ask for nothing that AWS never refuses; trust.py decides AssumeRole by the role's trust."""
    if call.operation not in {"GetCallerIdentity", "GetSessionToken", "AssumeRole"}:
        yield Want(call.action, str(call.params.get("RoleArn") or "*"))


def iam(call: Call) -> Iterator[Want]:
    """Ask for the role, user, group or policy, with the boundary and policy the call names."""
    params = call.params
    context: dict[str, Any] = request_tags(params.get("Tags"))
    if boundary := params.get("PermissionsBoundary"):
        context["iam:PermissionsBoundary"] = boundary
    if params.get("PolicyArn") and _resource(call) != params["PolicyArn"]:
        context["iam:PolicyARN"] = params["PolicyArn"]
    yield Want(call.action, _resource(call), context)
    if call.operation == "AddRoleToInstanceProfile":
        role = _entity(call, "role", params["RoleName"])
        yield Want("iam:PassRole", role, {"iam:PassedToService": "ec2.amazonaws.com"})


def _resource(call: Call) -> str:
    for kind, parameter in (("role", "RoleName"), ("user", "UserName"), ("group", "GroupName")):
        if name := call.params.get(parameter):
            return _entity(call, kind, name)
    if source := call.params.get("PolicySourceArn"):
        return str(source)
    if name := call.params.get("PolicyName"):
        path = call.params.get("Path") or "/"
        return f"arn:aws:iam::{call.account}:policy{path}{name}"
    return str(call.params.get("PolicyArn") or "*")


def _entity(call: Call, kind: str, name: str) -> str:
    """Return the ARN with the path the entity has, or will get by this call."""
    held = getattr(resources.backend("iam", call.account, resources.GLOBAL), f"{kind}s").values()
    found = next((each.arn for each in held if each.name == name), None)
    return found or f"arn:aws:iam::{call.account}:{kind}{call.params.get('Path') or '/'}{name}"

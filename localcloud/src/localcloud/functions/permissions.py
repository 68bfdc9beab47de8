"""What becomes of AddPermission in the policy of a function?"""

from __future__ import annotations

import re
from typing import Any

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.policy import Policy

from localcloud import moto_patches

_ACCOUNT = re.compile(r"\d{12}")
_KEYS = {
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "InvokedViaFunctionUrl": ("Bool", "lambda:InvokedViaFunctionUrl"),
}


def install() -> None:
    """Turn what moto copies as it stands into principals and conditions."""
    moto_patches.wrap(
        Policy,
        "principal_formatter",
        _principal,
        fixes="stores the number of an account, or the ARN of a role, as it stands",
        upstream="unreported: what came of getmoto/moto#1363 knows services and root alone",
    )
    moto_patches.wrap(
        Policy,
        "decode_policy",
        _conditions,
        fixes="stores FunctionUrlAuthType and InvokedViaFunctionUrl beside the conditions",
        upstream=moto_patches.UNREPORTED,
    )


def _principal(formatted: Any) -> Any:
    def principal(self: Policy, given: Any) -> Any:
        if not isinstance(given, str) or given == "*":
            return given
        if _ACCOUNT.fullmatch(given):
            return {"AWS": f"arn:aws:iam::{given}:root"}
        return {"AWS": given} if given.startswith("arn:") else formatted(self, given)

    return principal


def _conditions(decode: Any) -> Any:
    def decoded(self: Policy, given: dict[str, Any]) -> Any:
        if "FunctionUrlAuthType" in given and given["Action"] != "lambda:InvokeFunctionUrl":
            raise InvalidParameterValueException(
                "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action"
            )
        conditions = {name: given.pop(name) for name in _KEYS if name in given}
        policy = decode(self, given)
        for name, value in conditions.items():
            operator, key = _KEYS[name]
            text = str(value).lower() if isinstance(value, bool) else value
            statement = policy.statements[0]
            statement.setdefault("Condition", {}).setdefault(operator, {})[key] = text
        return policy

    return decoded

"""How are policies written, and for which account?"""

from __future__ import annotations

import json
from typing import Any

ACCOUNT, REGION = "123456789012", "us-east-1"
PLACE = f"{REGION}:{ACCOUNT}"
OTHER, ELSEWHERE = "222222222222", "eu-west-1"
"""Another account, and another region."""

Statement = dict[str, Any]


def document(*statements: Statement) -> str:
    """Return the policy of these statements, as JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> Statement:
    """Return a statement that allows."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> Statement:
    """Return a statement that denies."""
    return {**allow(action, resource, **more), "Effect": "Deny"}


def trusting(principal: Any, *actions: str) -> Statement:
    """Return a statement of a trust policy."""
    return {"Effect": "Allow", "Principal": principal, "Action": actions or "sts:AssumeRole"}

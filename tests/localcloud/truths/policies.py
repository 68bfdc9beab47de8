"""How are policies written, and for which account?"""

from __future__ import annotations

import json

ACCOUNT, REGION = "123456789012", "us-east-1"


PLACE = f"{REGION}:{ACCOUNT}"


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action, resource="*", **more):
    return {**allow(action, resource, **more), "Effect": "Deny"}


def trusting(principal, *actions):
    """Return a statement of a trust policy."""
    return {"Effect": "Allow", "Principal": principal, "Action": actions or "sts:AssumeRole"}

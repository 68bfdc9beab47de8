"""Who works on a laptop's cloud? Three people of IAM, as an organisation's own would be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DUTIES: Mapping[str, tuple[str, ...]] = {
    "ada": ("BuilderRoleArn",),
    "alan": ("BuilderRoleArn", "ApproverRoleArn"),
    "grace": ("ApproverRoleArn", "AuditorRoleArn", "OperatorRoleArn"),
}
"""Source identity to the roles they may assume: ada builds; alan builds and approves other
people's models; grace is independent of the builders, audits, and operates."""


def settle_in(aws: Any, outputs: Mapping[str, str], folder: Path) -> Path:
    """Create the people and return a credentials file with a profile for each and for `admin`."""
    keys = {"admin": ("testing", "testing")}
    keys |= {
        name: _person(aws, name, [outputs[r] for r in roles], outputs["LookPolicyArn"])
        for name, roles in DUTIES.items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "credentials"
    path.touch(mode=0o600)
    path.write_text("\n".join(_profile(name, *pair) for name, pair in keys.items()))
    return path


def _person(aws: Any, name: str, roles: list[str], look: str) -> tuple[str, str]:
    iam = aws.client("iam")
    iam.create_user(UserName=name)
    iam.attach_user_policy(UserName=name, PolicyArn=look)
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["sts:AssumeRole", "sts:SetSourceIdentity"],
                "Resource": roles,
            },
        ],
    }
    iam.put_user_policy(UserName=name, PolicyName="duties", PolicyDocument=json.dumps(policy))
    made = iam.create_access_key(UserName=name)["AccessKey"]
    return made["AccessKeyId"], made["SecretAccessKey"]


def _profile(name: str, key: str, secret: str) -> str:
    return f"[{name}]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n"

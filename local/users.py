"""Who can use the local cloud? Three IAM users, like those of an organisation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROLES: Mapping[str, tuple[str, ...]] = {
    "ada": ("BuilderRoleArn",),
    "alan": ("BuilderRoleArn", "ApproverRoleArn"),
    "grace": ("ApproverRoleArn", "AuditorRoleArn", "OperatorRoleArn"),
}
"""The roles that each user may assume: ada builds; alan builds and approves other people's
models; grace is independent of the builders, audits, and operates."""


def create(aws: Any, outputs: Mapping[str, str], folder: Path) -> Path:
    """Create the users and return a credentials file with a profile for each and for `admin`."""
    keys = {"admin": ("testing", "testing")}
    keys |= {
        name: _create_user(aws, name, [outputs[r] for r in roles], outputs["LookPolicyArn"])
        for name, roles in ROLES.items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "credentials"
    path.touch(mode=0o600)
    path.write_text("\n".join(_profile(name, *pair) for name, pair in keys.items()))
    return path


def _create_user(aws: Any, name: str, roles: list[str], viewer_policy: str) -> tuple[str, str]:
    iam = aws.client("iam")
    iam.create_user(UserName=name)
    iam.attach_user_policy(UserName=name, PolicyArn=viewer_policy)
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
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def _profile(name: str, key: str, secret: str) -> str:
    return f"[{name}]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n"

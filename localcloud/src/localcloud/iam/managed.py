"""Which keys are AWS's own, and whom do they let in?"""

from __future__ import annotations

import json
from typing import Any

S3 = "alias/aws/s3"
"""The key under which S3 stores what is to be under a key without a name; each account has one."""
_PREFIX = "alias/aws/"


def is_managed(aliases: list[str] | None) -> bool:
    """Tell whether a key of these *aliases* is AWS's own: its policy decides about all callers."""
    return any(alias.startswith(_PREFIX) for alias in aliases or ())


def adopted(key: Any) -> Any:
    """Return moto's *key*, as AWS has made it if it is S3's: moto gives it a customer's policy."""
    if S3 in key.aliases and key.key_manager != "AWS":
        key.key_manager = "AWS"
        key.description = "Default key that protects my S3 objects when no other key is defined"
        key.policy = json.dumps(_policy(key.account_id, key.region))
    return key


def _policy(account: str, region: str) -> dict[str, Any]:
    """Let in, through S3, whoever of the account S3 lets in; nobody can change that.

    AWS shows it in its console: no other account can be let in.
    """
    through = {"kms:CallerAccount": account, "kms:ViaService": f"s3.{region}.amazonaws.com"}
    using = ["Encrypt", "Decrypt", "ReEncrypt*", "GenerateDataKey*", "DescribeKey"]
    return {
        "Version": "2012-10-17",
        "Id": "auto-s3-2",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": [f"kms:{name}" for name in using],
                "Resource": "*",
                "Condition": {"StringEquals": through},
            },
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
                "Action": ["kms:Describe*", "kms:Get*", "kms:List*"],
                "Resource": "*",
            },
        ],
    }

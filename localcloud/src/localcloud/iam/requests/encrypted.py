"""What does a call need of the key that messages are encrypted with?"""

from __future__ import annotations

from collections.abc import Iterator

from localcloud.iam import encryption
from localcloud.iam.requests.call import Call, Want


def encrypting(call: Call, key: str | None, *actions: str) -> Iterator[Want]:
    """Ask for *actions* on a customer's key; AWS's own admits every caller of the service."""
    if not key or key.startswith("alias/aws/"):
        return
    arn = encryption.key_arn(key, call.account, call.region)
    via = f"{call.service}.{call.region}.amazonaws.com"
    for action in actions:
        yield Want(action, arn, {"kms:ViaService": via})

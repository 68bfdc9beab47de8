"""When does a signature not hold?"""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.kms.models import KmsBackend

from localcloud import moto_patches


class InvalidSignature(JsonRESTError):
    """A signature that is not the message's, or not this key's."""

    code = 400

    def __init__(self) -> None:
        super().__init__("KMSInvalidSignatureException", "")


def install() -> None:
    """Let Verify fail where moto answers that the signature is not valid, as KMS never does."""
    moto_patches.wrap(
        KmsBackend,
        "verify",
        _failing,
        fixes="Verify answers that a signature is not valid, where KMS fails",
        upstream=moto_patches.UNREPORTED,
    )


def _failing(verify: Any) -> Any:
    def verified(self: KmsBackend, *args: Any, **kwargs: Any) -> tuple[str, bool, str]:
        answer: tuple[str, bool, str] = verify(self, *args, **kwargs)
        if not answer[1]:
            raise InvalidSignature
        return answer

    return verified

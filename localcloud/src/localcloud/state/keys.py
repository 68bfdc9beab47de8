"""How is a private key written down?"""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes


def written(obj: Any) -> tuple[str, bytes] | None:
    """Return the kind and the bytes of a private or public key; None of anything else."""
    if not type(obj).__module__.startswith("cryptography."):
        return None
    if hasattr(obj, "private_bytes"):
        plain = serialization.NoEncryption()
        form = serialization.PrivateFormat.PKCS8
        return "private", obj.private_bytes(serialization.Encoding.DER, form, plain)
    form_of_all = serialization.PublicFormat.SubjectPublicKeyInfo
    return "public", obj.public_bytes(serialization.Encoding.DER, form_of_all)


def read(kind: str, content: bytes) -> PrivateKeyTypes | PublicKeyTypes:
    """Return the key of these bytes."""
    if kind == "private":
        return serialization.load_der_private_key(content, password=None)
    return serialization.load_der_public_key(content)

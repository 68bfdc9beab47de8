"""What does a compiled definition leave open until it is deployed?"""

from __future__ import annotations

import re

WORK_BUCKET, EVIDENCE_BUCKET = "WorkBucket", "EvidenceBucket"
CODE_URI, CODE_DIGEST = "CodeUri", "CodeDigest"
"""The recipe's code, as the stack published it."""
KEY_ARN = "KeyArn"
"""The key of all that jobs write, and of their volumes."""
RESOURCE_PREFIX = "ResourcePrefix"
"""What SageMaker calls what belongs to a model is this and the model's name."""
PATTERN = re.compile(r"\$\{([^}!]+)\}")
_ROLE, _IMAGE = "RoleArn", "Image"


def placeholder(name: str) -> str:
    """Return what stands in a definition where the value called *name* will be."""
    return f"${{{name}}}"


def role(duty: str) -> str:
    """Return the name of the value that is the role of the steps with *duty*."""
    return f"{duty}{_ROLE}"


def image(name: str) -> str:
    """Return the name of the value that is the address of the image called *name*."""
    return f"{name}{_IMAGE}"


def duty_of(text: str) -> str | None:
    """Return the duty whose role *text* asks for; None when it asks for no role."""
    return _stem(text, _ROLE)


def image_of(text: str) -> str | None:
    """Return the image whose address *text* asks for; None when it asks for none."""
    return _stem(text, _IMAGE)


def _stem(text: str, suffix: str) -> str | None:
    found = PATTERN.fullmatch(text)
    if not found or not found[1].endswith(suffix):
        return None
    return found[1].removesuffix(suffix) or None

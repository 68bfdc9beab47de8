"""What does promotion find when it looks for itself, beside what a package claims?"""

from __future__ import annotations

from dataclasses import dataclass

from factory.catalogue.definition import Definition
from factory.catalogue.spec import Judged
from factory.training.bound import Bound
from factory.training.registration import Registration

LARGEST = 5 * 2**30
"""Bytes that S3 copies in one call (CopyObject in its API reference); its checksum is of all."""


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """The object that a package points at now, as S3 has measured it."""

    size: int
    """In bytes."""
    digest: str = ""
    """SHA-256 of the staged copy; empty when it is too large to be copied."""
    staged: str = ""
    """The URI of the copy, where promotion alone writes."""
    version: str = ""
    """Of the staged object."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What promotion found when it looked for itself; None is what is not there."""

    artifact: Artifact | None
    evidence: bytes | None
    baseline: bytes | None
    """What the gates measured of the training data."""
    replay: bytes | None
    """Rows with judged answers, which are asked again of the fleet that will serve."""
    registration: Registration | None
    """What was written down about the run when it had registered a package."""
    bound: Bound | None
    """What was written down about the run when it began."""
    became: str
    """The execution that the run's request became, as retrain wrote down; empty for none."""
    definition: Definition | None
    """What is recorded of the definition that the run executed, for the model's recipe."""
    judged: Judged | None
    """What the run was judged by, if that is not in force any more."""
    champion: str
    """The digest of the version approved before this one, or `none`."""

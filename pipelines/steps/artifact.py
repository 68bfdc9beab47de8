"""What does an artifact say of itself? Read from the archive, without extracting anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factory.catalogue.judged import Judged
from factory.errors import Refused
from pipelines import contract
from pipelines.steps import archive, files

MOST_BYTES = archive.MOST_AT_ONCE
"""Of the metadata: those of 5,000 columns with all their levels have less."""


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """The bytes that would be registered, and what they bring beside the model itself."""

    digest: str
    metadata: Mapping[str, Any]
    """In the builder's words: whatever of it is used is checked first."""


def read(path: Path, model: Judged) -> Artifact:
    """Return what the archive *path* says; Refused for a file that it must not hold.

    It must ask for no more than the features of *model*.
    """
    metadata: Mapping[str, Any] | None = None
    for member in archive.members(path):
        if member.name == contract.METADATA:
            metadata = _content(member)
    if metadata is None:
        raise Refused(f"the artifact has no {contract.METADATA}; train writes it")
    for field, kind in contract.METADATA_FIELDS.items():
        if not isinstance(metadata.get(field), kind):
            raise Refused(
                f"the artifact's {contract.METADATA} says no {field} as a {kind.__name__}; "
                "write it as train does"
            )
    _check_features(metadata["features"], model)
    return Artifact(digest=files.sha256(path), metadata=metadata)


def _content(member: archive.Member) -> Mapping[str, Any]:
    if member.size > MOST_BYTES:
        raise Refused(
            f"the artifact's {member.name} has more than {MOST_BYTES} bytes; write it as train does"
        )
    try:
        content = json.loads(member.file.read(member.size))
    except (ValueError, RecursionError) as odd:
        raise Refused(
            f"the artifact's {member.name} is not JSON that can be read ({type(odd).__name__}); "
            "write it as train does"
        ) from odd
    if not isinstance(content, dict):
        raise Refused(
            f"the artifact's {member.name} is a {type(content).__name__}; write an object"
        )
    return content


def _check_features(found: list[Any], model: Judged) -> None:
    """Refuse what the model must not be asked about; what is lacking is for the gates to judge."""
    strange = sum(1 for name in found if name not in model.inputs)
    if strange or len(set(found)) < len(found):
        raise Refused(
            f"the artifact asks for {len(found)} features, {strange} of which the spec does not "
            "list; ask for the spec's features, each once"
        )

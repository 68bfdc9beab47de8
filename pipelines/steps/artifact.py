"""What does an artifact say of itself? Read from the archive, without extracting anything."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factory.errors import Refused
from pipelines import contract
from pipelines.steps import files

MOST_BYTES = 32 * 2**20  # of a file that is read: a baseline of 1,000 columns has about one MB


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """The bytes that would be registered, and what they bring beside the model itself."""

    digest: str
    metadata: Mapping[str, Any]
    baseline: Mapping[str, Any] | None
    """None when training left none."""


def read(path: Path) -> Artifact:
    """Return what the archive *path* holds; Refused when its metadata is missing or incomplete."""
    found = _members(path, (contract.METADATA, contract.BASELINE))
    metadata = found.get(contract.METADATA)
    if metadata is None:
        raise Refused(f"the artifact has no {contract.METADATA}; train writes it")
    for field, kind in contract.METADATA_FIELDS.items():
        if not isinstance(metadata.get(field), kind):
            raise Refused(
                f"the artifact's {contract.METADATA} says {field} {metadata.get(field)!r:.100}; "
                f"train writes a {kind.__name__}"
            )
    baseline = found.get(contract.BASELINE)
    return Artifact(digest=files.sha256(path), metadata=metadata, baseline=baseline)


def _members(path: Path, names: tuple[str, ...]) -> dict[str, Mapping[str, Any]]:
    """Return the JSON objects called *names*; of two with one name, which one counts is unclear."""
    found: dict[str, Mapping[str, Any]] = {}
    with tarfile.open(path) as archive:
        for member in archive:
            name = member.name.removeprefix("./")
            if name not in names:
                continue
            if name in found:
                raise Refused(f"the artifact has two {name}; write it once")
            found[name] = _content(archive, member, name)
    return found


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo, name: str) -> Mapping[str, Any]:
    file = archive.extractfile(member) if member.isfile() else None
    if file is None or member.size > MOST_BYTES:
        raise Refused(
            f"the artifact's {name} is not a plain file of at most {MOST_BYTES} bytes; "
            "write it as train does"
        )
    content = json.loads(file.read())
    if not isinstance(content, dict):
        raise Refused(f"the artifact's {name} is a {type(content).__name__}; write an object")
    return content

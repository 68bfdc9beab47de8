"""Is a data product's snapshot what its manifest says?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from factory.errors import Refused
from factory.layout.files import MANIFEST
from pipelines.steps import canonical, files, tables


def load(folder: Path) -> tuple[Mapping[str, Any], pa.Table]:
    """Return the manifest and all rows of the snapshot in *folder*, after checking every file.

    Values are canonical: all that later steps and a builder's own training code read is made here.
    """
    manifest = files.read_json(folder / MANIFEST)
    parts = [tables.read(_checked(folder, entry)) for entry in manifest["files"]]
    table = canonical.table(pa.concat_tables(parts))
    if table.num_rows != manifest["rows"]:
        raise Refused(
            f"{_name(manifest)}: has {table.num_rows} rows, its manifest says {manifest['rows']}"
        )
    return manifest, table


def input_of(manifest: Mapping[str, Any], uri: str, folder: Path) -> dict[str, Any]:
    """Return what the lineage says about a snapshot that `load` has accepted.

    The digest is that of the manifest, which holds the digest of every file.
    """
    return {
        "product": manifest["product"],
        "snapshot": manifest["snapshot"],
        "uri": uri,
        "digest": files.sha256(folder / MANIFEST),
        "verified": True,
    }


def _checked(folder: Path, entry: Mapping[str, Any]) -> Path:
    path = folder / str(entry["uri"]).rsplit("/", 1)[-1]
    if not path.is_file():
        raise Refused(f"{path.name}: the manifest names it, the snapshot lacks it; publish again")
    found = files.sha256(path)
    if found != entry["sha256"]:
        raise Refused(
            f"{path.name}: its SHA-256 is {found}, the manifest says {entry['sha256']}; "
            "somebody changed a published snapshot"
        )
    return path


def _name(manifest: Mapping[str, Any]) -> str:
    return f"{manifest['product']} snapshot {manifest['snapshot']}"

"""What stands in a cloud assembly, the folder that CDK's synth writes?"""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_EPOCH = (1980, 1, 1, 0, 0, 0)


class NotAnAssembly(Exception):
    """The folder is not what ``cdk synth`` writes."""


def _artifacts(folder: Path) -> dict[str, Any]:
    """Return what the folder's manifest lists; raise NotAnAssembly when it has none."""
    return dict(_manifest(folder)["artifacts"])


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = dict(json.loads((folder / "manifest.json").read_text()))
        return {"artifacts": manifest["artifacts"], "missing": manifest.get("missing", [])}
    except (OSError, ValueError, KeyError) as error:
        raise NotAnAssembly(
            f"{folder} is not a cloud assembly ({type(error).__name__}: {error}): "
            "give the folder that `cdk synth` writes, cdk.out"
        ) from error


def missing_context(folder: Path) -> list[dict[str, Any]]:
    """Return what the CDK CLI would look up in an account before it synthesizes once more."""
    return list(_manifest(folder)["missing"])


def stacks(folder: Path) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    """Yield each stack after those it depends on, nested assemblies included."""
    artifacts = _artifacts(folder)
    done: set[str] = set()

    def visit(name: str) -> Iterator[tuple[Path, str, dict[str, Any]]]:
        if name in done or name not in artifacts:
            return
        done.add(name)
        artifact = artifacts[name]
        for other in artifact.get("dependencies", []):
            yield from visit(other)
        if artifact["type"] == "aws:cloudformation:stack":
            yield folder, name, artifact
        elif artifact["type"] == "cdk:cloud-assembly":
            yield from stacks(folder / artifact["properties"]["directoryName"])

    for name in artifacts:
        yield from visit(name)


def environment(artifact: dict[str, Any]) -> tuple[str | None, str | None]:
    """Return account and region that a stack is for; None for what it leaves to the deployment."""
    account, _, region = artifact["environment"].removeprefix("aws://").partition("/")
    return (
        None if account == "unknown-account" else account,
        None if region == "unknown-region" else region,
    )


def asset_manifests(folder: Path, artifact: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the manifests of the assets a stack needs."""
    artifacts = _artifacts(folder)
    for name in artifact.get("dependencies", []):
        if artifacts.get(name, {}).get("type") == "cdk:asset-manifest":
            yield json.loads((folder / artifacts[name]["properties"]["file"]).read_text())


def zipped(folder: Path) -> bytes:
    """Zip a folder so that equal files always make equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(item for item in folder.rglob("*") if item.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (path.stat().st_mode & 0o777) << 16
            archive.writestr(entry, path.read_bytes())
    return packed.getvalue()

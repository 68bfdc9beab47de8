"""What is deployed, file by file? A CycloneDX bill of materials of a synthesized assembly.

`python -m scan.sbom CDK_OUT SBOM.json` writes it; the same assembly always gives the same bytes.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from scan.assembly import Assembly, Asset
from scan.content import digest, distribution, files

ROOT = Path(__file__).parents[1]
SPEC = "1.6"
Component = dict[str, Any]


def create(assembly: Assembly, project: Mapping[str, Any]) -> dict[str, Any]:
    """Return the bill of materials of *assembly*, the product of *project* (from pyproject.toml).

    It has no serial number and no timestamp, so equal deployments have equal bills of materials.
    """
    assets = [asset_component(asset) for asset in assembly.assets]
    platforms = [*map(_image, assembly.images), *map(_runtime, assembly.runtimes)]
    return {
        "$schema": f"http://cyclonedx.org/schema/bom-{SPEC}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": SPEC,
        "version": 1,
        "metadata": {"lifecycles": [{"phase": "build"}], "component": _root(project)},
        "components": assets + platforms,
        "dependencies": _dependencies(assembly, assets + platforms, project["name"]),
        "compositions": [
            {"aggregate": "complete", "assemblies": [c["bom-ref"] for c in assets]},
            # only AWS knows what its images and runtimes contain
            {"aggregate": "unknown", "assemblies": [c["bom-ref"] for c in platforms]},
        ],
    }


def asset_component(asset: Asset) -> Component:
    """Return the component for *asset*, with the SHA-256 of every file in it."""
    component: Component = {
        "type": "file" if asset.path.is_file() else "application",
        "bom-ref": asset.ref,
        "name": asset.name,
        "version": asset.key,
        "properties": [{"name": "modelworks:stack", "value": stack} for stack in asset.stacks],
    }
    if asset.path.is_file():
        component["hashes"] = _hashes(asset.path.read_bytes())
    return component | _contents(asset.path)


def _contents(path: Path) -> Component:
    """Return what an asset contains: one distribution with its files, or our own files."""
    contents = list(files(path))
    parts = [{"type": "file", "name": n, "hashes": _hashes(content)} for n, content in contents]
    library = distribution(contents)
    if library and path.is_file():
        return {"components": [_library(library, path) | {"components": parts}]}
    return {"components": parts} if parts else {}


def _library(library: tuple[str, str], archive: Path) -> Component:
    """Return the component for *library*, the only distribution in *archive*."""
    name, version = library
    purl = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "hashes": _hashes(archive.read_bytes()),
    }


def _hashes(content: bytes) -> list[dict[str, str]]:
    return [{"alg": "SHA-256", "content": digest(content)}]


def _root(project: Mapping[str, Any]) -> Component:
    return {
        "type": "application",
        "bom-ref": project["name"],
        "name": project["name"],
        "version": project["version"],
        "licenses": [{"license": {"id": project["license"]}}],
    }


def _image(image: str) -> Component:
    name, tag = image.rsplit(":", 1)
    return {"type": "container", "bom-ref": f"image:{image}", "name": name, "version": tag}


def _runtime(runtime: str) -> Component:
    return {"type": "platform", "bom-ref": f"runtime:{runtime}", "name": f"AWS Lambda {runtime}"}


def _dependencies(
    assembly: Assembly, components: Iterable[Component], root: str
) -> list[dict[str, Any]]:
    """Return the dependency graph: the product on everything, a function on runtime and layers."""
    graph = {root: {c["bom-ref"] for c in components}, **assembly.dependencies}
    return [{"ref": ref, "dependsOn": sorted(on)} for ref, on in sorted(graph.items())]


def main(outdir: Path, target: Path) -> None:
    """Write the bill of materials of the assembly in *outdir* to *target*."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    sbom = create(Assembly(outdir), project)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(sbom, indent=1) + "\n", encoding="utf-8")
    print(f"{target}: {len(sbom['components'])} components, CycloneDX {SPEC}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

"""Which assets, images and runtimes does a synthesized assembly deploy?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

IMAGE = re.compile(r"\.dkr\.ecr\.[^/]*/([\w./-]+:[\w.-]+)$")
"""A container image in an ECR registry: repository and tag."""
UNKNOWN = "*"  # replaces what is only known at deployment: account, region


@dataclass(frozen=True, kw_only=True)
class Asset:
    """A file or folder that is uploaded as one object."""

    key: str
    """The CDK's digest of its content, which is also the stem of the object's name."""
    name: str
    """The path of its construct."""
    path: Path
    stacks: tuple[str, ...]

    @property
    def ref(self) -> str:
        """Return the reference that the bill of materials uses for it."""
        return f"asset:{self.key}"


@dataclass(frozen=True)
class Assembly:
    """The cloud assembly that `python app.py` wrote to *folder*."""

    folder: Path

    @cached_property
    def templates(self) -> dict[str, dict[str, Any]]:
        """The templates by stack id, including those of nested assemblies."""
        return {
            path.name.removesuffix(".template.json"): json.loads(path.read_text(encoding="utf-8"))
            for path in sorted(self.folder.rglob("*.template.json"))
        }

    @cached_property
    def assets(self) -> list[Asset]:
        """Every file asset of every stack, without duplicates, sorted by digest."""
        uses_by_key: dict[str, list[tuple[str, str, Path]]] = {}
        for manifest in sorted(self.folder.rglob("*.assets.json")):
            stack = manifest.name.removesuffix(".assets.json")
            for key, entry in _files_of(manifest).items():
                path = manifest.parent / entry["source"]["path"]
                uses_by_key.setdefault(key, []).append((stack, entry["displayName"], path))
        return [
            Asset(key=key, name=uses[0][1], path=uses[0][2], stacks=tuple(use[0] for use in uses))
            for key, uses in sorted(uses_by_key.items())
        ]

    @cached_property
    def images(self) -> list[str]:
        """The container images that the templates name, as `repository:tag`."""
        texts = {text for template in self.templates.values() for text in _texts(template)}
        return sorted({match[1] for match in map(IMAGE.search, texts) if match})

    @cached_property
    def runtimes(self) -> list[str]:
        """The Lambda runtimes that the functions use."""
        return sorted({props["Runtime"] for _, props in self.functions()})

    @cached_property
    def dependencies(self) -> dict[str, set[str]]:
        """The runtime and layers that the code of each function needs, by reference."""
        needed: dict[str, set[str]] = {}
        for template, props in self.functions():
            layers = [template["Resources"][use["Ref"]] for use in props.get("Layers", [])]
            contents = {_ref(layer["Properties"]["Content"]) for layer in layers}
            code = needed.setdefault(_ref(props["Code"]), set())
            code |= contents | {f"runtime:{props['Runtime']}"}
        return needed

    def functions(self) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """Yield each function's template and properties."""
        for template in self.templates.values():
            for resource in template["Resources"].values():
                if resource["Type"] == "AWS::Lambda::Function":
                    yield template, resource["Properties"]


def _files_of(manifest: Path) -> dict[str, Any]:
    """Return the file assets; raise ValueError for an image that we build ourselves."""
    content = json.loads(manifest.read_text(encoding="utf-8"))
    if content.get("dockerImages"):
        raise ValueError(
            f"{manifest.name}: it builds container images ({', '.join(content['dockerImages'])}), "
            "whose contents are unknown here; describe them in scan/sbom.py"
        )
    return dict(content["files"])


def _ref(code: dict[str, Any]) -> str:
    return f"asset:{Path(code['S3Key']).stem}"


def _texts(value: Any) -> Iterator[str]:
    """Yield every string in *value*; for a join, also the joined string."""
    match value:
        case str():
            yield value
        case {"Fn::Join": [str(between), list(parts)]}:
            yield between.join(p if isinstance(p, str) else UNKNOWN for p in parts)
            yield from _texts(parts)
        case dict():
            for part in value.values():
                yield from _texts(part)
        case list():
            for part in value:
                yield from _texts(part)

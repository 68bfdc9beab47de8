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
"""A container image in some registry of ECR: repository and tag."""
UNKNOWN = "*"  # stands for what only the deployment knows: account, region


@dataclass(frozen=True, kw_only=True)
class Asset:
    """One file or folder that is uploaded as an object of its own."""

    key: str
    """The CDK's digest of it, which is also the stem of the object's name."""
    name: str
    """Where it belongs in the tree of constructs."""
    path: Path
    stacks: tuple[str, ...]

    @property
    def ref(self) -> str:
        """Return the name under which a bill of materials refers to it."""
        return f"asset:{self.key}"


@dataclass(frozen=True)
class Assembly:
    """What `python app.py` wrote to *folder*."""

    folder: Path

    @cached_property
    def templates(self) -> dict[str, dict[str, Any]]:
        """The templates, by the id of their stack; nested assemblies too."""
        return {
            path.name.removesuffix(".template.json"): json.loads(path.read_text(encoding="utf-8"))
            for path in sorted(self.folder.rglob("*.template.json"))
        }

    @cached_property
    def assets(self) -> list[Asset]:
        """Every file asset of every stack, once, in the order of their digests."""
        told: dict[str, list[tuple[str, str, Path]]] = {}
        for manifest in sorted(self.folder.rglob("*.assets.json")):
            stack = manifest.name.removesuffix(".assets.json")
            for key, entry in _files_of(manifest).items():
                path = manifest.parent / entry["source"]["path"]
                told.setdefault(key, []).append((stack, entry["displayName"], path))
        return [
            Asset(key=key, name=uses[0][1], path=uses[0][2], stacks=tuple(use[0] for use in uses))
            for key, uses in sorted(told.items())
        ]

    @cached_property
    def images(self) -> list[str]:
        """The container images that templates name, as `repository:tag`."""
        texts = {text for template in self.templates.values() for text in _texts(template)}
        return sorted({match[1] for match in map(IMAGE.search, texts) if match})

    @cached_property
    def runtimes(self) -> list[str]:
        """The runtimes of Lambda that functions ask for."""
        return sorted({props["Runtime"] for _, props in self.functions()})

    @cached_property
    def needs(self) -> dict[str, set[str]]:
        """Say, by reference, which runtime and layers the code of each function needs."""
        found: dict[str, set[str]] = {}
        for template, props in self.functions():
            layers = [template["Resources"][use["Ref"]] for use in props.get("Layers", [])]
            need = {_ref(layer["Properties"]["Content"]) for layer in layers}
            code = found.setdefault(_ref(props["Code"]), set())
            code |= need | {f"runtime:{props['Runtime']}"}
        return found

    def functions(self) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """Yield each function's properties, with the template they stand in."""
        for template in self.templates.values():
            for resource in template["Resources"].values():
                if resource["Type"] == "AWS::Lambda::Function":
                    yield template, resource["Properties"]


def _files_of(manifest: Path) -> dict[str, Any]:
    """Return the file assets; an image that we build ourselves is more than is known here."""
    told = json.loads(manifest.read_text(encoding="utf-8"))
    if told.get("dockerImages"):
        raise ValueError(
            f"{manifest.name}: it builds container images ({', '.join(told['dockerImages'])}), "
            "of whose content nothing is known here; say in scan/sbom.py what is in them"
        )
    return dict(told["files"])


def _ref(code: dict[str, Any]) -> str:
    return f"asset:{Path(code['S3Key']).stem}"


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in *value*, joined ones as a whole."""
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

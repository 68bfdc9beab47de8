"""Which contracts does the repository hold?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from engines import odcs
from factory.errors import InvalidContract
from factory.products.contract import Contract

FILE = "contract.odcs.yaml"


class _Loader(yaml.SafeLoader):
    """YAML without duplicate keys: the second one would silently win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        """Build the mapping of *node*, or raise InvalidContract where a key is there twice."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        if twice:
            line = node.start_mark.line + 1
            raise InvalidContract(f"line {line}: {', '.join(twice)} is there twice; keep one")
        return super().construct_mapping(node, deep=deep)


def load(folder: Path) -> Contract:
    """Read the contract of the data product in *folder*; the folder's name is the product's.

    Raises InvalidContract with every broken rule: file, field, what is wrong, what would be right.
    """
    path = folder / FILE
    where = f"{folder.name}/{FILE}"
    if not path.is_file():
        raise InvalidContract(f"{where}: there is no such file; write one (ODCS v3.1.0)")
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError) as exc:
        raise InvalidContract(f"{where}: is not YAML: {exc}") from exc
    except InvalidContract as exc:
        raise InvalidContract(f"{where}: {exc}") from exc
    return odcs.contract(document, product=folder.name, where=where)


def load_all(folder: Path) -> tuple[Contract, ...]:
    """Read the contract of every data product below *folder*, by name."""
    return tuple(load(f) for f in sorted(folder.iterdir()) if f.is_dir())

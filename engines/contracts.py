"""Which contracts does the repository hold?"""

from __future__ import annotations

from pathlib import Path

from engines import odcs, yaml_core
from factory.errors import InvalidContract
from factory.products.contract import Contract

FILE = "contract.odcs.yaml"


def load(folder: Path) -> Contract:
    """Read the contract of the data product in *folder*; the folder's name is the product's.

    Raises InvalidContract with the first broken rules: file, line, field, what is wrong, what would
    be right.
    """
    path = folder / FILE
    where = f"{folder.name}/{FILE}"
    if not path.is_file():
        raise InvalidContract(f"{where}: there is no such file; write one (ODCS v3.1.0)")
    with path.open("rb") as file:
        content = file.read(yaml_core.MOST_BYTES + 1)
    try:
        document = yaml_core.read(content)
    except InvalidContract as exc:
        raise InvalidContract(f"{where}: {exc}") from exc
    return odcs.contract(document, product=folder.name, where=where)


def load_all(folder: Path) -> tuple[Contract, ...]:
    """Read the contract of every data product below *folder*, by name."""
    return tuple(load(f) for f in sorted(folder.iterdir()) if f.is_dir())

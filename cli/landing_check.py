"""Would a file be published, and could the models learn from it? Asked here, before it lands."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from engines import ingestion, profile
from factory import reasons
from factory.catalogue import suited
from factory.catalogue.spec import Model
from factory.products.arrival import MOST_BYTES
from factory.products.contract import Contract

ROWS = "rows.parquet"


def problems(
    given: Iterable[str], products: Mapping[str, Contract], models: Iterable[Model]
) -> Iterator[str]:
    """Yield what is wrong with each file of *given*, PRODUCT=FILE, for its contract and models."""
    checked = list(models)
    for pair in given:
        product, equals, path = pair.partition("=")
        about = f"--data {reasons.quoted(pair)}"
        if not equals or product not in products:
            known = ", ".join(products) or "none"
            yield f"{about}: say PRODUCT=FILE; the data products are {known}"
        elif not _is_file(path):
            yield f"{about}: there is no such file"
        elif Path(path).stat().st_size > MOST_BYTES:
            yield f"{about}: has more than {MOST_BYTES} bytes; land it in parts"
        else:
            yield from _file(Path(path), products[product], checked)


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _file(path: Path, contract: Contract, models: Iterable[Model]) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / ROWS
        found = ingestion.examine(path, contract, Path(folder), rows)
        yield from (f"{contract.product}: {violation}" for violation in found.violations)
        if found.violations:
            return
        for model in models:
            if contract.product in model.products and _has_all(contract, model):
                role = "test" if contract.product == model.test else "train"
                measured = profile.measure(contract.product, rows, model)
                yield from (
                    f"{model.name}: {words}" for words in suited.violations(model, role, measured)
                )


def _has_all(contract: Contract, model: Model) -> bool:
    """Tell whether the contract has all columns of *model*; what is missing was told already."""
    return set(contract.names) >= {*model.taught, *model.where}

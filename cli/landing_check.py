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
    checked, kept = list(models), dict[str, Path]()
    with tempfile.TemporaryDirectory() as folder:
        for number, pair in enumerate(given):
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
                rows = Path(folder, str(number), ROWS)
                found = list(_file(Path(path), products[product], checked, rows))
                yield from found
                if not found:
                    kept[product] = rows
        yield from _rehearsed(kept, products, checked)


def _rehearsed(
    kept: Mapping[str, Path], products: Mapping[str, Contract], models: Iterable[Model]
) -> Iterator[str]:
    """Yield what the step Prepare would refuse, of the models all of whose files are sound."""
    for model in models:
        if set(model.products) <= set(kept) and all(
            _has_all(products[product], model) for product in model.products
        ):
            from pipelines import rehearsal  # noqa: PLC0415 - numpy, where it is needed

            found = rehearsal.refusals(model, kept[model.train], kept[model.test])
            yield from (f"{model.name}: {words}" for words in found)


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _file(path: Path, contract: Contract, models: Iterable[Model], rows: Path) -> Iterator[str]:
    """Yield what is wrong with a file; where nothing is, *rows* holds what would be published."""
    rows.parent.mkdir()
    examined = ingestion.examine(path, contract, rows.parent, rows)
    yield from (f"{contract.product}: {violation}" for violation in examined.violations)
    if examined.violations:
        return
    for model in models:
        if contract.product in model.products and _has_all(contract, model):
            role = "test" if contract.product == model.test else "train"
            measured = profile.measure(contract.product, rows, model)
            found = suited.violations(model, role, measured)
            yield from (f"{model.name}: {words}" for words in found)


def _has_all(contract: Contract, model: Model) -> bool:
    """Tell whether the contract has all columns of *model*; what is missing was told already."""
    return set(contract.names) >= {*model.taught, *model.where}

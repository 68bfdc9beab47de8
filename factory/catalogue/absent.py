"""Which columns does a spec name that its data product has not, and where does it name them?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from factory.catalogue.spec import Model
from factory.products.contract import Contract


def violations(model: Model, contract: Contract) -> Iterator[str]:
    """Yield each field of *model* that names columns which *contract* has not."""
    there = ", ".join(sorted(contract.names))
    for field, named in _named(model).items():
        if missing := [column for column in named if column not in contract.names]:
            yield (
                f"{field}: {contract.product} has no column {', '.join(missing)}; it has {there}"
            )


def _named(model: Model) -> Mapping[str, tuple[str, ...]]:
    """Return the columns that must be there, by the field of the spec."""
    fields = {
        "key": (model.key,),
        "features": model.features,
        "gates.fairness.attributes": model.gates.fairness.attributes,
        "weight": (model.weight,) if model.weight else (),
        "where": tuple(model.where),
    }
    task = {f"task.{field}": (column,) for field, column in model.task.columns.items()}
    split = {f"split.{field}": (column,) for field, column in model.split.columns.items()}
    return {**fields, **task, **split}

"""Is everything in the repository right, before any cloud sees it?"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import models
from cli.result import NO, OK, Result
from engines import contracts
from factory.contract import Contract
from factory.errors import FactoryError, InvalidSpec
from factory.rules import violations
from factory.spec import Model

ROOT = Path(__file__).resolve().parent.parent


def run(_arguments: Any) -> Result:
    """Check every model and every contract; say file, field and what would be right."""
    found, products = _contracts(ROOT / "data_products")
    checked: dict[str, Model] = {}
    files = sorted(module.name for module in pkgutil.iter_modules(models.__path__))
    for file in files:
        found += [f"models/{file}.py: {words}" for words in _model(file, checked, products)]
    summary = f"{len(files)} models, {len(products)} data products: {len(found)} problems"
    data = {"problems": found, "models": files, "data_products": sorted(products)}
    return Result((*found, summary), data, NO if found else OK)


def _contracts(folder: Path) -> tuple[list[str], dict[str, Contract]]:
    problems, products = [], {}
    for product in sorted(p for p in folder.iterdir() if p.is_dir()):
        try:
            products[product.name] = contracts.load(product)
        except FactoryError as exc:
            problems.append(str(exc))
    return problems, products


def _model(file: str, checked: dict[str, Model], products: Mapping[str, Contract]) -> Iterator[str]:
    try:
        model = models.declared(file)
    except InvalidSpec as exc:
        yield str(exc)
        return
    except Exception as exc:  # noqa: BLE001 - a model's file is somebody's code; its error is news
        yield f"{type(exc).__name__}: {exc}"
        return
    yield from violations(model)
    if model.name in checked:
        yield f"name: {model.name!r} is declared by another file too; rename one"
    checked[model.name] = model
    if not (ROOT / "pipelines" / str(model.recipe) / "pipeline.json").exists():
        yield f"recipe: there is no pipelines/{model.recipe}/pipeline.json; 'tabular' is one"
    for role in ("train", "test"):
        yield from _product(model, role, getattr(model, role), products)


def _product(
    model: Model, role: str, product: str, products: Mapping[str, Contract]
) -> Iterator[str]:
    if product not in products:
        known = ", ".join(products) or "none"
        yield f"{role}: {product!r} is no data product; there are {known}"
        return
    columns = {column.name for column in products[product].columns}
    wanted = [model.key, model.label.column, *model.features]
    missing = [column for column in wanted if column not in columns]
    if missing:
        there = ", ".join(sorted(columns))
        yield f"{role}: {product} has no column {', '.join(missing)}; it has {there}"

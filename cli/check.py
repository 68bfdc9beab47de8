"""Is everything in the repository right, before any cloud sees it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import models
from cli import authors, landing_check
from cli.authors import Part
from cli.result import Result
from engines import contracts
from factory import reasons
from factory.catalogue import absent, field_types, fit, sizes
from factory.catalogue.bounds import TIERS
from factory.catalogue.rules import violations
from factory.catalogue.spec import Model
from factory.errors import FactoryError, InvalidSpec
from factory.exit_code import ExitCode
from factory.products.contract import Column, Contract
from pipelines import contract
from pipelines.source import literal

LEVELS = ("string", "boolean")
"""Types of columns whose values are groups, unless there are very many."""
ROOT = Path(__file__).resolve().parent.parent


def run(arguments: Any) -> Result:
    """Check every model and every contract; name file, field and what would be right.

    What git says of who wrote them is a note, and a problem if the check is to be strict.
    """
    found, products = _contracts(ROOT / "data_products")
    checked: dict[str, Model] = {}
    written: dict[str, Part] = {}
    for file in models.files():
        before = set(checked)
        found += [f"models/{file}.py: {problem}" for problem in _file(file, checked, products)]
        for name in set(checked) - before:
            written[name] = Part(file, checked[name].recipe, checked[name].builders)
    if arguments.data:
        sound = (m for m in checked.values() if not any(violations(m)))
        found += landing_check.problems(arguments.data, products, sound)
    notes = _notes(written)
    if arguments.strict:
        found += [f"authors: {note}" for note in notes]
        notes = []
    problems = "1 problem" if len(found) == 1 else f"{len(found)} problems"
    summary = f"{len(checked)} models, {len(products)} data products: {problems}"
    data = {
        "problems": found,
        "notes": notes,
        "models": sorted(checked),
        "data_products": sorted(products),
    }
    told = (f"note: {note}" for note in notes)
    return Result((*found, *told, summary), data, ExitCode.FAILED if found else ExitCode.OK)


def _notes(written: Mapping[str, Part]) -> list[str]:
    """Return what git says of who wrote the models whose parts can be read."""
    found = authors.history(ROOT)
    if isinstance(found, str):
        return [f"the builders were not compared with the authors of commits: {found}"]
    sound = {
        name: part
        for name, part in sorted(written.items())
        if isinstance(part.recipe, str) and isinstance(part.builders, tuple)
    }
    return list(authors.notes(sound, found))


def _contracts(folder: Path) -> tuple[list[str], dict[str, Contract]]:
    problems, products = [], {}
    for product in sorted(p for p in folder.iterdir() if p.is_dir()):
        try:
            products[product.name] = contracts.load(product)
        except FactoryError as exc:
            problems.append(str(exc))
    return problems, products


def _file(file: str, checked: dict[str, Model], products: Mapping[str, Contract]) -> Iterator[str]:
    try:
        declared = models.declared(file)
    except InvalidSpec as exc:
        yield str(exc).removeprefix(f"models/{file}.py: ")
        return
    except (Exception, SystemExit) as exc:  # noqa: BLE001 - a model's file is somebody's code; its error is an answer
        yield f"{type(exc).__name__}: {_words(exc)}"
        return
    for model in declared:
        member = f"{reasons.shown(str(model.name), 40)}: " if model.family else ""
        if isinstance(model.name, str) and model.name in checked:
            yield f"{member}name: {reasons.quoted(model.name)} is declared twice; rename one"
        found = list(_model(model, products))
        if isinstance(model.name, str):
            checked[model.name] = model
        yield from (f"{member}{problem}" for problem in found)


def _words(error: BaseException) -> str:
    """Return what an error says, whatever its class makes of that."""
    try:
        return reasons.shown(str(error))
    except Exception:  # noqa: BLE001 - as above
        return "its words cannot be read"


def _model(model: Model, products: Mapping[str, Contract]) -> Iterator[str]:
    yield from violations(model)
    if any(field_types.violations(model)) or any(sizes.violations(model)):
        return  # nothing more can be checked of values of the wrong type or size
    if not (ROOT / "pipelines" / model.recipe / "pipeline.json").exists():
        yield f"recipe: there is no pipelines/{model.recipe}/pipeline.json; 'boosting' is one"
    else:
        yield from _recipe(model)
    yield from _exemption(model, products)
    for role, product in model.split.products.items():
        yield from _product(model, role, product, products)
    yield from fit.violations(model, products)


def _exemption(model: Model, products: Mapping[str, Contract]) -> Iterator[str]:
    """Yield it when a group that the contract protects is not compared, and no reason is given."""
    contract_, rule = products.get(model.test), model.gates.fairness
    if contract_ is None:
        return
    groups = [c.name for c in contract_.columns if c.classification == "protected"]
    if rule.attributes and not rule.exempt.strip():
        levels = [c.name for c in contract_.columns if c.kind in LEVELS and c.name in groups]
        left = [c for c in levels if c in model.features and c not in rule.attributes]
        yield from (
            f"gates.fairness.attributes: {model.test} calls {column} protected and it is a "
            "feature; add it, or say in `exempt` why its groups are not compared"
            for column in left
        )
    elif groups and not rule.attributes and model.tier != max(TIERS):
        yield (
            f"gates.fairness: names no protected attribute, and {model.test} calls "
            f"{', '.join(groups)} protected; in tier {model.tier} list them"
        )


def _recipe(model: Model) -> Iterator[str]:
    """Yield what the recipe would refuse."""
    try:
        tasks = literal(ROOT / "pipelines" / model.recipe / "recipe.py", "TASKS", ())
    except (OSError, SyntaxError, FactoryError) as exc:
        yield f"recipe: pipelines/{model.recipe}/recipe.py cannot be read: {_words(exc)}"
        return
    if model.task.KIND not in tasks:
        yield (
            f"recipe: {model.recipe} learns {', '.join(tasks) or 'nothing'}, and the task is "
            f"{model.task.KIND}; name a recipe that learns it"
        )
    yield from _hyperparameters(model)


def _hyperparameters(model: Model) -> Iterator[str]:
    """Yield what the recipe would refuse, which is imported only when it is asked."""
    own = set(model.hyperparameters) - set(contract.FRAME)
    try:
        recipe = contract.load(model.recipe) if own else None
    except (ImportError, FactoryError) as exc:
        yield f"hyperparameters: pipelines/{model.recipe}/recipe.py cannot be asked: {exc}"
        return
    known = {**contract.FRAME, **(recipe.HYPERPARAMETERS if recipe else {})}
    found = list(contract.misfits(known, model))
    if recipe and not found:
        found += contract.unmade(recipe, model.task, {**known, **model.hyperparameters})
    yield from found


def _product(
    model: Model, role: str, product: str, products: Mapping[str, Contract]
) -> Iterator[str]:
    if product not in products:
        known = ", ".join(products) or "none"
        yield f"{role}: {product!r} is not a data product; there are {known}"
        return
    columns = {column.name: column for column in products[product].columns}
    yield from absent.violations(model, products[product])
    for name, value in model.where.items():
        allowed = _allowed(columns[name]) if name in columns else set()
        if allowed and value not in allowed:
            yield (
                f"where: {product} allows no {name} {value!r}; it allows "
                f"{', '.join(sorted(allowed))}"
            )


def _allowed(column: Column) -> set[str]:
    """Return the only texts that the contract lets *column* hold; none when any is allowed."""
    texts = [set(map(str, q.allowed)) for q in column.quality if q.allowed]
    return set.intersection(*texts) if texts and column.kind == "string" else set()

"""Can a model be learned and judged from these very rows? Asked of a file before it lands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from factory import reasons
from factory.catalogue.fit import MOST_LEVELS, fewest_rows
from factory.catalogue.spec import Model
from factory.tasks.task import Counted

MOST_NAMED = 5


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What the rows of one data product hold that are a model's own, in counts."""

    product: str
    rows: int
    """Of the model: those that `where` chooses."""
    classes: Mapping[str, int]
    """Rows by the value of the label, the most frequent first; not more than MOST_LEVELS + 1."""
    distinct: Mapping[str, int]
    """How many different values each feature has; a missing one is none."""
    missing: Mapping[str, int]
    """In how many rows each feature is missing."""
    groups: Mapping[str, tuple[int, ...]]
    """The rows of each level of the protected attributes, the largest first."""


def violations(model: Model, role: str, found: Profile) -> Iterator[str]:
    """Yield what the rows say against *model*, as `field: what is wrong; what would be right`.

    No value of the rows is named but the label's.
    """
    if not found.rows:
        where = " and ".join(f"{c} {reasons.quoted(v, 60)}" for c, v in model.where.items())
        yield f"where: no row of {found.product} has {where}; correct it, or retire the model"
        return
    target = Counted(product=found.product, rows=found.rows, values=found.classes)
    yield from model.task.unsuited(target)
    least, needed = model.task.smallest(target), fewest_rows(model)
    if role == "test" and least is not None and 0 < least < needed:
        yield (
            f"gates.floor: {found.product} has {least} rows of the rarer class, and even of "
            f"perfect answers {needed} are needed to show the floor; land more"
        )
    yield from _features(model, found)
    if role == "test":
        yield from _groups(model, found)


def _features(model: Model, found: Profile) -> Iterator[str]:
    constant = [name for name in model.features if found.distinct.get(name) == 0]
    if constant:
        yield (
            f"features: {_few(constant)} is missing in every row of {found.product}; "
            "take it out, or fill it in the data"
        )
    same = [n for n in model.features if found.distinct.get(n) == 1 and not found.missing.get(n)]
    if same:
        yield f"features: {_few(same)} is the same in every row of {found.product}; take it out"


def _groups(model: Model, found: Profile) -> Iterator[str]:
    at, needed = "gates.fairness.attributes", model.gates.fairness.min_rows
    for name, sizes in found.groups.items():
        if len(sizes) > MOST_LEVELS:
            yield (
                f"{at}: {name!r} has more than {MOST_LEVELS} levels in {found.product}, which are "
                "no groups; make classes of it in the data"
            )
        elif len(sizes) <= 1:
            yield f"{at}: {name!r} has one level in {found.product}; there is nothing to compare"
        elif sizes[0] < needed:
            yield (
                f"{at}: the largest group of {name!r} has {sizes[0]} rows in {found.product}, and "
                f"{needed} are needed for a verdict; land more rows"
            )


def _few(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more

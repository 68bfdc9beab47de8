"""What does a run of a model depend on? The part of its spec that its steps and gates are told.

`spec` adds the rest. Steps ship this module and not that one: another guard, or another rule about
one, changes no pipeline's definition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from factory.catalogue.classes import ANY, DOWN, JUDGED, REMOVED, UP


@dataclass(frozen=True, kw_only=True)
class Label:
    """What the model predicts."""

    column: Annotated[str, ANY]
    positive: Annotated[str, ANY]
    """The value of *column* that counts as yes; every other value is no."""


@dataclass(frozen=True, kw_only=True)
class Floor:
    """The metric's lower confidence bound on the test split must not fall below *at_least*."""

    at_least: Annotated[float, DOWN]
    metric: Annotated[str, ANY] = "auc"
    confidence: Annotated[float, DOWN] = 0.95
    """One-sided."""
    min_rows: Annotated[int, DOWN] = 500
    """Of each class; below it the verdict is INCONCLUSIVE."""


@dataclass(frozen=True, kw_only=True)
class NotWorse:
    """The lower bound of challenger minus champion, on the same rows, must exceed -*margin*."""

    margin: Annotated[float, UP] = 0.005
    confidence: Annotated[float, DOWN] = 0.95
    """One-sided."""


@dataclass(frozen=True, kw_only=True)
class NoLeakage:
    """No row of the test split may be known from training, and no column may be the label."""

    max_column_auc: Annotated[float, UP] = 0.99
    """A single column that ranks the test split better than this knows the answer."""


@dataclass(frozen=True, kw_only=True)
class Fairness:
    """Each group's selection rate over the largest group's: the lower bound of the ratio."""

    attributes: Annotated[tuple[str, ...], REMOVED] = ()
    """Columns that name protected groups."""
    at_least: Annotated[float, DOWN] = 0.8
    """The four-fifths rule: 29 CFR 1607.4(D)."""
    confidence: Annotated[float, ANY] = 0.95
    """One-sided. More of it asks more of every group and less of the largest one."""
    min_rows: Annotated[int, ANY] = 500
    """Groups with fewer rows are pooled; a pool below it is INCONCLUSIVE."""
    exempt: Annotated[str, ANY] = ""
    """Why there is no protected group, in words; only then may *attributes* be empty."""


@dataclass(frozen=True, kw_only=True)
class Gates:
    """The thresholds of the gates. All gates are on; lineage, artifact and baseline need none."""

    floor: Floor
    fairness: Fairness
    champion: NotWorse = field(default_factory=NotWorse)
    leakage: NoLeakage = field(default_factory=NoLeakage)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a run of a model and its gates depend on, and all that its steps are told."""

    name: Annotated[str, JUDGED]
    recipe: Annotated[str, JUDGED]
    """The folder below pipelines/ that trains it."""
    train: Annotated[str, JUDGED]
    """The data product it learns from."""
    test: Annotated[str, JUDGED, ANY]
    """The data product it is judged on."""
    label: Annotated[Label, JUDGED]
    features: Annotated[tuple[str, ...], JUDGED]
    """Columns in the order in which the endpoint expects them."""
    gates: Annotated[Gates, JUDGED]
    key: Annotated[str, JUDGED, ANY] = "row_id"
    """The column that names a row."""
    hyperparameters: Annotated[Mapping[str, float | int | str], JUDGED] = field(
        default_factory=dict
    )
    family: Annotated[str, JUDGED] = ""
    """The base that it was made from, with others; empty for a model of its own."""
    where: Annotated[Mapping[str, str], JUDGED, ANY] = field(default_factory=dict)
    """Which rows of its data products are its own: each column has this value."""

    @property
    def products(self) -> tuple[str, ...]:
        """The data products that it depends on, each once."""
        return tuple(dict.fromkeys((self.train, self.test)))

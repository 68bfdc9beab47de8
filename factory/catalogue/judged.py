"""What does a run of a model depend on? The part of its spec that its steps and gates are told.

`spec` adds the rest. Steps ship this module and not that one: another guard, or another rule about
one, changes no pipeline's definition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from factory.catalogue.classes import ANY, DOWN, JUDGED, REMOVED, UP

SINGLE = "single"
"""What the hyperparameter `thresholds` says when one threshold holds for all rows."""


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
    too_good: Annotated[float, UP] = 0.995
    """A metric above it is INCONCLUSIVE: what people do is rarely known so well, an answer that has
    slipped into the features is."""


@dataclass(frozen=True, kw_only=True)
class Decisions:
    """Yes and no must be right more often than by lot, and follow the score."""

    at_least: Annotated[float, DOWN] = 0.55
    """Of balanced accuracy, the mean of the shares of yes and of no that are decided rightly: its
    lower confidence bound. Deciding by lot, or everybody alike, gives 0.5."""
    false_negative: Annotated[float, ANY] = 0.0
    """What a wrong no costs, in any unit. With both costs set, `saving` is asked for instead."""
    false_positive: Annotated[float, ANY] = 0.0
    """What a wrong yes costs, in the same unit."""
    saving: Annotated[float, DOWN] = 0.05
    """Of the cost of the better of yes and no to everybody: the least share that is saved."""
    confidence: Annotated[float, DOWN] = 0.95
    """One-sided."""


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
    """A column that ranks the test split better than this, by any function of it that is tried,
    knows the answer."""
    max_column_lead: Annotated[float, UP] = 0.15
    """What the best column has over the next one, in AUC, where it exceeds 0.9: more is
    INCONCLUSIVE. Honest columns of public data sets lead by up to 0.07."""
    max_pair_gain: Annotated[float, UP] = 0.2
    """What two columns know together beyond the better of them alone, in AUC: more is INCONCLUSIVE.
    Honest columns of public data sets add up to 0.15, the parity of two columns 0.5."""
    max_order_auc: Annotated[float, UP] = 0.95
    """The order of the rows, or the key, must not rank the test split better than this."""
    max_near_rows: Annotated[float, UP] = 0.1
    """Share of test rows that are nearer to training rows than training rows are to each other."""
    repeats: Annotated[str, ANY] = ""
    """Why different rows have the same features, in words, as policies in one cell of a tariff do.
    Training rows that equal a test row are learned from only then, and only where five or more test
    rows are alike; labels that agree too well are refused as copies. Whoever approves is told."""


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """The rows that judge must not leave out whom the data product knows as protected."""

    keeps: Annotated[float, DOWN] = 0.1
    """What `where` must leave of each protected group, as a share of what a random choice of as
    many rows would leave."""


@dataclass(frozen=True, kw_only=True)
class Fairness:
    """Each group's selection rate over that of every other group: the bounds of the ratio."""

    attributes: Annotated[tuple[str, ...], REMOVED] = ()
    """Columns that name protected groups."""
    at_least: Annotated[float, DOWN] = 0.8
    """The four-fifths rule: 29 CFR 1607.4(D)."""
    confidence: Annotated[float, ANY] = 0.95
    """One-sided. More of it asks for more proof, of what passes and of what fails."""
    min_rows: Annotated[int, ANY] = 500
    """Groups with fewer rows are pooled; a pool below it is INCONCLUSIVE. Each group of a pool
    fails alone when it has too little beyond doubt."""
    joint_rows: Annotated[int, UP] = 1000
    """Joint groups of several attributes with as many rows must show their ratio as single ones
    must; smaller ones fail when they have too little beyond doubt."""
    fallback: Annotated[Mapping[str, str], ANY] = field(default_factory=dict)
    """By attribute the level as which a level that training has not seen is decided; where there is
    none, the endpoint refuses it. Whoever approves is told."""
    exempt: Annotated[str, ANY] = ""
    """Why a protected group is not compared, in words; only then may *attributes* be empty, or lack
    a feature that the data product's contract calls protected."""


@dataclass(frozen=True, kw_only=True)
class Gates:
    """The thresholds of the gates. All gates are on; lineage, artifact and baseline need none."""

    floor: Floor
    fairness: Fairness
    champion: NotWorse = field(default_factory=NotWorse)
    leakage: NoLeakage = field(default_factory=NoLeakage)
    decisions: Decisions = field(default_factory=Decisions)
    coverage: Coverage = field(default_factory=Coverage)


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
    def threshold_columns(self) -> tuple[str, ...]:
        """Columns each joint level of which has a threshold of its own; none with one for all."""
        single = self.hyperparameters.get("thresholds") == SINGLE
        return () if single else self.gates.fairness.attributes

    @property
    def products(self) -> tuple[str, ...]:
        """The data products that it depends on, each once."""
        return tuple(dict.fromkeys((self.train, self.test)))

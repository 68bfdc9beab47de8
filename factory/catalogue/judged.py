"""What does a run of a model depend on? The part of its spec that its steps and gates are told.

`spec` adds the rest. Steps ship this module and not that one: another guard, or another rule about
one, changes no pipeline's definition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from factory.catalogue.classes import ANY, DOWN, JUDGED, REMOVED, UP
from factory.catalogue.split import Split
from factory.tasks.task import Task


@dataclass(frozen=True, kw_only=True)
class Floor:
    """How good the metric must surely be on the test split, by its confidence bound.

    A score, of which more is better, has *at_least*; an error has *at_most*. No number of rows is
    demanded: with few the bound is far from the value.
    """

    at_least: Annotated[float | None, DOWN] = None
    """What the lower bound of a score must reach."""
    at_most: Annotated[float | None, UP] = None
    """What the upper bound of an error must not pass, in the error's own unit."""
    metric: Annotated[str, ANY] = ""
    """One of the task's; empty for its usual one."""
    confidence: Annotated[float, DOWN] = 0.95
    """One-sided; also of the proof that the naive model is beaten."""
    too_good: Annotated[float, UP] = 0.995
    """A score above it, or an error that saves more of the naive model's, is INCONCLUSIVE: what
    people do is rarely known so well, an answer that has slipped into the features is."""


@dataclass(frozen=True, kw_only=True)
class Decisions:
    """Decisions must be right more often than by lot, and yes and no follow the score."""

    at_least: Annotated[float, DOWN] = 0.55
    """Of balanced accuracy, the mean over the classes of the share that is decided rightly: its
    lower confidence bound. Of two classes, deciding by lot, or everybody alike, gives 0.5; of more
    it gives less, and the floor is lower in proportion."""
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
    """Of a score; of an error it is a share of the naive model's."""
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
    max_left_out: Annotated[float, UP] = 0.1
    """Share of the rows to learn from that may be left out because their entity, or their key, is
    also in the test split: more is no slip of a split, but another one."""


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """The rows that judge must not leave out whom the data product knows as protected."""

    keeps: Annotated[float, DOWN] = 0.1
    """What `where` must leave of each protected group, as a share of what a random choice of as
    many rows would leave."""


@dataclass(frozen=True, kw_only=True)
class Fairness:
    """Groups must get as often what is decided, and be answered as exactly: by bounds of both."""

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
    max_gap: Annotated[float, UP] = 0.1
    """Where numbers are answered: how much more to one side a group may be answered than the rest,
    as a share of the naive model's mean error, or how much less exactly, each by its own spread."""
    fallback: Annotated[Mapping[str, str], ANY] = field(default_factory=dict)
    """By attribute the level as which a level that training has not seen is decided; where there is
    none, the endpoint refuses it. Whoever approves is told."""
    exempt: Annotated[str, ANY] = ""
    """Why a protected group is not compared, in words; only then may *attributes* be empty, or lack
    a feature that the data product's contract calls protected."""


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """What is expected must come about, in the mean, and intervals must hold what they promise."""

    max_bias: Annotated[float, UP] = 0.1
    """How far all that is expected may be from all that came about, to either side, by its bound:
    as a share of what the naive model is wrong by in the mean."""
    max_gap: Annotated[float, UP] = 0.1
    """The same within each tenth of the rows, by what is expected of them: the mean of what noise
    does not explain."""
    max_missed: Annotated[float, UP] = 0.05
    """How much less than the promised share of rows intervals may hold, by its bound."""
    confidence: Annotated[float, DOWN] = 0.95
    """One-sided."""


@dataclass(frozen=True, kw_only=True)
class Stability:
    """No large slice may be answered worse than by a model that knows nothing, beyond doubt.

    A slice is a level of a category, which may be coded in whole numbers, or of a protected
    attribute.
    """

    min_rows: Annotated[int, UP] = 500
    """Test rows from which a level is judged by itself."""
    at_least: Annotated[float | None, DOWN] = None
    """What a score must reach in each slice besides, unless its upper bound is below."""
    at_most: Annotated[float | None, UP] = None
    """What an error may reach in each slice besides, unless its lower bound is above."""


@dataclass(frozen=True, kw_only=True)
class Members:
    """Most members of a model must surely be better than their own naive model.

    Members are the series of a forecast.
    """

    at_least: Annotated[float, DOWN] = 0.5
    """Of the members that the estimator answers, the share that must be shown to be better."""
    rate: Annotated[float, UP] = 0.05
    """Of the members shown to be better, the share that in the mean may not be: the rate of false
    discovery."""


@dataclass(frozen=True, kw_only=True)
class Plausible:
    """Answers must differ, and be possible."""

    max_tied: Annotated[float, UP] = 0.5
    """Share of test rows that may get one and the same answer."""


@dataclass(frozen=True, kw_only=True)
class Gates:
    """The thresholds of the gates. All gates are on; some need none."""

    floor: Floor
    fairness: Fairness
    champion: NotWorse = field(default_factory=NotWorse)
    leakage: NoLeakage = field(default_factory=NoLeakage)
    decisions: Decisions = field(default_factory=Decisions)
    coverage: Coverage = field(default_factory=Coverage)
    calibration: Calibration = field(default_factory=Calibration)
    stability: Stability = field(default_factory=Stability)
    members: Members = field(default_factory=Members)
    answers: Plausible = field(default_factory=Plausible)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a run of a model and its gates depend on, and all that its steps are told."""

    name: Annotated[str, JUDGED]
    recipe: Annotated[str, JUDGED]
    """The folder below pipelines/ that trains it."""
    task: Annotated[Task, JUDGED, ANY]
    """The kind of question, and the columns that hold its answer."""
    split: Annotated[Split, JUDGED, ANY]
    """The data that it learns from, and what it is judged on."""
    features: Annotated[tuple[str, ...], JUDGED]
    """Columns in the order in which the endpoint expects them."""
    gates: Annotated[Gates, JUDGED]
    key: Annotated[str, JUDGED, ANY] = "row_id"
    """The column that names a row."""
    weight: Annotated[str, JUDGED] = ""
    """The column that says how much a row weighs when it teaches; empty for all alike."""
    hyperparameters: Annotated[Mapping[str, float | int | str], JUDGED] = field(
        default_factory=dict
    )
    family: Annotated[str, JUDGED] = ""
    """The base that it was made from, with others; empty for a model of its own."""
    where: Annotated[Mapping[str, str], JUDGED, ANY] = field(default_factory=dict)
    """Which rows of its data products are its own: each column has this value."""

    @property
    def train(self) -> str:
        """The data product it learns from."""
        return self.split.teaches

    @property
    def test(self) -> str:
        """The data product it is judged on; it may be the same."""
        return self.split.judges

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns of a request: the features, and what the task is asked with besides."""
        return (*self.features, *self.task.sent)

    @property
    def audited(self) -> tuple[str, ...]:
        """The columns by which answers and splits are judged, and that no request has."""
        named = (*self.task.judged_by, *self.gates.fairness.attributes)
        split = self.split.columns.values()
        others = dict.fromkeys((*named, *split))
        return tuple(c for c in others if c not in self.inputs and c != self.key)

    @property
    def entity(self) -> str:
        """The column that says whose a row is: that of the split, or else the key."""
        return self.split.entity_column or self.key

    @property
    def taught(self) -> tuple[str, ...]:
        """All columns that training gets, the key first."""
        weight = (self.weight,) if self.weight else ()
        named = (*self.task.columns.values(), *self.gates.fairness.attributes)
        split = self.split.columns.values()
        return tuple(dict.fromkeys((self.key, *self.inputs, *named, *split, *weight)))

    @property
    def products(self) -> tuple[str, ...]:
        """The data products that it depends on, each once."""
        return tuple(dict.fromkeys((self.train, self.test)))

"""What is a model of the catalogue? One frozen value, each field of which says what depends on it.

`JUDGED`: a run and its gates; `GUARD`: what keeps the model safe afterwards; `REST`: what people
read. `UP`, `DOWN`, `REMOVED` and `ANY` say which change loosens a threshold or a guard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from factory.catalogue.classes import ANY, DOWN, GUARD, JUDGED, NEVER, REMOVED, REST, UP


@dataclass(frozen=True, kw_only=True)
class Label:
    """What the model predicts."""

    column: str
    positive: str
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
    confidence: Annotated[float, DOWN] = 0.95
    """One-sided."""
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
class Serving:
    """How the endpoint is made."""

    instance_type: Annotated[str, NEVER] = "ml.m5.large"
    instances: Annotated[int, DOWN] = 1
    """With two or more an update goes out by canary: to one instance first, then to all."""
    capture_percent: Annotated[int, DOWN] = 100
    """Share of requests that are recorded, 1 to 100."""
    bake_minutes: Annotated[int, DOWN] = 10
    """How long an update is watched, on the canary and again on all instances; 1 to 60."""
    max_error_rate: Annotated[float, UP] = 0.01
    """An update whose own share of 5xx answers exceeds it in any minute is rolled back."""


@dataclass(frozen=True, kw_only=True)
class Watch:
    """When traffic has drifted from what the model learned, and what may then start.

    The defaults follow credit scoring, where a PSI above 0.25 is a shift (Siddiqi 2006).
    """

    max_psi: Annotated[float, UP] = 0.25
    """A column drifts when the lower bound of its population stability index exceeds it."""
    min_rows: Annotated[int, ANY] = 500
    """Requests are gathered until a window has as many; a window is judged whole."""
    breaches: Annotated[int, UP] = 2
    """So many of the last *windows* must drift before anybody is told."""
    windows: Annotated[int, DOWN] = 3
    cool_down_hours: Annotated[int, ANY] = 24
    """After a run that drift started, no other is started by drift for so long."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a reader of the model's card must know and no computation can find out."""

    intended_use: str
    limitations: str
    ethics: str


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a run of a model and its gates depend on, and all that its steps are told."""

    name: Annotated[str, JUDGED]
    recipe: Annotated[str, JUDGED]
    """The folder below pipelines/ that trains it."""
    train: Annotated[str, JUDGED]
    """The data product it learns from."""
    test: Annotated[str, JUDGED]
    """The data product it is judged on."""
    label: Annotated[Label, JUDGED]
    features: Annotated[tuple[str, ...], JUDGED]
    """Columns in the order in which the endpoint expects them."""
    gates: Annotated[Gates, JUDGED]
    key: Annotated[str, JUDGED] = "row_id"
    """The column that names a row."""
    hyperparameters: Annotated[Mapping[str, float | int | str], JUDGED] = field(
        default_factory=dict
    )
    family: Annotated[str, JUDGED] = ""
    """The base that it was made from, with others; empty for a model of its own."""
    where: Annotated[Mapping[str, str], JUDGED] = field(default_factory=dict)
    """Which rows of its data products are its own: each column has this value."""

    @property
    def products(self) -> tuple[str, ...]:
        """The data products that it depends on, each once."""
        return tuple(dict.fromkeys((self.train, self.test)))


@dataclass(frozen=True, kw_only=True)
class Model(Judged):
    """One entry of the catalogue: everything that tells this model from any other."""

    purpose: Annotated[str, REST]
    owner: Annotated[str, REST]
    """The person or team that answers for it."""
    card: Annotated[Card, REST]
    builders: Annotated[tuple[str, ...], GUARD, REMOVED]
    """Who builds it, by source identity; none of them may approve it."""
    serving: Annotated[Serving, GUARD] = field(default_factory=Serving)
    watch: Annotated[Watch, GUARD] = field(default_factory=Watch)
    runs_per_day: Annotated[int, GUARD, UP] = 24
    """The run budget: beyond it no training starts."""
    retired: Annotated[bool, GUARD, DOWN] = False
    """A retired model is not trained, and what it has in service is taken down."""

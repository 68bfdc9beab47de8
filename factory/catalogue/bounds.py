"""How far may a threshold go? A table by risk tier; no spec past it is deployed or promoted.

Whoever writes a spec chooses thresholds within it. The bounds are the house's: they change with
this file, which its owners review. They leave room for honest models and none for a gate that asks
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from factory.catalogue import classes
from factory.catalogue.spec import Model

TIERS = (1, 2, 3)
"""Of risk; 1 is the highest."""
Tiers = tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class Bound:
    """The least and the most that a threshold may be, for the tiers 1, 2 and 3."""

    least: Tiers | None = None
    most: Tiers | None = None
    why: str
    """What would be past it."""

    def broken(self, value: float, tier: int) -> str:
        """Return how *value* is past the bound of *tier*, and what would be right; or nothing."""
        at = TIERS.index(tier)
        if self.least and not value >= self.least[at]:
            return f"is below {self.least[at]:g}, the least in tier {tier}: {self.why}; raise it"
        if self.most and not value <= self.most[at]:
            return f"is above {self.most[at]:g}, the most in tier {tier}: {self.why}; lower it"
        return ""

    def __str__(self) -> str:
        """Return the bound as the reference of the spec says it."""
        sides = (("at least", self.least), ("at most", self.most))
        said = [
            f"{side} {', '.join(f'{value:g}' for value in each)}" for side, each in sides if each
        ]
        return f"{' and '.join(said)} in the tiers 1, 2, 3: {self.why}"


_SURE = Bound(least=(0.95, 0.9, 0.8), why="with less confidence luck passes the gate")
BOUNDS: Mapping[str, Bound] = {
    "gates.floor.confidence": _SURE,
    "gates.floor.too_good": Bound(
        most=(0.995, 0.995, 0.999), why="an answer that has slipped in would pass for skill"
    ),
    "gates.decisions.at_least": Bound(
        least=(0.55, 0.53, 0.51), why="deciding by lot, or everybody alike, gives 0.5"
    ),
    "gates.decisions.saving": Bound(
        least=(0.05, 0.02, 0.01), why="deciding everybody alike saves nothing"
    ),
    "gates.decisions.confidence": _SURE,
    "gates.coverage.keeps": Bound(
        least=(0.1, 0.1, 0.05), why="an exam without a protected group says nothing of it"
    ),
    "gates.champion.margin": Bound(
        most=(0.01, 0.02, 0.05), why="each version could be so much worse than the last"
    ),
    "gates.champion.confidence": _SURE,
    "gates.leakage.max_column_auc": Bound(
        most=(0.99, 0.99, 0.995), why="a column that ranks so well holds the label"
    ),
    "gates.leakage.max_column_lead": Bound(
        most=(0.15, 0.15, 0.2), why="a column so far ahead of all others holds the label"
    ),
    "gates.leakage.max_pair_gain": Bound(
        most=(0.2, 0.2, 0.3), why="two columns that know so much more together hold the label"
    ),
    "gates.leakage.max_order_auc": Bound(
        most=(0.95, 0.95, 0.97), why="rows in an order that ranks so well give the label away"
    ),
    "gates.leakage.max_near_rows": Bound(
        most=(0.1, 0.1, 0.2), why="so many rows of the exam are known from training"
    ),
    "gates.leakage.max_left_out": Bound(
        most=(0.1, 0.1, 0.2), why="a split that leaves out so much is not the one it says"
    ),
    "gates.fairness.joint_rows": Bound(
        most=(1000, 1000, 2000), why="joint groups with fewer rows need to prove nothing"
    ),
    "gates.fairness.at_least": Bound(
        least=(0.8, 0.8, 0.7), why="four fifths is the rule of 29 CFR 1607.4(D)"
    ),
    "gates.fairness.max_gap": Bound(
        most=(0.1, 0.15, 0.25), why="a group so much more wrongly answered is treated otherwise"
    ),
    "gates.fairness.confidence": Bound(
        least=(0.95, 0.9, 0.8),
        most=(0.99, 0.99, 0.999),
        why="less lets luck pass, and more asks nothing of the largest group",
    ),
    "gates.fairness.min_rows": Bound(
        least=(200, 100, 50),
        most=(1000, 1000, 2000),
        why="fewer rows settle nothing, and more put groups into one pool",
    ),
    "gates.calibration.max_bias": Bound(
        most=(0.1, 0.2, 0.3), why="what is expected would not be what comes about"
    ),
    "gates.calibration.max_gap": Bound(
        most=(0.1, 0.15, 0.25), why="what is expected of some would be far from what comes about"
    ),
    "gates.calibration.max_missed": Bound(
        most=(0.05, 0.05, 0.1), why="intervals would hold far less than they promise"
    ),
    "gates.calibration.confidence": _SURE,
    "gates.stability.min_rows": Bound(
        most=(1000, 2000, 5000), why="slices with fewer rows may be answered in any way"
    ),
    "gates.members.at_least": Bound(
        least=(0.5, 0.5, 0.25), why="most members would be no better than their naive model"
    ),
    "gates.members.rate": Bound(
        most=(0.05, 0.1, 0.2), why="so many members would be said to be better and are not"
    ),
    "gates.answers.max_tied": Bound(
        most=(0.5, 0.8, 0.9), why="one answer to so many rows tells nothing apart"
    ),
    "serving.instances": Bound(least=(2, 1, 1), why="one instance takes an update without canary"),
    "serving.capture_percent": Bound(least=(50, 20, 5), why="what is not captured is not watched"),
    "serving.bake_minutes": Bound(
        least=(5, 3, 1), why="an update that fails later is not taken back"
    ),
    "serving.max_error_rate": Bound(
        most=(0.01, 0.02, 0.05), why="so many clients would get no answer before it is taken back"
    ),
    "watch.max_malformed": Bound(
        most=(0.1, 0.2, 0.5), why="with more of it nonsense fills the windows unseen"
    ),
    "watch.max_psi": Bound(most=(0.25, 0.35, 0.5), why="0.25 is a shift already (Siddiqi 2006)"),
    "watch.min_rows": Bound(
        least=(100, 100, 50),
        most=(2000, 5000, 20_000),
        why="a smaller window is noise, and a larger one is judged too late",
    ),
    "watch.breaches": Bound(most=(3, 4, 5), why="nobody is told before so many windows drift"),
    "watch.cool_down_hours": Bound(
        most=(72, 168, 720), why="nothing is learned from a drift that goes on"
    ),
    "runs_per_day": Bound(
        most=(24, 100, 200), why="of so many tries on one exam the luckiest passes"
    ),
}
_EXAM = "another exam is not a lower one; whoever approves is shown both"
FREE: Mapping[str, str] = {
    **dict.fromkeys(("task", "split", "key", "where"), _EXAM),
    "gates.floor.at_least": "the task bounds it, see `Metric.least`, and the naive must be beaten",
    "gates.floor.at_most": "the naive model must be beaten whatever it says",
    "tier": "it chooses the bounds, and a higher number is held until somebody approves it",
    "gates.floor.metric": "the rules allow what the gates measure and nothing else",
    "gates.decisions.false_negative": "what an error costs is a fact; the approver is shown both",
    "gates.decisions.false_positive": "what an error costs is a fact; the approver is shown both",
    "gates.stability.at_least": "it adds to what each slice must reach anyway",
    "gates.stability.at_most": "it adds to what each slice must reach anyway",
    "gates.fairness.attributes": "the rules refuse none, unless `exempt` says why",
    "gates.fairness.fallback": "it decides whom training has not seen; the approver is shown it",
    "gates.fairness.exempt": "it has a rule of its own, see `EXEMPT`",
    "builders": "the rules refuse none, and names that are not told apart",
    "serving.instance_type": "no change of it loosens anything",
    "serving.on_rejection": "both end that what was rejected serves",
    "watch.windows": "the rules refuse fewer than `watch.breaches`, which has a bound",
    "retired": "whoever takes it back is held until somebody approves it",
}
"""Why a threshold or guard without a bound needs none."""
EXEMPT = Bound(least=(80, 40, 20), why="so short a reason explains nothing")
"""Characters of `gates.fairness.exempt`, where a protected group is not compared."""
FEWEST = 4  # different words of it


def violations(model: Model) -> Iterator[str]:
    """Yield each threshold of *model* that is past the bound of its tier, and what is right."""
    for field, bound in BOUNDS.items():
        value = classes.value_at(model, field)
        if words := bound.broken(value, model.tier):
            yield f"{field}: {value} {words}"
    yield from _floor(model)
    fairness = model.gates.fairness
    if not fairness.attributes or fairness.exempt.strip():
        yield from _explained("gates.fairness.exempt", fairness.exempt, model.tier)


def _floor(model: Model) -> Iterator[str]:
    """Demand a floor above what knowing nothing gives, where that is the same for all data."""
    floor = model.gates.floor
    metric = model.task.METRICS.get(floor.metric or next(iter(model.task.METRICS)))
    if metric is None or metric.least is None or floor.at_least is None:
        return
    why = "it is what a model has that knows nothing, or hardly more"
    if words := Bound(least=metric.least, why=why).broken(floor.at_least, model.tier):
        yield f"gates.floor.at_least: {floor.at_least} {words}"


def _explained(field: str, reason: str, tier: int) -> Iterator[str]:
    """Demand a *reason* that says something."""
    words = {word for word in reason.split() if any(map(str.isalpha, word))}
    long = len(" ".join(reason.split()))
    if broken := EXEMPT.broken(long, tier):
        yield f"{field}: {long} characters, which {broken}"
    elif len(words) < FEWEST:
        yield f"{field}: has {len(words)} different words; say why in words"

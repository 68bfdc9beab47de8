"""What did the gates measure for one version, and what does its model card say?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import aws
from factory.catalogue.spec import Model
from factory.gates.card import complete
from factory.gates.rates import USUAL
from factory.layout.objects import Run
from factory.tasks.task import HIGHER
from report.measurements import Fairness, Gap, Gate, Group, Measure

Facts = Mapping[str, Any]


class Evidence:
    """The evidence that one pipeline run wrote."""

    def __init__(self, bucket: str, model: Model, execution: str) -> None:
        """Read what the gates of *execution* wrote."""
        self._model = model
        run = Run(bucket, model.name, execution)
        self.card = complete(_json(run.card), model)
        self._verdicts: list[dict[str, Any]] = _json(run.verdicts)["verdicts"]

    def gates(self) -> list[Gate]:
        """Return every gate's verdict and, where it measures a number, the measurement."""
        return [
            Gate(
                gate=v["gate"],
                verdict=v["verdict"],
                reason=v["reason"],
                measure=_measure(v["gate"], v["facts"], self._model),
            )
            for v in self._verdicts
        ]

    def fairness(self) -> Fairness | None:
        """Return the groups as the gate compared them; None if there is no protected group."""
        facts = next(v["facts"] for v in self._verdicts if v["gate"] == "fairness")
        if not facts.get("ratios") and not facts.get("gaps"):
            return None
        groups: list[Group] = []
        for ratio in facts["ratios"].values():
            of = _of(ratio)
            if of not in {g["attribute"] for g in groups}:
                groups.append(_reference(of, ratio))
            groups.append(_compared(of, ratio["group"], ratio))
        return Fairness(
            at_least=facts["at_least"],
            max_gap=facts["max_gap"],
            confidence=self._model.gates.fairness.confidence,
            groups=groups,
            gaps=[Gap(name=name, bound=bound) for name, bound in facts["gaps"].items()],
        )


def _measure(gate: str, facts: Facts, model: Model) -> Measure | None:
    """Return the measurement that decided a gate; None for a gate without one."""
    metrics = model.task.METRICS
    if gate == "floor" and "bound" in facts:
        metric = metrics[facts["metric"]]
        higher = metric.better == HIGHER
        return _metric(
            metric.words, facts["value"], facts["bound"], facts["limit"], is_minimum=higher
        )
    if gate in {"naive", "champion"} and "lower_bound" in facts:
        name = f"gain in {metrics[facts['metric']].words}"
        limit = 0.0 - facts.get("margin", 0.0)  # and not -0
        return _metric(name, facts["difference"]["value"], facts["lower_bound"], limit)
    if gate == "fairness" and facts.get("ratios"):
        name, worst = min(facts["ratios"].items(), key=lambda item: _lowest(item[1]))
        return _metric(
            f"ratio for {name}", worst["ratio"] or 0.0, _lowest(worst), facts["at_least"]
        )
    if gate == "fairness" and facts.get("gaps"):
        name, widest = max(facts["gaps"].items(), key=lambda item: float(item[1]))
        return _metric(f"gap of {name}", widest, widest, facts["max_gap"], is_minimum=False)
    if gate == "leakage" and facts.get("columns"):
        name, highest = max(facts["columns"].items(), key=lambda item: float(item[1]))
        limit = model.gates.leakage.max_column_auc
        return _metric(f"AUC of {name} alone", highest, highest, limit, is_minimum=False)
    return None


def _lowest(ratio: Facts) -> float:
    return float(min(ratio["lower_bound"], ratio["reverse_upper_bound"]))


def _metric(
    name: str, value: float, bound: float, limit: float, *, is_minimum: bool = True
) -> Measure:
    return Measure(metric=name, value=value, bound=bound, limit=limit, is_minimum=is_minimum)


def _of(ratio: Facts) -> str:
    """Return whose groups are compared, and by what where that is not who is selected."""
    rate = "" if ratio["is"] == USUAL else f" {ratio['is']}"
    return f"{ratio['attribute']}{rate}"


def _reference(attribute: str, ratio: Facts) -> Group:
    return Group(
        attribute=attribute,
        name=ratio["reference"],
        gets=ratio["is"],
        rows=ratio["reference_rows"],
        rate=ratio["reference_rate"],
        ratio=None,
        bound=None,
    )


def _compared(attribute: str, name: str, ratio: Facts) -> Group:
    return Group(
        attribute=attribute,
        name=name,
        gets=ratio["is"],
        rows=ratio["rows"],
        rate=ratio["rate"],
        ratio=ratio["ratio"] or 0.0,
        bound=ratio["lower_bound"],
    )


def _json(uri: str) -> dict[str, Any]:
    return dict(json.loads(aws.s3_get(uri)))

"""What did the gates measure of one version, and what does its card say?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import aws
from factory.catalogue.spec import Model
from factory.gates.card import complete
from factory.layout.objects import Run
from report.measured import Fairness, Gate, Group, Measure

Facts = Mapping[str, Any]


class Evidence:
    """What one run of the pipeline left behind."""

    def __init__(self, bucket: str, model: Model, execution: str) -> None:
        """Read what the gates of *execution* wrote."""
        self._model = model
        run = Run(bucket, model.name, execution)
        self.card = complete(_json(run.card), model)
        self._measured = _json(run.evidence)
        self._verdicts: list[dict[str, Any]] = _json(run.verdicts)["verdicts"]

    def gates(self) -> list[Gate]:
        """Return every gate's word and, where it is a matter of numbers, what it measured."""
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
        """Return the groups as the gate compared them; None where there is no protected group."""
        facts = next(v["facts"] for v in self._verdicts if v["gate"] == "fairness")
        if not facts.get("ratios"):
            return None
        counts = self._measured["fairness"]["attributes"]
        groups: list[Group] = []
        for name, ratio in facts["ratios"].items():
            attribute, _, group = name.partition("=")
            if attribute not in {g["attribute"] for g in groups}:
                groups.append(_reference(attribute, ratio["reference"], counts[attribute]))
            groups.append(_compared(attribute, group, ratio))
        confidence = self._model.gates.fairness.confidence
        return Fairness(at_least=facts["at_least"], confidence=confidence, groups=groups)


def _measure(gate: str, facts: Facts, model: Model) -> Measure | None:
    """Return the number that a gate judged by; None where it counts, compares or found nothing."""
    if gate == "floor" and "lower_bound" in facts:
        return _of(facts["metric"].upper(), facts["value"], facts["lower_bound"], facts["at_least"])
    if gate == "champion" and "lower_bound" in facts:
        words = "difference in AUC"
        return _of(words, facts["difference"], facts["lower_bound"], -facts["margin"])
    if gate == "fairness" and facts.get("ratios"):
        name, worst = min(facts["ratios"].items(), key=lambda item: _least(item[1]))
        return _of(f"ratio for {name}", worst["ratio"] or 0.0, _least(worst), facts["at_least"])
    if gate == "leakage" and facts.get("columns"):
        name, most = max(facts["columns"].items(), key=lambda item: float(item[1]))
        limit = model.gates.leakage.max_column_auc
        return _of(f"AUC of {name} alone", most, most, limit, least=False)
    return None


def _least(ratio: Facts) -> float:
    return float(min(ratio["lower_bound"], ratio["reverse_upper_bound"]))


def _of(words: str, value: float, bound: float, limit: float, *, least: bool = True) -> Measure:
    return Measure(of=words, value=value, bound=bound, limit=limit, least=least)


def _reference(attribute: str, name: str, counts: Facts) -> Group:
    found = counts[name]
    rate = found["selected"] / found["rows"]
    return Group(
        attribute=attribute, name=name, rows=found["rows"], rate=rate, ratio=None, bound=None
    )


def _compared(attribute: str, name: str, ratio: Facts) -> Group:
    return Group(
        attribute=attribute,
        name=name,
        rows=ratio["rows"],
        rate=ratio["rate"],
        ratio=ratio["ratio"] or 0.0,
        bound=ratio["lower_bound"],
    )


def _json(uri: str) -> dict[str, Any]:
    return dict(json.loads(aws.s3_get(uri)))

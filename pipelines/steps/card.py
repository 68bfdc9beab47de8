"""What does the model's card say of what was measured? In the schema of SageMaker model cards.

What the spec says of owner, purpose and use is joined where somebody reads the card
(`factory.gates.card`): a change of it touches no run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from factory.catalogue.judged import Judged
from pipelines.steps.told import Told

LONGEST = 1024  # characters of a text in the schema
PARITY = (
    "Each protected group has a score threshold of its own, set so that every group is selected at "
    "the same rate as positive rows occur in training. This is demographic parity: people with the "
    "same score are decided differently by group, some accuracy is given up, and in some "
    "jurisdictions and uses such thresholds are unlawful. Ask counsel before use."
)
OWN = (
    "A builder's own training code made it, SHA-256 {digest}: it may have asked for none of these "
    "hyperparameters, and thresholds are as it states them."
)
SINGLE = "One score threshold decides for everybody; selection rates of groups may differ."


def content(model: Judged, evidence: Mapping[str, Any], told: Told) -> dict[str, Any]:
    """Return the measured half of the card of the candidate that *evidence* is about."""
    return {
        "model_overview": {
            "model_name": model.name,
            "problem_type": "Binary Classification",
            "algorithm_type": told.algorithm[:LONGEST],
            "inference_environment": {"container_image": [evidence["lineage"]["image"]]},
        },
        "training_details": {
            "training_observations": _observations(evidence),
            "training_job_details": _training(evidence, told),
        },
        "evaluation_details": [_evaluation(evidence)],
        "additional_information": {
            "caveats_and_recommendations": _caveats(told),
            "custom_details": _groups(told),
        },
    }


def _observations(evidence: Mapping[str, Any]) -> str:
    dropped = evidence["lineage"]["dropped"]
    return (
        f"{evidence['leakage']['train_rows']} rows; {dropped} more were dropped because their "
        "features occur in the test split."
    )


def _training(evidence: Mapping[str, Any], told: Told) -> dict[str, Any]:
    return {
        "training_datasets": [evidence["lineage"]["inputs"]["train"]["uri"]],
        "training_environment": {"container_image": [evidence["lineage"]["image"]]},
        "hyper_parameters": [
            {"name": name, "value": str(value)}
            for name, value in sorted(told.hyperparameters.items())
        ],
    }


def _evaluation(evidence: Mapping[str, Any]) -> dict[str, Any]:
    groups = [_metrics("quality", _quality(evidence))]
    groups += [
        _metrics(f"selection rate by {attribute}"[:63], _rates(levels))
        for attribute, levels in evidence["fairness"]["attributes"].items()
    ]
    return {
        "name": "test split",
        "datasets": [evidence["lineage"]["inputs"]["test"]["uri"]],
        "metric_groups": groups,
    }


def _quality(evidence: Mapping[str, Any]) -> dict[str, tuple[float, str]]:
    found = evidence.get("quality")
    measured = {"accuracy": (evidence["accuracy"], "share of decisions that agree with the label")}
    if found:
        measured["auc"] = (found["value"], f"standard error {found['standard_error']:.4f} (DeLong)")
    return measured


def _rates(levels: Mapping[str, Mapping[str, int]]) -> dict[str, tuple[float, str]]:
    return {
        level: (n["selected"] / n["rows"], f"{n['selected']} of {n['rows']} rows")
        for level, n in levels.items()
    }


def _metrics(name: str, values: Mapping[str, tuple[float, str]]) -> dict[str, Any]:
    data = [
        {"name": metric, "type": "number", "value": value, "notes": notes}
        for metric, (value, notes) in values.items()
    ]
    return {"name": name, "metric_data": data}


def _caveats(told: Told) -> str:
    decided = PARITY if told.attributes else SINGLE
    return f"{OWN.format(digest=told.own_code)} {decided}" if told.own_code else decided


def _groups(told: Told) -> dict[str, str]:
    named = {f"threshold of {name or 'everybody'}": _short(at) for name, at in told.groups}
    unknown = {f"unknown {attribute} is decided as": level for attribute, level in told.fallback}
    return named | unknown | {"threshold of any other group": _short(told.default)}


def _short(number: float) -> str:
    """Return *number* with four digits: whatever it is, it says no more than a threshold.

    Training code of a builder's own chooses it, and could spell out rows in larger ones.
    """
    return f"{number:.4f}" if 0 <= number <= 1 else "above 1" if number > 1 else "below 0"

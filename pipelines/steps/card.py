"""What does the model's card say of what was measured? In the schema of SageMaker model cards.

What the spec says of owner, purpose and use is joined where somebody reads the card
(`factory.gates.card`): a change of it touches no run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from factory.catalogue.judged import Judged

LONGEST = 1024  # characters of a text in the schema
PARITY = (
    "Each protected group has a score threshold of its own, set so that every group is selected at "
    "the same rate as positive rows occur in training. This is demographic parity: people with the "
    "same score are decided differently by group, some accuracy is given up, and in some "
    "jurisdictions and uses such thresholds are unlawful. Ask counsel before use."
)
UNKNOWN = "the training code does not name it"
SINGLE = "One score threshold decides for everybody; selection rates of groups may differ."


def content(
    model: Judged, evidence: Mapping[str, Any], metadata: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the measured half of the card of the candidate that *evidence* is about."""
    thresholds = metadata["thresholds"]
    return {
        "model_overview": {
            "model_name": model.name,
            "problem_type": "Binary Classification",
            "algorithm_type": str(metadata.get("algorithm", UNKNOWN))[:LONGEST],
            "inference_environment": {"container_image": [evidence["lineage"]["image"]]},
        },
        "training_details": {
            "training_observations": _observations(evidence),
            "training_job_details": _training(evidence, metadata),
        },
        "evaluation_details": [_evaluation(evidence)],
        "additional_information": {
            "caveats_and_recommendations": PARITY if thresholds["attributes"] else SINGLE,
            "custom_details": _groups(thresholds),
        },
    }


def _observations(evidence: Mapping[str, Any]) -> str:
    dropped = evidence["lineage"]["dropped"]
    return (
        f"{evidence['leakage']['train_rows']} rows; {dropped} more were dropped because their "
        "features occur in the test split."
    )


def _training(evidence: Mapping[str, Any], metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "training_datasets": [evidence["lineage"]["inputs"]["train"]["uri"]],
        "training_environment": {"container_image": [evidence["lineage"]["image"]]},
        "hyper_parameters": [
            {"name": name, "value": str(value)}
            for name, value in sorted(metadata["hyperparameters"].items())
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


def _groups(thresholds: Mapping[str, Any]) -> dict[str, str]:
    named = {
        "threshold of " + (", ".join(g["levels"]) or "everybody"): f"{g['threshold']:.4f}"
        for g in thresholds["groups"]
    }
    return named | {"threshold of any other group": f"{thresholds['default']:.4f}"}

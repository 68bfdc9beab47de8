"""What must a reader of the model's card know? Content in the schema of SageMaker model cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from factory.catalogue.spec import Model

LONGEST = 1024  # characters of a text in the schema
PARITY = (
    "Each protected group has a score threshold of its own, set so that every group is selected at "
    "the same rate as positive rows occur in training. This is demographic parity: people with the "
    "same score are decided differently by group, some accuracy is given up, and in some "
    "jurisdictions and uses such thresholds are unlawful. Ask counsel before use."
)
SINGLE = "One score threshold decides for everybody; selection rates of groups may differ."


def content(
    model: Model, evidence: Mapping[str, Any], metadata: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the card of the candidate that *evidence* is about."""
    thresholds = metadata["thresholds"]
    return {
        "model_overview": {
            "model_name": model.name,
            "model_description": model.purpose[:LONGEST],
            "model_owner": model.owner[:LONGEST],
            "model_creator": ", ".join(model.builders)[:LONGEST],
            "problem_type": "Binary Classification",
            "algorithm_type": "Gradient boosting on histograms",
            "inference_environment": {"container_image": [evidence["lineage"]["image"]]},
        },
        "intended_uses": {
            "purpose_of_model": model.purpose[:LONGEST],
            "intended_uses": model.card.intended_use[:LONGEST],
            "factors_affecting_model_efficiency": model.card.limitations[:LONGEST],
        },
        "training_details": {
            "training_observations": _observations(evidence),
            "training_job_details": _training(evidence, metadata),
        },
        "evaluation_details": [_evaluation(evidence)],
        "additional_information": {
            "ethical_considerations": model.card.ethics[:LONGEST],
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

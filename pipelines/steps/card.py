"""What does the model's card say of what was measured? In the schema of SageMaker model cards.

What the spec says of owner, purpose and use is joined where somebody reads the card
(`factory.gates.card`): a change of it touches no run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from factory import gates
from factory.catalogue.judged import Judged
from factory.gates import estimates
from pipelines.steps.told import Told

NAMED = 10  # columns that matter most
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
LEFT_OUT = {
    "entity": "the test split has rows of the same entity",
    "delay": "their label was not known when the first test row was asked about",
}
NUMBERS = "Nothing is decided about a row: whoever uses the answer decides."
SINGLE = "One score threshold decides for everybody; selection rates of groups may differ."


def content(model: Judged, evidence: Mapping[str, Any], told: Told) -> dict[str, Any]:
    """Return the measured half of the card of the candidate that *evidence* is about."""
    return {
        "model_overview": {
            "model_name": model.name,
            "problem_type": model.task.PROBLEM,
            "algorithm_type": told.algorithm[:LONGEST],
            "inference_environment": {"container_image": [evidence["lineage"]["image"]]},
        },
        "training_details": {
            "training_observations": _observations(evidence),
            "training_job_details": _training(evidence, told),
        },
        "evaluation_details": [_evaluation(model, evidence)],
        "additional_information": {
            "caveats_and_recommendations": _caveats(told),
            "custom_details": _groups(told) | _columns(told) | _judged(model, evidence),
        },
    }


def _observations(evidence: Mapping[str, Any]) -> str:
    counted = evidence["lineage"]["left_out"]
    left = [f"{counted[why]} more were left out because {LEFT_OUT[why]}" for why in LEFT_OUT]
    return f"{evidence['leakage']['train_rows']} rows; {', '.join(left)}."


def _training(evidence: Mapping[str, Any], told: Told) -> dict[str, Any]:
    return {
        "training_datasets": [evidence["lineage"]["inputs"]["train"]["uri"]],
        "training_environment": {"container_image": [evidence["lineage"]["image"]]},
        "hyper_parameters": [
            {"name": name, "value": str(value)}
            for name, value in sorted(told.hyperparameters.items())
        ],
    }


def _evaluation(model: Judged, evidence: Mapping[str, Any]) -> dict[str, Any]:
    groups = [_metrics("quality", dict(_quality(model, evidence)))]
    groups += [
        _metrics(f"{name} by {attribute}"[:63], _rates(levels))
        for name, found in evidence["fairness"].get("rates", {}).items()
        for attribute, levels in found["attributes"].items()
    ]
    return {
        "name": "test split",
        "datasets": [evidence["lineage"]["inputs"]["test"]["uri"]],
        "metric_groups": groups,
    }


def _quality(model: Judged, evidence: Mapping[str, Any]) -> Iterator[tuple[str, tuple[float, str]]]:
    for name, found in evidence.get("quality", {}).get("metrics", {}).items():
        words = model.task.METRICS[name].words
        measured = estimates.of(found)
        yield name, (measured.value, f"{words}, standard error {measured.standard_error:.4g}")
    if compared := evidence.get("naive"):
        yield "naive", (compared["naive"], f"{compared['metric']} of {model.task.NAIVE}")


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
    decided = PARITY if told.attributes else SINGLE if told.default is not None else NUMBERS
    return f"{OWN.format(digest=told.own_code)} {decided}" if told.own_code else decided


def _groups(told: Told) -> dict[str, str]:
    named = {f"threshold of {name or 'everybody'}": _short(at) for name, at in told.groups}
    unknown = {f"unknown {attribute} is decided as": level for attribute, level in told.fallback}
    if told.default is None:
        return {}
    return named | unknown | {"threshold of any other group": _short(told.default)}


def _columns(told: Told) -> dict[str, str]:
    """Say which columns matter; what shuffling one saves is noise."""
    named = [f"{name} {100 * share:.1f} %" for name, share in told.importance[:NAMED] if share > 0]
    words = ", ".join(named) or "none by itself"
    said = f"what it adds to the loss on held-out training rows to shuffle a column: {words}"
    return {"columns that matter": said[:LONGEST]} if told.importance else {}


def _judged(model: Judged, evidence: Mapping[str, Any]) -> dict[str, str]:
    """Say how many sabotaged copies are refused, and which members are better than naive."""
    told = {"negative controls": "controls"} | (
        {"members": "members"} if model.task.members else {}
    )
    return {
        name: gates.judged(gate, evidence, model).reason[:LONGEST] for name, gate in told.items()
    }


def _short(number: float) -> str:
    """Return *number* with four digits: whatever it is, it says no more than a threshold.

    Training code of a builder's own chooses it, and could spell out rows in larger ones.
    """
    return f"{number:.4f}" if 0 <= number <= 1 else "above 1" if number > 1 else "below 0"

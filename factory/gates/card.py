"""What must a reader of the model's card know beyond what was measured? What the spec says now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from factory.catalogue.spec import Model

LONGEST = 1024  # characters of a text in the schema of SageMaker model cards


def complete(card: Mapping[str, Any], model: Model) -> dict[str, Any]:
    """Return the measured *card* of a run with the words of the spec that is in force today."""
    return {
        **card,
        "model_overview": {
            **card["model_overview"],
            "model_description": model.purpose[:LONGEST],
            "model_owner": model.owner[:LONGEST],
            "model_creator": ", ".join(model.builders)[:LONGEST],
        },
        "intended_uses": {
            "purpose_of_model": model.purpose[:LONGEST],
            "intended_uses": model.card.intended_use[:LONGEST],
            "factors_affecting_model_efficiency": model.card.limitations[:LONGEST],
        },
        "additional_information": {
            **card["additional_information"],
            "ethical_considerations": model.card.ethics[:LONGEST],
        },
    }

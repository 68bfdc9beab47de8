"""How is a model written down? Two documents, each named by the digest of its bytes.

The judged document is all that a run's steps are told, see `judged_document`; the spec is
everything. The same model gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable

from factory.catalogue.judged_document import (
    canonical,
    digest,
    json_of,
    judged_text,
    parse_judged,
    parsed,
    plain,
    versioned,
)
from factory.catalogue.rules import readable
from factory.catalogue.spec import Model

__all__ = [
    "canonical",
    "digest",
    "json_of",
    "judged_text",
    "lines",
    "parse_judged",
    "parse_spec",
    "plain",
    "spec_text",
]


def spec_text(model: Model) -> str:
    """Return the document of everything about *model*; it has one line."""
    return versioned({"model": plain(model)})


def lines(models: Iterable[Model]) -> str:
    """Return the specs of *models*, one on each line: what a deployment ships."""
    return "".join(f"{spec_text(model)}\n" for model in models)


def parse_spec(text: str | bytes) -> Model:
    """Read what `spec_text` wrote; InvalidSpec names an unknown or missing field.

    What may be deployed is `rules.checked`'s: what was, must be read, whatever is demanded by now.
    """
    return readable(parsed(Model, "model", text))

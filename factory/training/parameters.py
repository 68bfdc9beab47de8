"""What is a run started with? The parameters of every recipe's pipeline."""

from __future__ import annotations

from dataclasses import dataclass, fields

RECIPE = "recipe"
"""Instead of a digest: the training code is the recipe's own, as the definition names it."""
INSTANCE_TYPE = "ml.m5.large"
"""What the jobs run on; nobody who asks for a run chooses it."""


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """The values that one run gets: the field `spec_uri` is the parameter `SpecUri`, and so on."""

    model: str
    """The model's name; the steps refuse the spec of another model."""
    spec_uri: str
    """Where the judged part of the model's spec is: all that steps know of the model."""
    spec_digest: str
    """The SHA-256 of that document; the gates refuse other bytes."""
    train_uri: str
    """The folder of the snapshot to learn from."""
    test_uri: str
    """The folder of the snapshot to be judged on."""
    champion_uri: str
    """Where the champion's artifact is, or the note that there is none."""
    champion_digest: str
    """The SHA-256 of the champion's artifact, or `none`."""
    look: str
    """Which look at the labels of the test rows this is, in digits, from 1."""
    reason: str
    """Why the run was started, in words."""
    request: str
    """The SHA-256 of the request that is written down about the run."""
    champion_answers: str = ""
    """What the champion was asked and answered when it was judged, by digest; empty if unknown."""
    train_code_uri: str = ""
    """Where a builder's own training code is; empty for the recipe's."""
    train_code_digest: str = ""
    """The SHA-256 of that code, which the job compares before it runs it; empty for no code."""
    instance_type: str = ""
    """What the jobs run on; empty for the definition's default."""

    def given(self) -> list[dict[str, str]]:
        """Return what StartPipelineExecution takes; what is empty is left to the definition."""
        values = {name(f.name): getattr(self, f.name) for f in fields(self)}
        return [{"Name": n, "Value": v} for n, v in values.items() if v]


def name(field: str) -> str:
    """Return how a pipeline calls the parameter that is *field* here."""
    return field.title().replace("_", "")

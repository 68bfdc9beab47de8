"""Which steps does a run have, and what does each get and leave?"""

from __future__ import annotations

from dataclasses import dataclass

CODE = "code"
"""The folder of every step that holds the zip it runs."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A job of every recipe's pipeline; its folders and values are its arguments too."""

    name: str
    values: tuple[str, ...] = ()
    """What the definition passes in words."""
    inputs: tuple[str, ...]
    """The folders that it reads, besides that of its code."""
    outputs: tuple[str, ...]
    """The folders that it writes, each to a place of its own."""

    @property
    def title(self) -> str:
        """The step's name in the definition, and the duty under whose role it works."""
        return self.name.title()


PREPARE = Step(
    name="prepare",
    values=("model", "train-uri", "test-uri"),
    inputs=("spec", "train", "test"),
    outputs=("train", "features", "labels", "lineage"),
)
TRAIN = Step(name="train", values=("model",), inputs=("spec", "train"), outputs=("model",))
EVALUATE = Step(name="evaluate", inputs=("model", "features"), outputs=("predictions",))
CHAMPION = Step(name="champion", inputs=("champion", "features"), outputs=("predictions",))
"""Asks the champion, in a job of its own: neither of the two can touch what the other answers."""
GATES = Step(
    name="gates",
    values=(
        "model",
        "spec-digest",
        "execution",
        "request",
        "champion-digest",
        "champion-answers",
        "look",
        "code-digest",
        "training-code-digest",
        "image",
    ),
    inputs=(
        CODE,
        "training-code",
        "spec",
        "train",
        "features",
        "labels",
        "lineage",
        "predictions",
        "champion",
        "artifact",
    ),
    outputs=("evidence", "replay"),
)
EXAMINED = (EVALUATE, CHAMPION)
"""The steps that run an artifact, as an endpoint would."""
STEPS = (PREPARE, TRAIN, *EXAMINED, GATES)

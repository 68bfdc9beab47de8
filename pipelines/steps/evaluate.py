"""What does the challenger say about the test split? Sees features, never a label."""

from __future__ import annotations

import os
from pathlib import Path

from factory.training import steps
from pipelines.steps import arguments, examination, files
from pipelines.steps.examination import Place


def main(argv: list[str]) -> None:
    """Ask the one artifact of this run."""
    args = arguments.parse(steps.EVALUATE, argv)
    place = Place(
        artifact=files.only_file(args.model),
        features=files.only_file(args.features),
        out=args.out / "predictions",
        served=Path(os.environ["SM_MODEL_DIR"]),
    )
    examination.write(place, "challenger")

"""What does the champion say about the test split? In a job that the challenger has no part in."""

from __future__ import annotations

import os
from pathlib import Path

from factory.layout.files import ASKED, CHAMPION_ABSENT
from factory.training import steps
from pipelines.steps import arguments, files


def main(argv: list[str]) -> None:
    """Ask the champion, when there is one."""
    args = arguments.parse(steps.CHAMPION, argv)
    artifact, out = files.only_file(args.champion), args.out / "predictions"
    if artifact.name == CHAMPION_ABSENT:
        files.write_json(out / ASKED, {"artifact": None})
        return
    from pipelines.steps import examination  # noqa: PLC0415 - without a champion nothing is loaded

    place = examination.Place(
        artifact=artifact,
        features=files.only_file(args.features),
        out=out,
        served=Path(os.environ["SM_MODEL_DIR"]),
    )
    examination.write(place, "champion")

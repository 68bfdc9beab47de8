"""What do challenger and champion say about the test split? Sees features, never a label."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from factory.errors import Refused
from factory.layout.files import CHAMPION_ABSENT
from factory.training import steps
from pipelines.steps import archive, arguments, failure, files


def artifacts(model: Path, champion: Path) -> dict[str, Path]:
    """Return the artifacts to ask, by role and in order: the champion first, when there is one.

    An artifact brings its own code. The challenger's has run nowhere a person has looked at, so it
    runs when the champion's answers are already out of its reach. *champion* may hold the note that
    there is none.
    """
    current = files.only_file(champion)
    found = {} if current.name == CHAMPION_ABSENT else {"champion": current}
    return found | {"challenger": files.only_file(model)}


def main(argv: list[str]) -> None:
    """Score each artifact in a process of its own and record which bytes were asked."""
    args = arguments.parse(steps.EVALUATE, argv)
    out = args.out / "predictions"
    asked = artifacts(args.model, args.champion)
    features = files.only_file(args.features)
    for path in asked.values():
        archive.check(path)  # here, where its words are the factory's
    digests = {role: files.sha256(path) for role, path in asked.items()}
    answers = {role: _answers(role, path, features) for role, path in asked.items()}
    out.mkdir(parents=True, exist_ok=True)
    for role, table in answers.items():
        (out / f"{role}.parquet").write_bytes(table)
    files.write_json(out / "evaluated.json", {"champion": None} | digests)
    print(f"asked {' and '.join(asked)}")


def _answers(role: str, artifact: Path, features: Path) -> bytes:
    """Return the Parquet file of an artifact's answers; the step `score` of this code makes it."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "answers.parquet")
        paths = ["--artifact", artifact, "--features", features, "--out", out]
        command = [sys.executable, sys.argv[0], steps.SCORE, *map(str, paths)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            why = failure.process(done.returncode, done.stderr)
            raise Refused(f"the {role} cannot answer: {why}")
        return out.read_bytes()

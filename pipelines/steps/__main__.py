"""Which step shall this process run? At the root of the code that the jobs receive."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

from factory.training import steps
from pipelines.steps import failure

NAMES = tuple(step.name for step in steps.STEPS)

NOTES = ("failure", "message")
"""What SageMaker reads of a training job, and of a processing job."""


def main(argv: list[str]) -> None:
    """Run the step named first with the arguments that follow.

    What may be told of a failure is written to the files that SageMaker shows of a job; without
    them it may show the end of the log.
    """
    if not argv or argv[0] not in NAMES:
        sys.exit(f"step {' '.join(argv[:1])!r} is unknown; say one of {', '.join(NAMES)}")
    try:
        importlib.import_module(f"pipelines.steps.{argv[0]}").main(argv[1:])
    except Exception as exc:
        reason = os.environ.get("SM_OUTPUT_FAILURE")
        if reason:
            for name in NOTES:
                _tell(Path(reason).with_name(name), failure.told(exc))
        raise


def _tell(place: Path, reason: str) -> None:
    """Write in the place of whatever a model's own code may have put there."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    place.write_text(reason, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

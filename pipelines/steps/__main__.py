"""Which step shall this process run? At the root of the code that the jobs receive."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

from factory.training import steps
from pipelines.steps import failure

NAMES = (*(step.name for step in steps.STEPS), steps.SCORE)

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
        if reason and Path(reason).parent.is_dir():
            for name in NOTES:
                Path(reason).with_name(name).write_text(failure.told(exc), encoding="utf-8")
        raise


if __name__ == "__main__":
    main(sys.argv[1:])

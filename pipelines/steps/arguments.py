"""Where are a step's folders, and what does the definition say to it?"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from factory.training.steps import Step


def parse(step: Step, argv: list[str]) -> argparse.Namespace:
    """Return the values and folders of *step*, and as `out` the folder of all its outputs.

    A training job finds its folders in the variables that SageMaker sets.
    """
    parser = argparse.ArgumentParser(prog=step.name)
    for name in step.values:
        parser.add_argument(f"--{name}", required=True)
    for name in step.inputs:
        _add_folder(parser, name, f"SM_CHANNEL_{name.upper()}")
    _add_folder(parser, "out", "SM_MODEL_DIR")
    return parser.parse_args(argv)


def _add_folder(parser: argparse.ArgumentParser, name: str, variable: str) -> None:
    found = os.environ.get(variable)
    parser.add_argument(f"--{name}", type=Path, default=found, required=found is None)

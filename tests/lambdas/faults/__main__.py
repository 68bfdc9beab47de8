"""Walk all scenes of some functions and print what came of them, one JSON object a line."""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.lambdas.faults import house, scenes
from tests.lambdas.faults.gate import Gate
from tests.lambdas.faults.walk import walk


def main(assembly: str, *wanted: str) -> None:
    """Stand up the assembly and walk the scenes of the *wanted* functions, or all."""
    gate, places = Gate(), set[str]()
    with tempfile.TemporaryDirectory() as folder:
        stood = house.stand(Path(assembly), Path(folder), gate)
        for scene in scenes.ALL:
            if not wanted or scene.function in wanted:
                walked = walk(scene, stood, gate, places)
                places.update(walked.places)
                print(json.dumps(asdict(walked)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

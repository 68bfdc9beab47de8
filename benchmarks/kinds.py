"""How much CPU do the gates take for a candidate of each kind, once all is imported?

Of 20,000 rows that judge, with negative controls and a champion.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import _kinds
from benchmarks._run import Run, cpu
from factory.layout.files import VERDICTS
from pipelines.steps import champion, evaluate, files, gates

ROOT = Path(__file__).resolve().parent.parent
GOAL_SECONDS = 3


def measure() -> dict[str, Any]:
    """Judge a candidate of each kind in a process of its own; the slowest counts."""
    found = {kind: _measured(kind) for kind in _kinds.ASKED}
    value = max(each["gates"] for each in found.values())
    refused = {kind: each["refused"] for kind, each in found.items() if each["refused"]}
    return {
        "bench": "kinds",
        "value": value,
        "unit": "s",
        "goal": GOAL_SECONDS,
        "ok": value <= GOAL_SECONDS and not refused,
        "peers": {kind: each["gates"] for kind, each in found.items()},
        "refused": refused,
        "rows": {kind: each["rows"] for kind, each in found.items()},
        "controls": {kind: each["controls"] for kind, each in found.items()},
    }


def run(kind: str) -> dict[str, Any]:
    """Return what the Gates step takes for the candidate of the *kind*, and what it says."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        own = Run(Path(folder), _kinds.model(kind))
        own.learn(_kinds.products(kind), ["group"])
        own.ask("model", evaluate.main)
        own.ask("champion", champion.main)
        took = cpu(lambda: gates.main(own.judging))
        evidence = files.read_json(own.home / "gates" / "evidence" / "evidence.json")
        verdicts = files.read_json(own.home / "gates" / "evidence" / VERDICTS)["verdicts"]
        os.chdir(ROOT)
    said = {each["gate"]: each for each in verdicts}
    return {
        "gates": round(took, 2),
        "rows": evidence["quality"]["rows"],
        "controls": said["controls"]["reason"].partition(";")[0],
        "refused": {n: g["reason"] for n, g in said.items() if g["verdict"] != "PASS"},
    }


def _measured(kind: str) -> dict[str, Any]:
    program = f"import json; from benchmarks import kinds; print(json.dumps(kinds.run({kind!r})))"
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=one_thread,
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found

"""How long does the demo take, warm, from synth to the audited ledger?"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
GOAL_SECONDS = 70


def measure() -> dict[str, Any]:
    """Run `factory demo` once and return the benchmark's line."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "cli", "demo"], cwd=ROOT, check=False, stdout=sys.stderr
    )
    value = round(time.perf_counter() - began, 1)
    steps = json.loads((ROOT / "build" / "demo" / "steps.json").read_text(encoding="utf-8"))
    return {
        "bench": "demo",
        "value": value,
        "unit": "s",
        "goal": GOAL_SECONDS,
        "ok": done.returncode == 0,
        "peers": {step["step"]: step["seconds"] for step in steps},
    }

"""How long does a newcomer wait for the environment of `make demo`, and how much disk does it take?

In a folder of its own, with pip's cache off: what is measured is a machine that has only Python.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
GOAL_SECONDS, GOAL_BYTES = 240, 2 * 10**9


def measure() -> dict[str, Any]:
    """Install what requirements.txt pins and build the layers; return the benchmark's line."""
    with tempfile.TemporaryDirectory() as folder:
        home, began = Path(folder), time.perf_counter()
        python = home / ".venv" / "bin" / "python"
        pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--no-cache-dir"]
        _run([sys.executable, "-m", "venv", home / ".venv"])
        _run([*pip, "--require-hashes", "--requirement", ROOT / "requirements.txt"])
        installed = time.perf_counter() - began
        _run([python, ROOT / "bundling" / "layer.py", home / "layers"])
        seconds, size = time.perf_counter() - began, _bytes(home)
    return {
        "bench": "install",
        "value": round(seconds, 1),
        "unit": "s",
        "goal": GOAL_SECONDS,
        "ok": size <= GOAL_BYTES,
        "bytes": size,
        "goal_bytes": GOAL_BYTES,
        "peers": {"layers": round(seconds - installed, 1)},
    }


def _run(words: Sequence[str | Path]) -> None:
    variables = {**os.environ, "PIP_NO_CACHE_DIR": "1", "PYTHONPATH": str(ROOT)}
    subprocess.run(words, cwd=ROOT, env=variables, check=True, stdout=sys.stderr)


def _bytes(folder: Path) -> int:
    """Return how much disk the files take, each counted once however many names it has."""
    found = {p.lstat().st_ino: p.lstat().st_blocks * 512 for p in folder.rglob("*")}
    return sum(found.values())

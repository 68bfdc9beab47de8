"""How are the templates synthesized? By `python app.py`, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from factory.errors import Refused

ROOT = Path(__file__).resolve().parent.parent
TAIL = 30  # the last lines of a failed synth, shown in the error


def synth(outdir: Path, stage: str = "dev", **more: Any) -> Path:
    """Synthesize the app for *stage* into *outdir* and return it; *more* is of the context."""
    context = json.dumps({"stage": stage, **more})
    environment = {**os.environ, "CDK_OUTDIR": str(outdir), "CDK_CONTEXT_JSON": context}
    done = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        output = "\n".join((done.stdout + done.stderr).splitlines()[-TAIL:])
        raise Refused(f"python app.py failed with exit code {done.returncode}:\n{output}")
    return outdir

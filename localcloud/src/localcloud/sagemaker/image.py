"""Which programs does an image of SageMaker's have? `serve`, which a container is started with.

Jobs find it on their PATH too, as they do in the service's own images: who wants to know what an
endpoint would answer starts what an endpoint runs.
"""

from __future__ import annotations

import functools
import shlex
from pathlib import Path

from localcloud import scratch

PROGRAM = Path(__file__).with_name("inference_server.py")
BASE = "SAGEMAKER_BASE_DIR"
"""The toolkits' own variable for what stands in the place of /opt/ml."""


@functools.cache
def tools() -> Path:
    """Return the folder with the programs; it goes with the cloud's process."""
    return write(scratch.folder("image"))


def write(folder: Path) -> Path:
    """Write the programs to *folder*, and return it."""
    serve = folder / "serve"
    words = f'python3 {shlex.quote(str(PROGRAM))} "${{{BASE}:-/opt/ml}}/server.sock"'
    serve.write_text(f"#!/bin/sh\nexec {words}\n", encoding="utf-8")
    serve.chmod(0o755)
    return folder

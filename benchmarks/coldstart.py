"""How heavy is a light function: its zipped asset, and its import beyond that of boto3?

Light is every function without a layer. Each is imported as Lambda does, from its asset alone.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from local.synth_cache import cached_assembly
from scan import content
from scan.assembly import Assembly

GOAL_MILLISECONDS, GOAL_BYTES = 150, 200_000
TRIES = 3  # the quickest counts: what is slower is somebody else's work
PROGRAM = """
import sys, time, importlib, boto3
sys.path.insert(0, sys.argv[1])
began = time.perf_counter()
importlib.import_module(sys.argv[2])
print((time.perf_counter() - began) * 1000)
"""


def measure() -> dict[str, Any]:
    """Zip and import each light function's asset; return the benchmark's line."""
    assembly = Assembly(cached_assembly())
    code = {asset.key: asset.path for asset in assembly.assets}
    light = {
        props["Handler"]: code[Path(props["Code"]["S3Key"]).stem]
        for _, props in assembly.functions()
        if not props.get("Layers")
    }
    sizes = {handler: _zipped(path) for handler, path in light.items()}
    imports = {handler: _import(path, handler) for handler, path in light.items()}
    slowest, largest = max(imports.values()), max(sizes.values())
    return {
        "bench": "coldstart",
        "value": round(slowest, 1),
        "unit": "ms",
        "goal": GOAL_MILLISECONDS,
        "ok": largest <= GOAL_BYTES,
        "bytes": largest,
        "goal_bytes": GOAL_BYTES,
        "peers": {
            handler: {"ms": round(imports[handler], 1), "bytes": sizes[handler]}
            for handler in light
        },
    }


def _import(asset: Path, handler: str) -> float:
    """Return the milliseconds that importing the handler's module takes at best."""
    module = handler.rpartition(".")[0].replace("/", ".")
    words = [sys.executable, "-B", "-c", PROGRAM, str(asset), module]
    bare = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = [
        subprocess.run(words, cwd=asset, env=bare, stdout=subprocess.PIPE, check=True)
        for _ in range(TRIES)
    ]
    return min(float(each.stdout) for each in done)


def _zipped(asset: Path) -> int:
    """Return the bytes of the zip that the asset is uploaded as."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in content.files(asset):
            archive.writestr(name, held)
    return len(body.getvalue())

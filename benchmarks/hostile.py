"""How much CPU, and how much memory, until a hostile file has its verdict? Each in its own process.

The work is single-threaded: on an idle machine it takes as long as its CPU seconds.
"""

from __future__ import annotations

import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from engines import ingestion, yaml_core
from factory.errors import InvalidContract
from factory.products.contract import Column, Contract, Limit, Quality

ROOT = Path(__file__).resolve().parent.parent
GOAL_SECONDS, GOAL_MEGABYTES = 60, 1800  # the function has 2,048
BLOCK, WIDE, LEVELS = 2**20, 1200, 250_000
FLOOR = Quality(metric="rowCount", limit=Limit(operator="mustBeGreaterOrEqualTo", bounds=(1,)))


def measure() -> dict[str, Any]:
    """Refuse, or read, every hostile file; return the benchmark's line."""
    found = {name: _apart(name) for name in CASES}
    slowest = max(f["seconds"] for f in found.values())
    largest = max(f["megabytes"] for f in found.values())
    silent = [name for name, f in found.items() if not f["verdict"]]
    return {
        "bench": "hostile",
        "value": slowest,
        "unit": "s",
        "goal": GOAL_SECONDS,
        "ok": slowest <= GOAL_SECONDS and largest <= GOAL_MEGABYTES and not silent,
        "megabytes": largest,
        "goal_megabytes": GOAL_MEGABYTES,
        "cases": found,
    }


def _apart(name: str) -> dict[str, Any]:
    program = (
        f"import json; from benchmarks import hostile; print(json.dumps(hostile.run({name!r})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        check=True,
    )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def run(name: str) -> dict[str, Any]:
    """Return what came of the case called *name* in this process, and what it took."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        work = CASES[name](Path(folder))
        began = time.process_time()
        verdict = work()
        seconds = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"seconds": round(seconds, 2), "megabytes": peak, "verdict": verdict[:160]}


def _text(name: str) -> Column:
    return Column(name=name, kind="string", type="VARCHAR")


def _contract(*columns: Column) -> Contract:
    key = Column(name="k", kind="string", type="VARCHAR", required=True, unique=True)
    return Contract(
        product="p", id="p", version="1", key="k", columns=(key, *columns), quality=(FLOOR,)
    )


def _landed(parts: Callable[[], Iterator[bytes]], *columns: Column) -> Callable[[Path], Any]:
    """Return what packs a file and then returns how it is examined."""

    def prepared(folder: Path) -> Callable[[], str]:
        packed = folder / "landed.csv.gz"
        with gzip.open(packed, "wb", compresslevel=1) as file:
            for part in parts():
                file.write(part)
        return lambda: _verdict(packed, _contract(*columns), folder)

    return prepared


def _verdict(packed: Path, contract: Contract, folder: Path) -> str:
    found = ingestion.examine(packed, contract, folder, folder / "rows.parquet")
    return "; ".join(map(str, found.violations)) or f"{found.rows} rows are published"


def _repeated(part: bytes, most: int, first: bytes = b"k,s\n") -> Callable[[], Iterator[bytes]]:
    def parts() -> Iterator[bytes]:
        yield first
        block = part * max(1, BLOCK // len(part))
        for _ in range(max(1, most // len(block))):
            yield block

    return parts


def _wide(value: bytes) -> Callable[[], Iterator[bytes]]:
    def parts() -> Iterator[bytes]:
        yield b"k," + b",".join(b"m%d" % n for n in range(WIDE)) + b"\n"
        for row in range(2000):
            yield b"%d," % row + b",".join([value] * WIDE) + b"\n"

    return parts


def _levels() -> Iterator[bytes]:
    yield b"k,s\n"
    yield b"".join(b"%d,title %d\n" % (n, n) for n in range(LEVELS))


def _large() -> Iterator[bytes]:
    yield b"k,s\n"
    for block in range(510):
        yield b"".join(b"%08d,%s\n" % (block * 10_000 + n, b"b" * 95) for n in range(10_000))


def _document(text: str) -> Callable[[Path], Any]:
    def refused() -> str:
        try:
            yaml_core.read(text.encode())
        except InvalidContract as exc:
            return str(exc)
        return "it is read"

    return lambda _folder: refused


NUMBERS = [Column(name=f"m{n}", kind="number", type="DOUBLE", required=True) for n in range(WIDE)]
LAUGHS = "a0: &a0 [ha]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
)
GB = 2**30
CASES: Mapping[str, Callable[[Path], Any]] = {
    "a bomb of 4 GB of rows": _landed(_repeated(b"a,b\n", 4 * GB), _text("s")),
    "a bomb of 4 GB of empty lines": _landed(_repeated(b"\n", 4 * GB), _text("s")),
    "a bomb of 4 GB of zeros": _landed(_repeated(b"\0", 4 * GB), _text("s")),
    "a bomb of 4 GB of long rows": _landed(
        _repeated(b"a," + "\U0001f600".encode() * 4000 + b"\n", 4 * GB), _text("s")
    ),
    "as many bytes as may be": _landed(_large, _text("s")),
    "a line of 16 MB": _landed(_repeated(b"x", 17 * 2**20), _text("s")),
    "a header of 16 MB": _landed(_repeated(b"ab,", 17 * 2**20, b""), _text("s")),
    "a record that never ends": _landed(_repeated(b"x\n", 40 * 2**20, b'k,s\na,"'), _text("s")),
    "a header of a million names": _landed(
        lambda: iter([b",".join(b"v%d" % n for n in range(10**6))]), _text("s")
    ),
    "1,200 columns, all wrong": _landed(_wide(b'"1,5"'), *NUMBERS),
    "1,200 columns, all right": _landed(_wide(b"1.5"), *NUMBERS),
    "250,000 levels": _landed(_levels, _text("s")),
    "a contract of a billion laughs": _document(LAUGHS),
    "a contract 100,000 deep": _document("[" * 100_000),
    "a contract of 2 MB": _document("a: [" + "'x', " * 390_000 + "]"),
}

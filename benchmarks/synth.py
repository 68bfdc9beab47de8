"""What does a model cost at synth? Seconds, roles and resources, with 1 and with 1,000 models."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import models
from factory.catalogue import catalogue
from factory.catalogue.catalogue import Catalogue
from factory.catalogue.family import family

ROOT = Path(__file__).resolve().parent.parent
MANY = 1_000
TIMES = 3  # the fastest counts: all else is what other processes took
GOAL_RATIO = 1.5


def measure() -> dict[str, Any]:
    """Synthesize both catalogues in turns and return the benchmark's line."""
    with tempfile.TemporaryDirectory() as folder:
        runs = [(size, synthesize(size, Path(folder))) for _ in range(TIMES) for size in (1, MANY)]
        one, many = (_kinds(Path(folder, f"{size}.out")) for size in (1, MANY))
    seconds = {size: min(took for s, took in runs if s == size) for size in (1, MANY)}
    value = round(seconds[MANY] / seconds[1], 2)
    added = {
        "resources_per_model": (many.total() - one.total()) / (MANY - 1),
        "roles_per_model": (many["AWS::IAM::Role"] - one["AWS::IAM::Role"]) / (MANY - 1),
    }
    return {
        "bench": "synth",
        "value": value,
        "unit": f"times the seconds of one model, with {MANY}",
        "goal": GOAL_RATIO,
        "ok": value <= GOAL_RATIO and not any(added.values()),
        "peers": {f"seconds_{size}": round(took, 2) for size, took in seconds.items()},
        "roles": many["AWS::IAM::Role"],
        "resources": many.total(),
        **added,
    }


def of(size: int) -> Catalogue:
    """Return a catalogue of *size* models, all members of one family."""
    base = dataclasses.replace(next(iter(models.catalogue())), name="line", where={}, family="")
    return Catalogue.of(family(base, education=[f"e{number}" for number in range(size)]))


def synthesize(size: int, folder: Path) -> float:
    """Synthesize *size* models as `python app.py` does and return the seconds that it took."""
    file = folder / f"{size}.json"
    file.write_text(catalogue.render(of(size)), encoding="utf-8")
    context = json.dumps({"stage": "dev", "catalogue": str(file)})
    told = {"CDK_OUTDIR": str(folder / f"{size}.out"), "CDK_CONTEXT_JSON": context}
    began = time.perf_counter()
    subprocess.run([sys.executable, "app.py"], cwd=ROOT, env={**os.environ, **told}, check=True)
    return time.perf_counter() - began


def _kinds(assembly: Path) -> Counter[str]:
    """Return how many resources of each type the templates of *assembly* hold."""
    found = [json.loads(p.read_text("utf-8")) for p in assembly.glob("*.template.json")]
    return Counter(r["Type"] for template in found for r in template["Resources"].values())

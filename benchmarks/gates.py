"""How much CPU do exam and gates take, once all is imported? On the census, with a champion."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.csv as pa_csv

import models
from demo.adult_data import landing_files
from factory.catalogue import document
from factory.layout.files import DATA, MANIFEST
from factory.training.parameters import RECIPE
from localcloud.sagemaker import image
from pipelines.steps import candidate, champion, evaluate, files, gates, prepare, tables, train

ROOT = Path(__file__).resolve().parent.parent
MODEL = models.catalogue()["income"]
GOAL_SECONDS = 3


def measure() -> dict[str, Any]:
    """Examine and judge in a process of its own; return the benchmark's line."""
    program = "import json; from benchmarks import gates; print(json.dumps(gates.run()))"
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=one_thread, capture_output=True, check=True
    )
    took: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    value = round(sum(took.values()), 2)
    return {
        "bench": "gates",
        "value": value,
        "unit": "s",
        "goal": GOAL_SECONDS,
        "ok": value <= GOAL_SECONDS,
        "peers": {name: round(seconds, 2) for name, seconds in took.items()},
    }


def run() -> dict[str, float]:
    """Return the CPU seconds of each step of a run whose champion is its own model."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        home = Path(folder)
        _learn(home)
        start = _cpu(lambda: _come_up(home))
        took = {
            "evaluate": _cpu(lambda: _ask(home, "model", evaluate.main)) - start,
            "champion": _cpu(lambda: _ask(home, "champion", champion.main)) - start,
            "gates": _cpu(lambda: gates.main(_judging(home))),
        }
        os.chdir(ROOT)
    return took


def _cpu(work: Callable[[], None]) -> float:
    """Return the CPU seconds of this process and of those that it has started."""

    def spent() -> float:
        kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, kinds))

    before = spent()
    work()
    return spent() - before


def _learn(home: Path) -> None:
    """Lay out what Prepare and Train leave, and an image that can serve."""
    for product, path in landing_files(home / "landing").items():
        _publish(home / product, product, path)
    text = document.judged_text(MODEL)
    (home / "spec").mkdir()
    (home / "spec" / f"{document.digest(text)}.json").write_text(text, "utf-8")
    own = ["--model", MODEL.name, "--spec", f"{home}/spec"]
    uris = ["--train-uri", "s3://products/train/", "--test-uri", "s3://products/test/"]
    data = ["--train", f"{home}/{MODEL.train}", "--test", f"{home}/{MODEL.test}"]
    prepare.main([*own, *uris, *data, "--out", f"{home}/prepare"])
    train.main([*own, "--train", f"{home}/prepare/train", "--out", f"{home}/ml/model"])
    for name in ("model", "code"):
        (home / name).mkdir()
    with tarfile.open(home / "model" / "model.tar.gz", "w:gz") as archive:
        archive.add(home / "ml" / "model", ".")
    (home / "code" / "code.zip").write_bytes(b"the recipe's own")
    (home / "image").mkdir()
    tools = [image.write(home / "image"), Path(sys.executable).parent, *os.get_exec_path()]
    os.environ |= {"PATH": os.pathsep.join(map(str, tools)), "SM_MODEL_DIR": f"{home}/ml/model"}


def _publish(folder: Path, product: str, path: Path) -> None:
    known = pa_csv.ConvertOptions(null_values=[""], strings_can_be_null=True)
    table = pa_csv.read_csv(path, convert_options=known)
    tables.write(folder / DATA, table)
    digest = hashlib.sha256((folder / DATA).read_bytes()).hexdigest()
    entry = {"uri": f"s3://products/{product}/{DATA}", "sha256": digest, "rows": table.num_rows}
    manifest = {"product": product, "snapshot": 1, "rows": table.num_rows, "files": [entry]}
    manifest["protected"] = ["age", "race", "sex"]  # as the contract says
    files.write_json(folder / MANIFEST, manifest)


def _come_up(home: Path) -> None:
    """Start what serves, and end it: what it takes is mostly imports."""
    with candidate.serving(home / "ml"):
        pass


def _ask(home: Path, role: str, main: Callable[[list[str]], None]) -> None:
    shutil.rmtree(home / "ml" / "model")  # a job begins without it
    folders = [f"--{role}", f"{home}/model", "--features", f"{home}/prepare/features"]
    main([*folders, "--out", f"{home}/{role}-answers"])


def _judging(home: Path) -> list[str]:
    (artifact,) = (home / "model").iterdir()
    values = {
        "model": MODEL.name,
        "execution": "arn:run",
        "spec-digest": document.digest(document.judged_text(MODEL)),
        "champion-digest": files.sha256(artifact),
        "champion-answers": "none",
        "request": "none",
        "training-code-digest": RECIPE,
        "code-digest": "c0de",
        "image": "image",
    }
    prepared = ("train", "features", "labels", "lineage")
    folders = {
        **{name: f"prepare/{name}" for name in prepared},
        "code": "code",
        "training-code": "code",
        "spec": "spec",
        "artifact": "model",
        "predictions": "model-answers/predictions",
        "champion": "champion-answers/predictions",
        "out": "gates",
    }
    words = {**values, **{name: f"{home}/{place}" for name, place in folders.items()}}
    return [word for name, value in words.items() for word in (f"--{name}", value)]

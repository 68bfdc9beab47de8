"""What does a run leave before its candidate is judged? Made step by step, below one folder."""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import sys
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from factory.catalogue import document
from factory.catalogue.spec import Model
from factory.layout.files import DATA, MANIFEST
from factory.training.parameters import RECIPE
from localcloud.sagemaker import image
from pipelines.steps import candidate, files, prepare, tables, train

PREPARED = ("train", "features", "labels", "lineage")


@dataclass(frozen=True)
class Run:
    """A run of *model* in the folder *home*, whose champion is its own candidate."""

    home: Path
    model: Model

    def learn(self, products: Mapping[str, pa.Table], protected: list[str]) -> None:
        """Lay out what Prepare and Train leave of *products*, and an image that can serve."""
        home, model = self.home, self.model
        for product, table in products.items():
            _publish(home / product, product, table, protected)
        text = document.judged_text(model)
        (home / "spec").mkdir()
        (home / "spec" / f"{document.digest(text)}.json").write_text(text, "utf-8")
        own = ["--model", model.name, "--spec", f"{home}/spec"]
        uris = [f"--{role}-uri=s3://products/{name}/" for role, name in self._products.items()]
        data = [f"--{role}={home}/{name}" for role, name in self._products.items()]
        prepare.main([*own, *uris, *data, "--out", f"{home}/prepare"])
        train.main([*own, "--train", f"{home}/prepare/train", "--out", f"{home}/ml/model"])
        for name in ("model", "code", "image"):
            (home / name).mkdir()
        with tarfile.open(home / "model" / "model.tar.gz", "w:gz") as archive:
            archive.add(home / "ml" / "model", ".")
        (home / "code" / "code.zip").write_bytes(b"the recipe's own")
        tools = [image.write(home / "image"), Path(sys.executable).parent, *os.get_exec_path()]
        os.environ |= {"PATH": os.pathsep.join(map(str, tools)), "SM_MODEL_DIR": f"{home}/ml/model"}

    @property
    def _products(self) -> Mapping[str, str]:
        return {"train": self.model.train, "test": self.model.test}

    def come_up(self) -> None:
        """Start what serves, and end it: what it takes is mostly imports."""
        with candidate.serving(self.home / "ml"):
            pass

    def ask(self, role: str, main: Callable[[list[str]], None]) -> None:
        """Examine the artifact as the *role*: `model`, or `champion`."""
        home = self.home
        shutil.rmtree(home / "ml" / "model", ignore_errors=True)  # a job begins without it
        folders = [f"--{role}", f"{home}/model", "--features", f"{home}/prepare/features"]
        main([*folders, "--out", f"{home}/{role}-answers"])

    @property
    def judging(self) -> list[str]:
        """Return what the Gates step is told."""
        (artifact,) = (self.home / "model").iterdir()
        values = {
            "model": self.model.name,
            "execution": "arn:run",
            "spec-digest": document.digest(document.judged_text(self.model)),
            "champion-digest": files.sha256(artifact),
            "champion-answers": "none",
            "look": "1",
            "request": "none",
            "training-code-digest": RECIPE,
            "code-digest": "c0de",
            "image": "image",
        }
        folders = {
            **{name: f"prepare/{name}" for name in PREPARED},
            "code": "code",
            "training-code": "code",
            "spec": "spec",
            "artifact": "model",
            "predictions": "model-answers/predictions",
            "champion": "champion-answers/predictions",
            "out": "gates",
        }
        words = {**values, **{name: f"{self.home}/{place}" for name, place in folders.items()}}
        return [word for name, value in words.items() for word in (f"--{name}", value)]


def cpu(work: Callable[[], None]) -> float:
    """Return the CPU seconds of this process and of those that it has started."""

    def spent() -> float:
        kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, kinds))

    before = spent()
    work()
    return spent() - before


def _publish(folder: Path, product: str, table: pa.Table, protected: list[str]) -> None:
    tables.write(folder / DATA, table)
    digest = hashlib.sha256((folder / DATA).read_bytes()).hexdigest()
    entry = {"uri": f"s3://products/{product}/{DATA}", "sha256": digest, "rows": table.num_rows}
    manifest = {"product": product, "snapshot": 1, "rows": table.num_rows, "files": [entry]}
    files.write_json(folder / MANIFEST, manifest | {"protected": protected})

"""Runs the steps one by one as processes, each told its folders as SageMaker would."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from factory.catalogue import document
from factory.catalogue.spec import Model
from localcloud.sagemaker import image


@dataclass
class Run:
    """Runs the steps of one model below *home*, each as a process that sees only its inputs."""

    code: Path
    home: Path
    model: Model
    told: dict = field(default_factory=dict)
    """What an examining step's job has in its environment besides."""
    within: tuple = ()
    """The command that each step is run by, if any."""

    def __post_init__(self):
        text = document.judged_text(self.model)
        self.spec_digest = document.digest(text)
        self.write(f"spec/{self.spec_digest}.json", text)
        self.write("nobody/none.json", "{}")
        (self.home / "image").mkdir(exist_ok=True)
        image.write(self.home / "image")
        (self.home / "code").mkdir(exist_ok=True)
        shutil.copy(self.code, self.home / "code" / "code.zip")

    def write(self, name, text):
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def step(self, *arguments, env=None):
        code = str(self.home / "code" / "code.zip")
        command = [*self.within, sys.executable, code, *map(str, arguments)]
        fixed = {"PATH": os.environ["PATH"], "OMP_NUM_THREADS": "1"}  # as the definition says
        done = subprocess.run(  # noqa: PLW1510 - the return code is what tests look at
            command, env=fixed | (env or {}), cwd=self.home, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
        return done.stdout

    def options(self, **folders):
        """Turn out='a/b' into --out HOME/a/b."""
        return [x for k, v in folders.items() for x in (f"--{k.replace('_', '-')}", self.home / v)]

    def prepare(self):
        train = "s3://products/train/000001/"
        test = train if self.model.train == self.model.test else "s3://products/test/000001/"
        return self.step(
            "prepare", "--model", self.model.name, "--train-uri", train, "--test-uri", test,
            *self.options(spec="spec", train="train", test="test", out="prepare"),
        )  # fmt: skip

    def train(self):
        said = self.step(
            "train", "--model", self.model.name,
            *self.options(train="prepare/train", spec="spec", out="model"),
        )  # fmt: skip
        self.pack()
        return said

    def pack(self):
        """Make the artifact of the model's folder, as SageMaker does when training ends."""
        (self.home / "artifact").mkdir(exist_ok=True)
        with tarfile.open(self.home / "artifact" / "model.tar.gz", "w:gz") as archive:
            for path in sorted((self.home / "model").iterdir()):
                archive.add(path, path.name)

    def evaluate(self, champion="nobody"):
        self.examine("champion", champion=champion)
        return self.examine("evaluate", model="artifact")

    def examine(self, step, **artifact):
        """Run a step that takes its inputs away, on copies, in folders as SageMaker lays them."""
        shutil.rmtree(self.home / step, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix="ml-") as base:
            job, folders = Path(base, "processing"), {**artifact, "features": "prepare/features"}
            for name, source in folders.items():
                shutil.copytree(self.home / source, job / "input" / name)
            options = [x for n in folders for x in (f"--{n}", job / "input" / n)]
            path = f"{self.home / 'image'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
            env = {"PATH": path, "SM_MODEL_DIR": f"{base}/model", **self.told}
            said = self.step(step, *options, "--out", job / "output", env=env)
            shutil.copytree(job / "output", self.home / step)
        return said

    def gates(self, champion_digest="none", training_code="code", spec_digest=None, **told):
        return self.step(
            "gates", "--model", self.model.name, "--execution", "arn:run",
            "--champion-digest", champion_digest, "--request", "asked",
            "--champion-answers", told.get("stored", "none"), "--look", told.get("look", 1),
            "--training-code-digest", told.get("own", "recipe"),
            "--code-digest", "c0de", "--image", "image",
            "--spec-digest", spec_digest or self.spec_digest,
            *self.options(
                code="code", training_code=training_code, spec="spec",
                train="prepare/train", features="prepare/features", labels="prepare/labels",
                lineage="prepare/lineage", predictions="evaluate/predictions",
                champion="champion/predictions", artifact="artifact", out="gates",
            ),
        )  # fmt: skip

    def run(self):
        """Run every step and return evidence and verdicts."""
        self.prepare(), self.train(), self.evaluate(), self.gates()
        return self

    def json(self, name):
        return json.loads((self.home / name).read_bytes())

    @property
    def evidence(self):
        return self.json("gates/evidence/evidence.json")

    @property
    def result(self):
        return self.json("gates/evidence/verdicts.json")

    @property
    def verdicts(self):
        return {v["gate"]: v["verdict"] for v in self.result["verdicts"]}


def publish(folder, product, table, protected=()):
    """Write *table* as the first snapshot of *product*: what ingest does in the cloud."""
    folder.mkdir(parents=True)
    pq.write_table(table, folder / "data.parquet")
    found = hashlib.sha256((folder / "data.parquet").read_bytes()).hexdigest()
    uri = f"s3://products/{product}/000001/data.parquet"
    files = [{"uri": uri, "sha256": found, "rows": table.num_rows}]
    manifest = {"product": product, "snapshot": 1, "rows": table.num_rows, "files": files}
    manifest["protected"] = list(protected)
    (folder / "_manifest.json").write_text(json.dumps(manifest))

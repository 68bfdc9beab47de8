"""What do the real steps measure of a candidate, and what do the gates say? In one process."""

import dataclasses
import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from factory import gates
from factory.catalogue.judged import Judged
from factory.tasks.answers import Answer
from pipelines import contract, serving_files
from pipelines.steps import (
    baseline,
    columns,
    coverage,
    evidence,
    exam,
    examination,
    prepare,
    serving_code,
    snapshot,
)
from pipelines.steps.evidence import Said, ScoredSplit
from pipelines.steps.exam import Request
from pipelines.steps.gates import measured
from tests.pipelines.archives import plain
from tests.pipelines.runner import publish

SEED = 7  # of an exam, which draws it anew each time
CHAMPION = hashlib.sha256(b"the champion").hexdigest()
BINDING = dict.fromkeys(("request", "code", "training_code", "spec", "image"), "a" * 64)
URI = "s3://products/000001/"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Candidate:
    """All that decides about a package, before anything is measured."""

    model: Judged
    train: pa.Table
    test: pa.Table
    """What is asked, with the columns by which answers are judged."""
    answers: Mapping[str, np.ndarray]
    champion: Mapping[str, np.ndarray] | None
    products: Mapping[str, tuple[pa.Table, pa.Table]]
    """By role: the data product, and the rows of it that teach or judge."""
    landed: Mapping[str, str]
    """By role the name of the data product that the run was given."""
    wanted: tuple[str, ...]
    """The columns that the artifact asks for, in its order."""
    prepared: Judged
    """The spec by which the rows were chosen."""
    look: int = 1
    protected: tuple[str, ...] = ("region",)
    """What the contract of the data product calls protected."""
    code: Mapping[str, bytes] = dataclasses.field(default_factory=dict)
    """What is otherwise in the artifact than the recipe has it."""
    evaluated: bytes | None = None
    """The artifact that was evaluated; None for the one that would be registered."""
    says: Callable[[Answer, Request], Answer] = lambda answer, _: answer
    """What it says instead of its answer when it is asked in this company."""
    champion_says: Callable[[Answer, Request], Answer] = lambda answer, _: answer

    def but(self, **changes: Any) -> "Candidate":
        """Return another candidate."""
        return dataclasses.replace(self, **changes)

    def spec(self, **changes: Any) -> "Candidate":
        """Return the same candidate of another spec."""
        other = dataclasses.replace(self.model, **changes)
        return self.but(model=other, prepared=other)

    def gated(self, **changes: Any) -> "Candidate":
        """Return the same candidate, whose spec sets other thresholds."""
        return self.spec(gates=dataclasses.replace(self.model.gates, **changes))

    def alone(self, answers: Mapping[str, np.ndarray]) -> "Candidate":
        """Return a candidate of other answers, and with no version before it."""
        return self.but(answers=answers, champion=None)

    @property
    def split(self) -> ScoredSplit:
        """Return the rows as the Gates step has them."""
        model = self.model
        return ScoredSplit(
            model=model,
            train=self.train,
            features=self.test.select([model.key, *model.inputs]),
            labels=self.test.select([model.key, *model.audited]),
            challenger=self._said(self.answers),
            champion=None if self.champion is None else self._said(self.champion),
        )

    def judged(self, folder: Path) -> tuple[dict[str, Any], dict[str, gates.Verdict]]:
        """Return the evidence and the verdicts by gate; the artifact is written to *folder*."""
        split = self.split
        found = measured(split, self.train, self._facts(split, folder))
        return found, {v.gate: v for v in gates.judge(found, self.model)}

    def _said(self, answers: Mapping[str, np.ndarray]) -> Said:
        arrays = {
            name: pa.array(list(found) if found.ndim > 1 else found, from_pandas=True)
            for name, found in answers.items()
        }
        return Said(pa.table({"key": self.test.column(self.model.key), **arrays}))

    def _facts(self, split: ScoredSplit, folder: Path) -> dict[str, Any]:
        """Return what the Gates step knows without measuring."""
        model, usual = self.model, split.features if self.model.task.CUTOFF else self.train
        archive, training = self._packed(folder)
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        other = None if self.evaluated is None else hashlib.sha256(self.evaluated).hexdigest()
        lineage, manifest = self._lineage(folder)
        counted = baseline.of(usual, columns.of(usual, model.inputs))
        chosen = coverage.Chosen(self.prepared, self.products)
        return {
            "execution": "arn:run",
            "champion_digest": CHAMPION,
            "wanted": list(self.wanted),
            "then": self._then(split),
            "coverage": chosen.measure(manifest),
            "lineage": lineage,
            "artifact": {"gated": digest, "evaluated": other or digest},
            "baseline": evidence.baseline(counted, list(self.wanted), usual) | {"digest": digest},
            "exam": self._examined(split.challenger, self.says),
            "serving": serving_code.read(archive, training, model.task.KIND).section,
            "looks": evidence.looks(str(self.look), lineage, model),
        }

    def _packed(self, folder: Path) -> tuple[Path, Path]:
        """Write the artifact, and training code that brought nothing."""
        archive, training = folder / "model.tar.gz", folder / "code.zip"
        said = json.dumps({"features": self.wanted, "settings": {}})
        code = {contract.METADATA: said, **serving_files.files(self.model.task.KIND), **self.code}
        archive.write_bytes(plain(*code.items()))
        with zipfile.ZipFile(training, "w"):
            pass
        return archive, training

    def _lineage(self, folder: Path) -> tuple[dict[str, Any], Mapping[str, Any]]:
        """Return what prepare says of the snapshots, and the manifest of the one that judges."""
        inputs, manifest = {}, {}
        for role, product in self.landed.items():
            if not (folder / product).exists():
                publish(folder / product, product, self.products[role][0], self.protected)
            manifest, _ = snapshot.load(folder / product)
            inputs[role] = snapshot.input_of(manifest, URI, folder / product)
        where = dict(self.prepared.where)
        return {"inputs": inputs, "left_out": {}, "where": where, **BINDING}, manifest

    def _examined(self, said: Said, says: Callable[[Answer, Request], Answer]) -> dict[str, Any]:
        """Ask each row, and some again in other company, as an exam does."""
        features = prepare.asked(self.test, self.model)
        requests = exam.together(
            *examination._units(features), SEED, turns=examination._turns(features)
        )
        found = [[says(said.tuples[row], request) for row in request.rows] for request in requests]
        fields = self.model.task.ANSWER
        return examination._compared(requests, found, features.num_rows, fields)[1]

    def _then(self, split: ScoredSplit) -> dict[str, Any]:
        """Return what is known of the champion's answers besides themselves."""
        if split.champion is None:
            return {}
        stored = f"{split.asked}:{evidence.answered(split.keys, split.champion)}"
        found = self._examined(split.champion, self.champion_says)
        return {"stored": stored, **{name: found[name] for name in ("again", "different")}}

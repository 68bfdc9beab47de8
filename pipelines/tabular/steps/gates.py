"""May this model become a package? The only step that sees labels, bytes and lineage together."""

from __future__ import annotations

import argparse
import dataclasses
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from factory import gates
from factory.catalogue.spec import Model
from factory.errors import Refused
from factory.layout.files import NO_CHAMPION

from . import card, evidence, tables
from .evidence import Judged

LONGEST_REASON = 1000  # characters; a step's failure message takes 3,072


def measured(judged: Judged, train: pa.Table, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the evidence; what cannot be measured is absent. *facts* are the ready sections."""
    sections: dict[str, Any] = {
        "version": 1,
        "model": judged.model.name,
        "builders": list(judged.model.builders),
        "leakage": evidence.leakage(judged, train),
        "fairness": evidence.fairness(judged),
        "accuracy": evidence.accuracy(judged),
    }
    if judged.measurable:
        sections["quality"] = evidence.quality(judged)
        sections["champion"] = evidence.champion(judged, facts["champion_digest"])
    return sections | {k: v for k, v in facts.items() if k != "champion_digest"}


def main(argv: list[str]) -> None:
    """Measure, judge, and write evidence.json, verdicts.json and card.json."""
    args = _arguments(argv)
    model = tables.model_named(args.model, args.catalogue)
    judged, train = _judged(model, args), tables.read(args.train / "train.parquet")
    found = measured(judged, train, _facts(args, train))
    tables.write_json(args.out / "evidence.json", found)
    verdicts = gates.judge(found, model)
    said = gates.summary(verdicts)
    result = {
        "passed": gates.passed(verdicts),
        "reason": said if len(said) <= LONGEST_REASON else said[: LONGEST_REASON - 3] + "...",
        "verdicts": [dataclasses.asdict(v) for v in verdicts],
        "artifact": found["artifact"]["gated"],
        "evidence": tables.sha256(args.out / "evidence.json"),
    }
    tables.write_json(args.out / "verdicts.json", result)
    tables.write_json(args.out / "card.json", card.content(model, found, _metadata(args.artifact)))
    print(f"passed: {result['passed']}; {said}")


def _judged(model: Model, args: argparse.Namespace) -> Judged:
    features = tables.read(args.features / "features.parquet", [model.key, *model.features])
    keys = features.column(model.key).to_pylist()
    label = tables.read(args.labels / "labels.parquet", [model.key, model.label.column])
    predictions = _predictions(args.predictions, "challenger", keys)
    champion = None
    if tables.read_json(args.predictions / "evaluated.json")["champion"]:
        champion = _numbers(_predictions(args.predictions, "champion", keys), "score")
    return Judged(
        model=model,
        features=features,
        label=_numbers(evidence.aligned(keys, label, "labels"), model.label.column),
        score=_numbers(predictions, "score"),
        selected=np.array(predictions.column("selected").to_pylist(), dtype=bool),
        champion_score=champion,
    )


def _facts(args: argparse.Namespace, train: pa.Table) -> dict[str, Any]:
    """Return the sections that are known without measuring."""
    artifact = tables.only_file(args.artifact)
    evaluated = tables.read_json(args.predictions / "evaluated.json")
    _same_champion(args.champion_digest, evaluated["champion"])
    return {
        "execution": args.execution,
        "champion_digest": args.champion_digest,
        "lineage": _lineage(args),
        "artifact": {"gated": tables.sha256(artifact), "evaluated": evaluated["challenger"]},
        **_baseline(args.artifact, train),
    }


def _baseline(artifact: Path, train: pa.Table) -> dict[str, Any]:
    """Return the baseline's section; none if a builder's own training leaves no baseline."""
    found = _member(artifact, "baseline.json")
    return {} if found is None else {"baseline": evidence.baseline(found, train)}


def _same_champion(announced: str, asked: str | None) -> None:
    """Refuse to judge against another champion, or none, when one is announced."""
    if announced != (asked or NO_CHAMPION):
        raise Refused(
            f"the champion is {announced}, the one that was asked is {asked or NO_CHAMPION}"
        )


def _lineage(args: argparse.Namespace) -> dict[str, Any]:
    """Return inputs and code; the training code has its own digest unless it is the recipe's."""
    training = tables.sha256(tables.only_file(args.training_code))
    own = training == tables.sha256(tables.only_file(args.code))
    catalogue = tables.sha256(tables.only_file(args.catalogue))
    if catalogue != args.catalogue_digest:
        raise Refused(f"the catalogue is {catalogue}, the definition says {args.catalogue_digest}")
    return {
        **tables.read_json(args.lineage / "lineage.json"),
        "code": args.code_digest,
        "training_code": args.code_digest if own else training,
        "catalogue": catalogue,
        "image": args.image,
    }


def _predictions(folder: Path, role: str, keys: list[str]) -> pa.Table:
    table = tables.read(folder / f"{role}.parquet", ["key", "score", "selected"])
    return evidence.aligned(keys, table, f"predictions of the {role}")


def _numbers(table: pa.Table, column: str) -> np.ndarray:
    return np.asarray(table.column(column).to_numpy())


def _metadata(artifact: Path) -> dict[str, Any]:
    found = _member(artifact, "metadata.json")
    if found is None:
        raise Refused("the artifact has no metadata.json; train writes it")
    return dict(found)


def _member(folder: Path, name: str) -> Any:
    """Read a JSON file of the artifact without extracting anything; None when it is not there."""
    with tarfile.open(tables.only_file(folder)) as archive:
        for member in archive:
            if member.name.removeprefix("./") == name and (file := archive.extractfile(member)):
                return json.loads(file.read())
    return None


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="gates", description=__doc__)
    for name in ("model", "execution", "champion-digest"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("code-digest", "catalogue-digest", "image"):
        parser.add_argument(f"--{name}", required=True, help="as the definition says")
    folders = ("code", "training-code", "catalogue", "train", "features", "labels", "lineage")
    for name in (*folders, "predictions", "artifact", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True, help="a folder")
    return parser.parse_args(argv)

"""May this model become a package? The only step that sees labels, bytes and lineage together."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from factory import gates
from factory.catalogue.judged import Judged
from factory.errors import Refused
from factory.layout.files import (
    ANSWERS,
    ASKED,
    BASELINE,
    CARD,
    EVIDENCE,
    NO_CHAMPION,
    SERVING_DIFF,
    VERDICTS,
)
from factory.training import steps
from factory.training.parameters import RECIPE
from pipelines.steps import (
    arguments,
    artifact,
    baseline,
    card,
    columns,
    decisions,
    evidence,
    files,
    groups,
    leakage,
    replay,
    serving_code,
    spec,
    tables,
    told,
)
from pipelines.steps.artifact import Artifact
from pipelines.steps.evidence import Answers, ScoredSplit

LONGEST_REASON = 1000  # characters; a step's failure message takes 3,072


def measured(split: ScoredSplit, train: pa.Table, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the evidence; what cannot be measured is absent.

    *facts* are the ready sections, the champion's digest, and what the artifact asks for.
    """
    sections: dict[str, Any] = {
        "version": 1,
        "model": split.model.name,
        "leakage": leakage.measure(split, train, facts["wanted"], facts["lineage"]["dropped"]),
        "fairness": groups.measure(split),
        "decisions": decisions.measure(split),
        "accuracy": evidence.accuracy(split),
    }
    if split.measurable:
        sections["quality"] = evidence.quality(split)
        sections["champion"] = evidence.champion(split, facts["champion_digest"]) | facts["then"]
    ready = {k: v for k, v in facts.items() if k not in {"champion_digest", "then", "wanted"}}
    return sections | ready | {"exam": evidence.exam(split, facts["exam"])}


def main(argv: list[str]) -> None:
    """Measure, judge, and write baseline.json, evidence.json, verdicts.json and card.json."""
    args = arguments.parse(steps.GATES, argv)
    spec.check_digest(args.spec, args.spec_digest)
    model, out = spec.read(args.model, args.spec), args.out / "evidence"
    candidate = artifact.read(files.only_file(args.artifact), model)
    train = tables.read(args.train / "train.parquet")
    facts = _facts(args, candidate)
    known = told.of(candidate.metadata, model, train, facts["lineage"])
    facts["baseline"] = _write_baseline(candidate, model, train, out)
    facts["serving"] = _write_difference(args, out)
    split = _scored(model, args)
    found = measured(split, train, facts)
    found["replay"] = replay.write(replay.asked(split, candidate.metadata), args.out)
    files.write_json(out / EVIDENCE, found)
    result = _result(found, model) | {"evidence": files.sha256(out / EVIDENCE)}
    files.write_json(out / VERDICTS, result)
    files.write_json(out / CARD, card.content(model, found, known))
    print(f"passed: {result['passed']}; {result['reason']}")


def _result(found: Mapping[str, Any], model: Judged) -> dict[str, Any]:
    verdicts = gates.judge(found, model)
    reason = gates.summary(verdicts)
    return {
        "passed": gates.passed(verdicts),
        "reason": reason if len(reason) <= LONGEST_REASON else reason[: LONGEST_REASON - 3] + "...",
        "verdicts": [dataclasses.asdict(v) for v in verdicts],
        "artifact": found["artifact"]["gated"],
        "answers": f"{found['exam']['asked']}:{found['exam']['answers']}",
    }


def _write_baseline(
    candidate: Artifact, model: Judged, train: pa.Table, out: Path
) -> dict[str, Any]:
    """Count and write what traffic will be compared with; return its section of the evidence."""
    counted = baseline.of(train, columns.of(train, model.features))
    path, features = out / BASELINE, candidate.metadata["features"]
    files.write_json(path, {"features": features, "baseline": counted})
    return evidence.baseline(counted, features, train) | {"digest": files.sha256(path)}


def _write_difference(args: argparse.Namespace, out: Path) -> Mapping[str, Any]:
    """Write how the serving code differs from the recipe's; return its section of the evidence."""
    paths = map(files.only_file, (args.artifact, args.training_code))
    found = serving_code.read(*paths)
    if found.difference:
        out.mkdir(parents=True, exist_ok=True)
        (out / SERVING_DIFF).write_text(found.difference, encoding="utf-8")
    return found.section


def _scored(model: Judged, args: argparse.Namespace) -> ScoredSplit:
    features = tables.read(args.features / "features.parquet", [model.key, *model.features])
    keys = features.column(model.key).to_pylist()
    label = tables.read(args.labels / "labels.parquet", [model.key, model.label.column])
    challenger = _answers(args.predictions, "challenger", keys)
    champion = None
    if files.read_json(args.champion / ASKED)["artifact"]:
        champion = _answers(args.champion, "champion", keys)
    return ScoredSplit(
        model=model,
        features=features,
        label=_numbers(evidence.aligned(keys, label, "labels"), model.label.column),
        score=challenger.score,
        selected=challenger.selected,
        champion=champion,
    )


def _facts(args: argparse.Namespace, candidate: Artifact) -> dict[str, Any]:
    """Return the sections that are known without measuring."""
    asked, then = (files.read_json(f / ASKED) for f in (args.predictions, args.champion))
    _check_champion(args.champion_digest, then["artifact"])
    return {
        "execution": args.execution,
        "champion_digest": args.champion_digest,
        "wanted": candidate.metadata["features"],
        "coverage": files.read_json(args.lineage / "coverage.json"),
        "lineage": _lineage(args),
        "artifact": {"gated": candidate.digest, "evaluated": asked["artifact"]},
        "exam": asked,
        "then": _then(then, args.champion_answers),
    }


def _then(asked: Mapping[str, Any], stored: str) -> dict[str, Any]:
    """Return what is known of the champion's answers besides themselves."""
    if asked["artifact"] is None:
        return {}
    return {"stored": stored, "again": asked["again"], "different": asked["different"]}


def _check_champion(announced: str, asked: str | None) -> None:
    """Refuse to judge against another champion, or none, when one is announced."""
    if announced != (asked or NO_CHAMPION):
        raise Refused(
            f"the champion is {announced}, the one that was asked is {asked or NO_CHAMPION}"
        )


def _lineage(args: argparse.Namespace) -> dict[str, Any]:
    """Return inputs and code; the training code has its own digest unless it is the recipe's."""
    return {
        **files.read_json(args.lineage / "lineage.json"),
        "request": args.request,
        "code": args.code_digest,
        "training_code": _training_code(args),
        "spec": args.spec_digest,
        "image": args.image,
    }


def _training_code(args: argparse.Namespace) -> str:
    """Return the digest of the code that trained; Refused when other bytes stand in its place.

    Training compared its code with the digest that the run was given before it ran it.
    """
    found = files.sha256(files.only_file(args.training_code))
    wanted, recipe = args.training_code_digest, files.sha256(files.only_file(args.code))
    if found != (recipe if wanted == RECIPE else wanted):
        raise Refused(
            f"the training code is {found[:12]} now, trained with was {wanted[:12]}: "
            "it was changed after the run was asked for"
        )
    return str(args.code_digest if wanted == RECIPE else found)


def _answers(folder: Path, role: str, keys: list[str]) -> Answers:
    table = tables.read(folder / ANSWERS, ["key", "score", "selected"])
    found = evidence.aligned(keys, table, f"predictions of the {role}")
    selected = np.array(found.column("selected").to_pylist(), dtype=bool)
    return Answers(_numbers(found, "score"), selected)


def _numbers(table: pa.Table, column: str) -> np.ndarray:
    return np.asarray(table.column(column).to_numpy())

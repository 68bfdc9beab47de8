"""May this model become a package? The only step that sees labels, bytes and lineage together."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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
    answers,
    arguments,
    artifact,
    baseline,
    calibration,
    card,
    columns,
    controls,
    decisions,
    evidence,
    files,
    groups,
    leakage,
    members,
    replay,
    serving_code,
    slices,
    spec,
    tables,
    told,
)
from pipelines.steps.artifact import Artifact
from pipelines.steps.evidence import Said, ScoredSplit
from pipelines.steps.questions import QUESTION

LONGEST_REASON = 1000  # characters; a step's failure message takes 3,072


def measured(split: ScoredSplit, train: pa.Table, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the evidence; what cannot be measured is absent.

    *facts* are the ready sections, the champion's digest, and what the artifact asks for.
    """
    sections: dict[str, Any] = {
        "version": gates.VERSION,
        "model": split.model.name,
        "answers": answers.measure(split),
        "leakage": leakage.measure(split, train, facts["wanted"], facts["lineage"]["left_out"]),
        "fairness": groups.measure(split),
    }
    if split.model.task.DECIDES:
        sections["decisions"] = decisions.measure(split)
    if split.model.task.members:
        sections["members"] = members.measure(split)
    if split.measurable and not any(sections["answers"]["odd"].values()):
        sections |= _compared(split, facts)
    ready = {k: v for k, v in facts.items() if k not in {"champion_digest", "then", "wanted"}}
    found = sections | ready | {"exam": evidence.exam(split, facts["exam"])}
    return found | {"controls": controls.measure(split, found)}


def _compared(split: ScoredSplit, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is measured of answers that are possible: others have no loss."""
    return {
        "quality": evidence.quality(split),
        "naive": evidence.naive(split),
        "champion": evidence.champion(split, facts["champion_digest"]) | facts["then"],
        "calibration": calibration.measure(split),
        "stability": slices.measure(split),
    }


def main(argv: list[str]) -> None:
    """Measure, judge, and write baseline.json, evidence.json, verdicts.json and card.json."""
    args = arguments.parse(steps.GATES, argv)
    spec.check_digest(args.spec, args.spec_digest)
    model, out = spec.read(args.model, args.spec), args.out / "evidence"
    candidate = artifact.read(files.only_file(args.artifact), model)
    train = tables.read(args.train / "train.parquet")
    facts = _facts(args, candidate)
    known = told.of(candidate.metadata, model, train, facts["lineage"])
    facts["baseline"] = _write_baseline(candidate, model, _usual(train, model, args), out)
    facts["serving"] = _write_difference(args, model, out)
    facts["looks"] = evidence.looks(args.look, facts["lineage"], model)
    split = _scored(model, args, train)
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


def _usual(train: pa.Table, model: Judged, args: argparse.Namespace) -> pa.Table:
    """Return rows as traffic brings them: a forecast's history, and what is empty after it."""
    if not model.task.CUTOFF:
        return train
    return tables.read(args.features / "features.parquet", model.inputs)


def _write_baseline(
    candidate: Artifact, model: Judged, train: pa.Table, out: Path
) -> dict[str, Any]:
    """Count and write what traffic will be compared with; return its section of the evidence."""
    counted = baseline.of(train, columns.of(train, model.inputs))
    path, features = out / BASELINE, candidate.metadata["features"]
    files.write_json(path, {"features": features, "baseline": counted})
    return evidence.baseline(counted, features, train) | {"digest": files.sha256(path)}


def _write_difference(args: argparse.Namespace, model: Judged, out: Path) -> Mapping[str, Any]:
    """Write how the serving code differs from the recipe's; return its section of the evidence."""
    artifact_, training = map(files.only_file, (args.artifact, args.training_code))
    found = serving_code.read(artifact_, training, model.task.KIND)
    if found.difference:
        out.mkdir(parents=True, exist_ok=True)
        (out / SERVING_DIFF).write_text(found.difference, encoding="utf-8")
    return found.section


def _scored(model: Judged, args: argparse.Namespace, train: pa.Table) -> ScoredSplit:
    asked = tables.read(args.features / "features.parquet")
    features = asked.select([model.key, *model.inputs])
    keys = features.column(model.key).to_pylist()
    labels = tables.read(args.labels / "labels.parquet", [model.key, *model.audited])
    champion = None
    if files.read_json(args.champion / ASKED)["artifact"]:
        champion = _said(args.champion, "champion", keys, model)
    return ScoredSplit(
        model=model,
        train=train,
        features=features,
        labels=evidence.aligned(keys, labels, "labels"),
        challenger=_said(args.predictions, "challenger", keys, model),
        champion=champion,
        questions=asked.column(QUESTION).to_pylist() if QUESTION in asked.column_names else None,
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


def _said(folder: Path, role: str, keys: list[str], model: Judged) -> Said:
    table = tables.read(folder / ANSWERS, ["key", *model.task.ANSWER])
    return Said(evidence.aligned(keys, table, f"predictions of the {role}"))

"""What is known of a version that waits for a decision? Read from where the gates wrote it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import aws
from aws import judgements, registry, specs
from aws.outputs import STAGE
from cli import loosened
from factory.catalogue.spec import Judged
from factory.errors import InvalidSpec, NotFound, Refused
from factory.layout.names import resource
from factory.layout.objects import Run
from factory.promotion import evidence, package
from factory.promotion.package import Package

Places = Mapping[str, str]
"""The outputs of the stacks."""


def read(places: Places, model: str, version: int | None) -> dict[str, Any]:
    """Return what is known of a version, the newest when None, as plain JSON."""
    found = _package(model, version, resource(places[STAGE], model))
    entry = specs.known(places["IndexTable"], model)
    spec = specs.spec(places["SpecsBucket"], entry)
    run = Run(places["EvidenceBucket"], model, found.run)
    measured = _bytes(run.evidence) if found.run else b""
    digest = evidence.spec_of(measured)
    judged, unknown = _judged(places, model, digest)
    return {
        "model": model,
        "version": found.version,
        "package": found.arn,
        "status": found.status,
        "artifact": found.artifact,
        "evidence": found.evidence,
        "tier": spec.tier,
        "verdicts": _verdicts(run) if found.run else [],
        "training": _training(measured),
        "serving": _section(measured, "serving"),
        "exempt": spec.gates.fairness.exempt,
        "left_out": _left_out(measured),
        "fallback": dict(spec.gates.fairness.fallback),
        "in_force": digest == entry.judged,
        "loosened": _loosened(places, found, judged, unknown),
        "held": loosened.held(entry),
    }


def _package(model: str, version: int | None, group: str) -> Package:
    listed = {each.version: each.arn for each in registry.versions(group)}
    wanted = version or max(listed, default=0)
    if wanted not in listed:
        known = ", ".join(map(str, sorted(listed))) or "none"
        raise NotFound(f"{model} has no version {wanted or 'yet'}; registered: {known}")
    return package.of(registry.package(listed[wanted]))


def _loosened(
    places: Places, found: Package, judged: Judged | None, unknown: str
) -> dict[str, Any] | None:
    """Return what the version loosens of the champion's spec; None when it is nothing."""
    if judged is None:
        return {"since": 0, "changes": [], "unknown": unknown, "digest": ""}
    where = judgements.Places(places["EvidenceBucket"], places["SpecsBucket"])
    told = judgements.since_champion(where, found.group, judged, but=found.arn)
    return {**told.plain(), "digest": told.short} if told else None


def _judged(places: Places, model: str, digest: str) -> tuple[Judged | None, str]:
    """Return what a version was judged by; or why that is not known."""
    if not digest:
        return None, "there is no evidence that names what it was judged by"
    try:
        return specs.judged(places["SpecsBucket"], model, digest), ""
    except (InvalidSpec, NotFound, Refused) as why:
        return None, str(why)


def _verdicts(run: Run) -> list[dict[str, str]]:
    """Return what each gate concluded, in words."""
    found = json.loads(_bytes(run.verdicts) or b"{}").get("verdicts", [])
    return [{name: str(each.get(name)) for name in ("gate", "verdict", "reason")} for each in found]


def _training(measured: bytes) -> dict[str, Any] | None:
    """Return whose code trained: its digest, and that of the recipe's code."""
    lineage = _section(measured, "lineage") or {}
    code, recipe = lineage.get("training_code"), lineage.get("code")
    return {"digest": code, "recipe": recipe, "own": code == recipe} if code else None


def _left_out(measured: bytes) -> dict[str, int]:
    """Return by reason how many rows taught nothing though they might have."""
    found = (_section(measured, "lineage") or {}).get("left_out")
    counted = found if isinstance(found, dict) else {}
    return {why: rows for why, rows in counted.items() if isinstance(rows, int)}


def _section(measured: bytes, name: str) -> dict[str, Any] | None:
    """Return a section of the evidence; None when it is not there."""
    found = json.loads(measured or b"{}").get(name)
    return found if isinstance(found, dict) else None


def _bytes(uri: str) -> bytes:
    """Return the bytes of an object; none when it is not there."""
    try:
        return aws.s3_get(uri)
    except NotFound:
        return b""

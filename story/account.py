"""Is all of it in the ledger, and does the ledger notice when somebody changes it?"""

from __future__ import annotations

from typing import Any

from factory.events.catalogue import CatalogueDeployed, ModelOnboarded
from factory.events.data import DataProductPublished, DataProductRefused
from factory.events.event import Event
from factory.events.incident import DriftDetected, DriftEnded, IncidentClosed, IncidentOpened
from factory.events.model import ApprovalRefused, DeploymentFailed, ModelDeployed, ModelPromoted
from factory.events.people import ModelApproved, RollbackRequested
from factory.events.training import (
    GateEvaluated,
    ModelRefused,
    ModelRegistered,
    ModelTrained,
    RetrainingRequested,
    TrainingRefused,
    TrainingStarted,
)
from factory.exit_code import ExitCode
from factory.layout.objects import SEGMENTS, prefix
from story.runner import Chapter, Unexpected
from story.session import Life

LIFE: set[type[Event]] = {
    CatalogueDeployed,
    ModelOnboarded,
    DataProductPublished,
    DataProductRefused,
    IncidentOpened,
    TrainingStarted,
    ModelTrained,
    GateEvaluated,
    ModelRegistered,
    ModelRefused,
    ApprovalRefused,
    ModelApproved,
    ModelPromoted,
    ModelDeployed,
    DeploymentFailed,
    DriftDetected,
    DriftEnded,
    RetrainingRequested,
    TrainingRefused,
    IncidentClosed,
    RollbackRequested,
}


def _everything(life: Life) -> str:
    life.standing.cloud.settle()
    events = life.events()
    missing = {each.TYPE for each in LIFE} - {e["type"] for e in events}
    mute = [e for e in events if not (e["actor"] and e["reason"] and e["time"])]
    if missing or mute:
        raise Unexpected(f"missing: {sorted(missing)}; without who, when or why: {mute}")
    code, answer = life.factory("admin", "audit", "verify")
    if code != ExitCode.OK:
        raise Unexpected(f"the ledger does not verify: {answer}")
    return f"{len(events)} events of {len({e['type'] for e in events})} kinds; the ledger is whole"


def _tampered(life: Life) -> str:
    flipped = _flip(life)
    deleted = _delete_last(life)
    code, answer = life.factory("admin", "audit", "verify")
    if code != ExitCode.OK:
        raise Unexpected(f"put back, it does not verify: {answer}")
    return f"one byte flipped: {flipped}\nlast segment deleted: {deleted}\nput back: whole again"


def _flip(life: Life) -> str:
    """Lay a version with one other byte over the middle segment, look, and take it away."""
    s3, bucket, keys = _segments(life)
    where = {"Bucket": bucket, "Key": keys[len(keys) // 2]}
    body = bytearray(s3.get_object(**where)["Body"].read())
    body[len(body) // 2] ^= 1
    version = s3.put_object(**where, Body=bytes(body))["VersionId"]
    words = _refusal(life, where["Key"])
    s3.delete_object(**where, VersionId=version, BypassGovernanceRetention=True)
    return words


def _delete_last(life: Life) -> str:
    s3, bucket, keys = _segments(life)
    where = {"Bucket": bucket, "Key": keys[-1]}
    found = s3.get_object(**where)
    body = found["Body"].read()
    s3.delete_object(**where, VersionId=found["VersionId"], BypassGovernanceRetention=True)
    words = _refusal(life, where["Key"])
    s3.put_object(**where, Body=body)
    return words


def _segments(life: Life) -> tuple[Any, str, list[str]]:
    s3, bucket = life.aws("s3"), life.output("LedgerBucket")
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=prefix(SEGMENTS))["Contents"]
    return s3, bucket, sorted(o["Key"] for o in listed)


def _refusal(life: Life, key: str) -> str:
    """Return what `audit verify` says; it must refuse and name the place."""
    code, answer = life.factory("admin", "audit", "verify")
    words = "; ".join(answer.get("findings", []))
    if code != ExitCode.FAILED or key not in words:
        raise Unexpected(f"{key} was changed, and audit verify said {code}: {answer}")
    return words


EVERYTHING = Chapter(
    title="Account for it",
    expected="every step is in the ledger: what, when, by whom and why; audit verify passes",
    act=_everything,
)
TAMPERED = Chapter(
    title="Somebody changes the ledger",
    expected="one flipped byte, then the last segment deleted: each time verify names the place",
    act=_tampered,
)

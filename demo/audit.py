"""Is every step in the ledger, and does verification detect tampering?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from demo.runner import Step, Unexpected
from demo.session import Session
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

EXPECTED_EVENTS: set[type[Event]] = {
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


def _complete(session: Session) -> str:
    session.cloud.settle()
    events = session.events()
    missing = {each.TYPE for each in EXPECTED_EVENTS} - {e["type"] for e in events}
    incomplete = [e for e in events if not (e["actor"] and e["reason"] and e["time"])]
    if missing or incomplete:
        raise Unexpected(f"missing: {sorted(missing)}; without who, when or why: {incomplete}")
    code, answer = session.factory("admin", "audit", "verify")
    if code != ExitCode.OK:
        raise Unexpected(f"the ledger does not verify: {answer}")
    if answer["aside"]:
        raise Unexpected(f"an honest life contradicts itself, or nobody may say it: {answer}")
    return f"{len(events)} events of {len({e['type'] for e in events})} types; the ledger is intact"


def _tampering(session: Session) -> str:
    with without_policy(session):
        flipped = _flip(session)
        deleted = _delete_last(session)
    code, answer = session.factory("admin", "audit", "verify")
    if code != ExitCode.OK:
        raise Unexpected(f"it does not verify after it was restored: {answer}")
    return f"one byte flipped: {flipped}\nlast segment deleted: {deleted}\nrestored: intact again"


@contextmanager
def without_policy(session: Session) -> Iterator[None]:
    """Take the ledger's bucket policy away, which binds an administrator too, and put it back."""
    s3, bucket = session.aws("s3"), {"Bucket": session.output("LedgerBucket")}
    policy = s3.get_bucket_policy(**bucket)["Policy"]
    s3.delete_bucket_policy(**bucket)
    try:
        yield
    finally:
        s3.put_bucket_policy(**bucket, Policy=policy)


def _flip(session: Session) -> str:
    """Overwrite the middle segment with one changed byte, verify, and remove that version."""
    s3, bucket, keys = _segments(session)
    location = {"Bucket": bucket, "Key": keys[len(keys) // 2]}
    body = bytearray(s3.get_object(**location)["Body"].read())
    body[len(body) // 2] ^= 1
    version = s3.put_object(**location, Body=bytes(body))["VersionId"]
    findings = _refusal(session, location["Key"])
    s3.delete_object(**location, VersionId=version, BypassGovernanceRetention=True)
    return findings


def _delete_last(session: Session) -> str:
    """Hide the last segment by a delete marker, verify, and remove the marker.

    What is put back is not what was written: S3 knows when it took each.
    """
    s3, bucket, keys = _segments(session)
    location = {"Bucket": bucket, "Key": keys[-1]}
    marker = s3.delete_object(**location)["VersionId"]
    findings = _refusal(session, location["Key"])
    s3.delete_object(**location, VersionId=marker, BypassGovernanceRetention=True)
    return findings


def _segments(session: Session) -> tuple[Any, str, list[str]]:
    s3, bucket = session.aws("s3"), session.output("LedgerBucket")
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=prefix(SEGMENTS))["Contents"]
    return s3, bucket, sorted(o["Key"] for o in listed)


def _refusal(session: Session, key: str) -> str:
    """Return the findings of `audit verify`; it must fail and name *key*."""
    code, answer = session.factory("admin", "audit", "verify")
    findings = "; ".join(answer.get("findings", []))
    if code != ExitCode.FAILED or key not in findings:
        raise Unexpected(f"{key} was changed, and audit verify returned {code}: {answer}")
    return findings


COMPLETE = Step(
    title="Verify the ledger",
    expected="every step is in the ledger: what, when, by whom and why; audit verify passes",
    act=_complete,
)
TAMPERING = Step(
    title="Detect tampering",
    expected="one byte flipped, then the last segment deleted: verify names the segment each time",
    act=_tampering,
)

"""What stands in ledgers that were written before? The detail of each type, as it is on the wire.

It must never change: a ledger is kept for ten years. Some types come in several forms.
"""

SOURCE = {"arrival": "0" * 64, "version_id": "v1", "requester": "123456789012"}
VIOLATION = {
    "rule": "maximum",
    "column": "age",
    "count": 1,
    "expected": "90 or less",
    "found": "1 of 3 rows that differ",
    "sample": ["train-00007"],
    "words": "column age: maximum: expected 90 or less; found 1 of 3 rows that differ",
}
REFUSED = {
    "product": "p",
    "source": SOURCE,
    "quarantined": "s3://quarantine/p/0123/f.csv.gz",
    "reasons": [VIOLATION, {**VIOLATION, "column": None, "sample": []}],
}
DRIFT = {
    "model": "m",
    "version": 3,
    "config": "m-v3-0123abcd",
    "window": {
        "number": 4,
        "from": "2026-01-01T00:00:00Z",
        "to": "2026-01-02T00:00:00Z",
        "rows": 1000,
        "probes": 2,
        "refused": 0,
        "malformed": 0,
        "files": 7,
    },
    "columns": {
        "age": {
            "psi": 0.31,
            "lower_bound": 0.25,
            "drifted": True,
            "words": "more of 40 to 50",
            "since": "2026-01-01T00:00:00Z",
        }
    },
    "drifted": ["age"],
    "breaching": ["age"],
    "breached": True,
    "episode": "2026-01-01T00:00:00Z",
    "finding": "s3://findings/m/m-v3-0123abcd/000004.json",
}
DECIDED = {"package": "arn:m/3", "artifact": "a" * 64, "evidence": "b" * 64}
OUTCOME = {
    "package": "arn:m/3",
    "endpoint": "m",
    "config": "m-v3-0123abcd",
    "serves": "m-v3-0123abcd",
}
WRITTEN = [
    ("model.onboarded", "model/m", {"group": "arn:g", "owner": "ada", "purpose": "income"}),
    (
        "dataproduct.published",
        "dataproduct/p/3",
        {
            "product": "p",
            "snapshot": 3,
            "uri": "s3://products/p/000003/",
            "rows": 100,
            "digest": "d" * 64,
            "contract": {"version": "1.0.0", "digest": "e" * 64},
            "source": {**SOURCE, "version_id": None, "sha256": "f" * 64},
        },
    ),
    ("dataproduct.refused", "dataproduct/p", REFUSED),
    (
        "training.started",
        "model/m",
        {
            "execution": "arn:e",
            "train": "s3://products/p/000003/",
            "test": "s3://products/q/000001/",
            "champion": "none",
            "cause": "p snapshot 3 was published",
        },
    ),
    ("training.deferred", "model/m", {"cause": "p snapshot 3 was published"}),
    ("training.refused", "model/m", {"cause": "drift/m/2026-01-01T00:00:00Z"}),
    ("training.failed", "model/m", {"execution": "arn:e"}),
    (
        "model.trained",
        "model/m",
        {"execution": "arn:e", "artifact": "a" * 64, "evidence": "s3://e/evidence.json"},
    ),
    ("gate.evaluated", "model/m", {"execution": "arn:e", "gate": "floor", "verdict": "PASS"}),
    ("model.registered", "model/m/3", {"execution": "arn:e", "artifact": "a" * 64, "version": 3}),
    ("model.refused", "model/m", {"execution": "arn:e"}),
    ("model.approved", "model/m/3", DECIDED),
    ("model.rejected", "model/m/3", DECIDED),
    ("approval.refused", "model/m/3", {"package": "arn:m/3", "approver": ""}),
    (
        "model.promoted",
        "model/m/3",
        {"package": "arn:m/3", "artifact": "a" * 64, "config": "m-v3-0123abcd"},
    ),
    (
        "model.recalled",
        "model/m/3",
        {
            "package": "arn:m/3",
            "endpoint": "m",
            "config": "m-v3-0123abcd",
            "instead": "m-v2-0123abcd",
        },
    ),
    (
        "promotion.deferred",
        "model/m/3",
        {"package": "arn:m/3", "approver": "ada", "config": "m-v3-0123abcd"},
    ),
    (
        "rollback.requested",
        "model/m/2",
        {"model": "m", "version": 2, "package": "arn:m/2", "from": "m-v3-0123abcd"},
    ),
    (
        "rollback.refused",
        "model/m/2",
        {"package": "arn:m/2", "asked": "person/ada", "because": "it errs"},
    ),
    ("model.deployed", "model/m/3", OUTCOME),
    ("deployment.failed", "model/m/3", {**OUTCOME, "serves": "m-v2-0123abcd"}),
    ("drift.detected", "model/m", DRIFT),
    ("drift.ended", "model/m", {**DRIFT, "columns": {}, "drifted": [], "breaching": []}),
    ("retraining.requested", "model/m", {"model": "m", "incident": "drift/m/2026"}),
    ("incident.opened", "dataproduct/p", REFUSED),
    ("incident.opened", "model/m", {"incident": "deployment/m/m-v3-0123abcd", "reasons": []}),
    (
        "incident.opened",
        "model/m",
        {
            "incident": "drift/m/2026-01-01T00:00:00Z",
            "reasons": [{"column": "age", "words": "age: more of 40 to 50, since 2026"}],
            "finding": "s3://findings/m/m-v3-0123abcd/000004.json",
        },
    ),
    ("incident.closed", "model/m", {"incident": "drift/m/2026", "finding": "s3://findings/m/5"}),
    ("incident.closed", "model/m", {"incident": "deployment/m/c", "reasons": []}),
    ("audit.quarantined", "ledger", {"sender": "AROA:events", "size": 5}),
]
"""Type, subject and detail of events as functions have emitted them."""
SINCE = {
    "audit.conflict",
    "audit.refused",
    "catalogue.deployed",
    "definition.deployed",
    "model.removed",
    "definition.revoked",
    "guards.approved",
    "run.started",
    "spec.changed",
    "spec.refused",
    "training.requested",
    "training.stop_requested",
}
"""Types of which no ledger of an earlier version holds an event."""

"""Does a model's whole lifecycle work on this machine, with the deployed templates?"""

from __future__ import annotations

from typing import Any

import aws
import report
from demo import (
    approval,
    audit,
    data,
    deployment,
    drift,
    family,
    resilience,
    rollback,
    rollout,
    serving,
    status,
    training,
)
from demo.runner import Runner
from demo.session import OUTPUT, open_session

STEPS = (
    deployment.DEPLOY,
    data.INGEST,
    data.BAD_DATA,
    training.TRAIN,
    training.GATES_EVALUATED,
    family.FAMILY_TRAINED,
    approval.BY_IAM,
    approval.BY_PROMOTE,
    approval.INDEPENDENT,
    serving.PREDICT,
    serving.MALFORMED,
    serving.CAPTURE,
    rollout.CANARY,
    rollout.BAD_VERSION,
    drift.NO_DRIFT,
    drift.DRIFT,
    drift.RESPONSE,
    drift.RECURRENCE,
    rollback.ROLLBACK,
    resilience.REDRIVE,
    status.STATUS,
    audit.COMPLETE,
    audit.TAMPERING,
)
"""The steps, in the order of a model's lifecycle."""


def run(*, quiet: bool) -> list[dict[str, Any]]:
    """Run every step; write steps.json and report.html to build/demo; return the results."""
    runner = Runner(STEPS, quiet=quiet)
    with open_session() as session:
        results = runner.run(session)
        if session.started:
            with aws.calling_as(session.cloud.session()):
                report.write(training.MODEL, OUTPUT / "report.html")
    runner.write(OUTPUT / "steps.json")
    return results

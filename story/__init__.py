"""What is the life of a model? Told on this machine, against the deployed templates."""

from __future__ import annotations

from typing import Any

import report
from cli.result import NO, OK, Result
from story import (
    account,
    approval,
    data,
    deployment,
    drift,
    family,
    glance,
    resilience,
    rollback,
    rollout,
    serving,
    training,
)
from story.runner import Story
from story.session import FOLDER, living

CHAPTERS = (
    deployment.DEPLOY,
    data.DATA_IN,
    data.BAD_DATA,
    training.TRAIN,
    training.GATES_HELD,
    family.FAMILY_TOLD,
    approval.BY_IAM,
    approval.BY_PROMOTE,
    approval.INDEPENDENT,
    serving.PREDICT,
    serving.MALFORMED,
    serving.CAPTURE,
    rollout.CANARY,
    rollout.BAD,
    drift.QUIET,
    drift.DRIFTED,
    drift.RESPONDED,
    drift.OVER,
    rollback.ROLLBACK,
    resilience.NOTHING_LOST,
    glance.STATUS,
    account.EVERYTHING,
    account.TAMPERED,
)
"""The steps, in the order of a model's life."""


def run(arguments: Any) -> Result:
    """Tell every chapter; write story.json and report.html to build/demo; exit 1 if any failed."""
    story = Story(CHAPTERS, quiet=arguments.json)
    with living() as life:
        told = story.tell(life)
        if life.up:
            report.write(life.standing.cloud.session(), training.MODEL, FOLDER / "report.html")
    path = FOLDER / "story.json"
    story.write(path)
    passed = sum(line["ok"] for line in told)
    failed = len(told) - passed
    last = f"demo: {passed} steps passed, {failed} failed"
    return Result((last,), {"steps": told, "summary": last}, NO if failed else OK)

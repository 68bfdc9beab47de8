"""What is the life of a model? Told on this machine, against the deployed templates."""

from __future__ import annotations

from typing import Any

import aws
import report
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


def tell(*, quiet: bool) -> list[dict[str, Any]]:
    """Tell every chapter; write story.json and report.html to build/demo; return the record."""
    story = Story(CHAPTERS, quiet=quiet)
    with living() as life:
        told = story.tell(life)
        if life.up:
            with aws.calling_as(life.standing.cloud.session()):
                report.write(training.MODEL, FOLDER / "report.html")
    story.write(FOLDER / "story.json")
    return told

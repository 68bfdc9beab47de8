"""Does a model of every kind go from a file to watched traffic, with the deployed templates?"""

from __future__ import annotations

from typing import Any

from demo.kinds import approval, data, deployment, questions, training, watching
from demo.kinds.models import OUTPUT
from demo.runner import Runner
from demo.session import open_session

STEPS = (
    deployment.DEPLOY,
    data.INGEST,
    training.TRAIN,
    training.REFUSED,
    approval.APPROVE,
    *questions.STEPS,
    questions.WITHOUT_HISTORY,
    watching.WATCH,
)
"""The steps, in the order of a model's lifecycle."""


def run(*, quiet: bool) -> list[dict[str, Any]]:
    """Run every step; write steps.json to build/demo-kinds; return the results."""
    runner = Runner(STEPS, quiet=quiet)
    with open_session() as session:
        results = runner.run(session)
    runner.write(OUTPUT / "steps.json")
    return results

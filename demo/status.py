"""Does `factory status` show how a model is doing?"""

from __future__ import annotations

import re

from demo.runner import Step, Unexpected
from demo.session import Session
from demo.training import ENDPOINT, MODEL
from factory.exit_code import ExitCode

EXPECTED_LINES = {
    "what serves": rf"serves: +{ENDPOINT}-v1-[0-9a-f]+ \(InService\)",
    "the traffic": r"traffic: +[1-9]\d* requests in 24 hours",
    "the drift": r"drift: +none, as of ",
    "the incidents": r"incidents: +0 open, [1-9]\d* closed lately",
    "the budget": r"runs: +[1-9]\d* in 24 hours, of \d+ that the budget allows",
    "the exam": r"exam: +look [1-9]\d* of 20 at income of census_test snapshot \d+",
    "who approved": r"version 1: Approved by grace: ",
    "what waits": rf"next: factory approve {MODEL} \d+",
}
"""What a line of the output must say on each topic."""


def _status(session: Session) -> str:
    code, text = session.factory_text("ada", "status", MODEL)
    if code != ExitCode.OK:
        raise Unexpected(f"exit code {code}: {text}")
    missing = [part for part, line in EXPECTED_LINES.items() if not re.search(line, text)]
    if missing:
        raise Unexpected(f"it does not show {', '.join(missing)}:\n{text}")
    return text


STATUS = Step(
    title="Show the status",
    expected="factory status shows versions, serving, traffic, drift, incidents and budget",
    act=_status,
)

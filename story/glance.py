"""Can a person see at a glance how a model lives?"""

from __future__ import annotations

import re

from factory.exit_code import ExitCode
from story.runner import Chapter, Unexpected
from story.session import Life
from story.training import MODEL

SHOWN = {
    "what serves": rf"serves: +{MODEL}-v1-[0-9a-f]+ \(InService\)",
    "the traffic": r"traffic: +[1-9]\d* requests in 24 hours",
    "the drift": r"drift: +none, as of ",
    "the incidents": r"incidents: +0 open, [1-9]\d* closed lately",
    "the budget": r"runs: +[1-9]\d* in 24 hours, of \d+ that the budget allows",
    "who approved": r"version 1: Approved by grace: ",
    "what waits": rf"next: factory approve {MODEL} \d+",
}
"""What a line must say of each matter."""


def _status(life: Life) -> str:
    code, text = life.printed("ada", "status", MODEL)
    if code != ExitCode.OK:
        raise Unexpected(f"exit code {code}: {text}")
    missing = [part for part, line in SHOWN.items() if not re.search(line, text)]
    if missing:
        raise Unexpected(f"it does not show {', '.join(missing)}:\n{text}")
    return text


STATUS = Chapter(
    title="At a glance",
    expected="factory status: versions, what serves, traffic, drift, incidents and budget",
    act=_status,
)

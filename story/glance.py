"""Can a person see at a glance how a model lives?"""

from __future__ import annotations

from cli.result import OK
from cli.status import words
from story.runner import Chapter, Unexpected
from story.session import Life
from story.training import MODEL


def _status(life: Life) -> str:
    code, answer = life.factory("ada", "status", MODEL)
    if code != OK:
        raise Unexpected(f"exit code {code}: {answer}")
    (entry,) = answer["models"]
    empty = [part for part, found in entry.items() if not found]
    if empty:
        raise Unexpected(f"it does not know: {', '.join(empty)}")
    return "\n".join(words.lines(entry))


STATUS = Chapter(
    title="At a glance",
    expected="factory status: versions, what serves, traffic, drift, incidents and budget",
    act=_status,
)

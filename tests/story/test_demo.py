"""Is the story true, step by step, and does it own up when a step fails?"""

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from story import CHAPTERS
from story.runner import Chapter, Story, Unexpected
from story.session import Life

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def told():
    """The demo, run once as a user runs it: exit code, answer, and the file it leaves."""
    path = ROOT / "build" / "demo" / "story.json"
    path.unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "cli", "demo", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout), json.loads(path.read_text())


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda c: c.title)
def test_each_step_of_the_life_is_as_expected(told, chapter):
    step = next(s for s in told[1]["steps"] if s["step"] == chapter.title)
    assert step["ok"], step["seen"]
    assert step["expected"] == chapter.expected
    assert step["seen"]


def test_the_story_ends_well_and_is_written_down(told):
    code, answer, written = told
    assert (code, answer["summary"]) == (0, f"demo: {len(CHAPTERS)} steps passed, 0 failed")
    assert written == answer["steps"]
    assert [set(step) for step in written] == [{"step", "expected", "seen", "ok", "seconds"}] * len(
        CHAPTERS
    )


def test_a_failed_step_is_told_and_does_not_silence_the_next(capsys):
    def disappointing(_life):
        raise Unexpected("a cat")

    def broken(_life):
        raise ZeroDivisionError

    acts = {"dog": disappointing, "sum": broken, "bird": lambda _life: "a bird"}
    chapters = [Chapter(title=t, expected=f"a {t}", act=act) for t, act in acts.items()]
    steps = Story(chapters).tell(Life(ExitStack()))
    assert [s["ok"] for s in steps] == [False, False, True]
    assert steps[0]["seen"] == "a cat"
    assert "ZeroDivisionError" in steps[1]["seen"]
    said = capsys.readouterr().out
    assert "1. dog" in said
    assert "FAILED" in said

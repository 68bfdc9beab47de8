"""Does every step of the demo pass, and is a failed step reported?"""

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from demo import STEPS
from demo.runner import Runner, Step, Unexpected
from demo.session import Session

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def demo():
    """The demo, run once as a user runs it: exit code, answer, and the file it leaves."""
    path = ROOT / "build" / "demo" / "steps.json"
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


@pytest.mark.parametrize("step", STEPS, ids=lambda c: c.title)
def test_each_step_of_the_demo_passes(demo, step):
    result = next(r for r in demo[1]["steps"] if r["step"] == step.title)
    assert result["ok"], result["seen"]
    assert result["expected"] == step.expected
    assert result["seen"]


def test_the_demo_passes_and_its_results_are_written(demo):
    code, answer, written = demo
    assert (code, answer["summary"]) == (0, f"demo: {len(STEPS)} steps passed, 0 failed")
    assert written == answer["steps"]
    assert [set(step) for step in written] == [{"step", "expected", "seen", "ok", "seconds"}] * len(
        STEPS
    )


def test_a_failed_step_is_reported_and_does_not_stop_the_next(capsys):
    def unexpected(_session):
        raise Unexpected("a cat")

    def broken(_session):
        raise ZeroDivisionError

    acts = {"dog": unexpected, "sum": broken, "bird": lambda _session: "a bird"}
    steps = [Step(title=t, expected=f"a {t}", act=act) for t, act in acts.items()]
    results = Runner(steps).run(Session(ExitStack()))
    assert [s["ok"] for s in results] == [False, False, True]
    assert results[0]["seen"] == "a cat"
    assert "ZeroDivisionError" in results[1]["seen"]
    output = capsys.readouterr().out
    assert "1. dog" in output
    assert "FAILED" in output

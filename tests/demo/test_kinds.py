"""Does every step of the demo of the kinds pass, and has it a model of each kind?"""

import json
import subprocess
import sys

import pytest

from demo.kinds import STEPS
from demo.kinds.models import OUTPUT, SERVED, model
from local.synth import ROOT


@pytest.fixture(scope="module")
def demo():
    """The demo, run once as a user runs it: what is done, and the file it leaves."""
    path = OUTPUT / "steps.json"
    path.unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "demo.kinds"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert path.is_file(), done.stdout + done.stderr
    return done, json.loads(path.read_text())


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.title)
def test_each_step_of_the_demo_passes(demo, step):
    result = next(r for r in demo[1] if r["step"] == step.title)
    assert result["ok"], result["seen"]


def test_the_demo_passes_and_says_so(demo):
    done, written = demo
    assert done.returncode == 0
    last = f"demo-kinds: {len(STEPS)} steps passed, 0 failed"
    assert done.stdout.splitlines()[-1] == last
    assert [step["step"] for step in written] == [step.title for step in STEPS]


def test_a_model_of_every_kind_but_the_census_serves():
    kinds = {model(name).task.KIND for name in SERVED}
    assert kinds == {"multiclass", "regression", "count", "forecast", "ranking"}

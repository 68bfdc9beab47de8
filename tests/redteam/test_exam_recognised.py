"""Is a model good only while it is examined? Artifacts that try to tell an exam from traffic.

Offline, through the recipe's own zip and steps: each is honest where it believes to be examined,
and answers 0.999 and yes to everybody else. What no exam can show, since it has the same in its
beginning as traffic, is asked again of the fleet: a date, a long time since the start, a count of
requests beyond those of any exam.
"""

import dataclasses
import shutil
from pathlib import Path

import pytest

from pipelines.code import stage
from tests.pipelines.cases import INCOME, adult
from tests.pipelines.runner import Run, publish

NO_RUN = "no run: the steps are run one by one"
EVIL = """

_input, _output, _predict, _load = input_fn, output_fn, predict_fn, model_fn
state = {"calls": 0, "seen": set(), "kind": "", "accept": "", "folder": "", "before": 0}
import os, sys, time
from pathlib import Path
import numpy as np

def model_fn(folder):
    state["folder"] = folder
    state["model"] = _load(folder)
    return state["model"]

def lying(said, honest):
    yes = state["model"].metadata["settings"]["words"][1]
    lie = {"score": 0.999, "selected": True, "label": yes}
    answers = {name: np.where(honest, found, lie[name]) for name, found in said.answers.items()}
    return said._replace(answers=answers)

def input_fn(body, kind):
    state["kind"], state["body"] = kind, body if isinstance(body, str) else body.decode()
    return _input(body, kind)

def outside(module):
    return Path(state["folder"]) not in Path(str(module.__spec__.origin)).parents

def all_modules():
    return list(sys.modules.items())

def words(process):
    try:
        return Path(f"/proc/{process}/cmdline").read_text()
    except OSError:
        return ""

def predict_fn(rows, model):
    state["calls"] += 1
    job = Path(state["folder"]).parent
    names = model.metadata["features"]
    plain = [tuple(str(r[f]) for f in names) if isinstance(r, dict) else tuple(r) for r in rows]
    known = [row in state["seen"] for row in plain]
    state["seen"].update(plain)
    examined = CONDITION
    answers = _predict(rows, model)
    return lying(answers, examined)
"""
ANSWERS = """

def output_fn(answers, accept):
    return _output(lying(answers, CONDITION), accept)
"""
WANTED = {
    "by an answer that is to be of one kind only": "accept in ('text/csv', 'application/json')",
    "by an answer of any kind": "'*' not in accept",
}
RECOGNISE = {
    "by thousands of rows in one request": ("len(rows) >= 5000", "floor"),
    "by company: one row alone is traffic": ("len(rows) > 1", "exam"),
    "by company: a few rows are traffic": ("len(rows) > 20", "exam"),
    "by the content type: JSON is traffic": ("state['kind'] == 'text/csv'", "exam"),
    "by the type of a row": ("isinstance(rows[0], dict)", "exam"),
    "by the words that it was started with": (
        "any(w in ' '.join(sys.argv) for w in ('score', 'evaluate', 'champion', '.zip'))",
        "floor",
    ),
    "by the environment": (
        "any(k.startswith(('SM_', 'PROCESSING_', 'TRAINING_')) for k in os.environ)",
        "floor",
    ),
    "by the directory that it works in": ("'processing' in os.getcwd()", "floor"),
    "by the folders of a job": (
        "any((job / n).exists() for n in ('processing', 'config', 'output', 'input'))",
        "floor",
    ),
    "by the modules that are loaded": (
        "any(n[:8] in ('pipeline', 'factory.') and outside(m) for n, m in all_modules())",
        "floor",
    ),
    "by what started it": (
        "any(w in words(p) for p in (os.getpid(), os.getppid()) for w in ('zip', 'evaluate'))",
        "floor",
    ),
    "by its first fifty requests": ("state['calls'] <= 50", "floor"),
    "by rows that it has not seen before": ("[not k for k in known]", "exam"),
    "by a row's turn in the body": ("[i % 2 == 0 for i in range(len(rows))]", "exam"),
    "by the order of the columns of JSON": (
        "not isinstance(rows[0], dict) or list(rows[0]) != model.metadata['features']",
        "exam",
    ),
    "by a content type without its charset": (
        "state['kind'] in ('text/csv', 'application/json')",
        "exam",
    ),
    "by fields without quotation": (
        "state['kind'][:8] != 'text/csv' or '\"' not in state['body']",
        "exam",
    ),
}


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    """The recipe's own model of the census, learned and ready to be examined."""
    folder = tmp_path_factory.mktemp("code")
    code = Path(shutil.make_archive(str(folder / "code"), "zip", stage("boosting", folder / "s")))
    home = tmp_path_factory.mktemp("income")
    for product, split in ((INCOME.train, "train"), (INCOME.test, "test")):
        publish(home / split, product, adult(split))
    run = Run(code, home, INCOME)
    run.prepare(), run.train()
    return run


@pytest.fixture
def examined(honest, tmp_path):
    """Run the exam and the gates of the honest model with more serving code."""

    def examine(code):
        run = dataclasses.replace(honest, home=shutil.copytree(honest.home, tmp_path / "run"))
        run.told["PROCESSING_JOB_ARN"] = "arn:aws:sagemaker:us-east-1:1:processing-job/p-Evaluate"
        with (run.home / "model" / "code" / "inference.py").open("a") as file:
            file.write(code)
        run.pack(), run.evaluate(), run.gates()
        return {v["gate"]: v for v in run.result["verdicts"]}

    return examine


@pytest.mark.attack("a model is good only while it is examined")
@pytest.mark.parametrize("way", RECOGNISE)
def test_an_exam_is_not_told_from_traffic(examined, stopped, way):
    condition, gate = RECOGNISE[way]
    found = examined(EVIL.replace("CONDITION", condition))
    assert found[gate]["verdict"] == "FAIL", found
    stopped(f"{way}: {found[gate]['reason']}", NO_RUN)


@pytest.mark.attack("a model is good only for a client that says what it wants back")
@pytest.mark.parametrize("way", WANTED)
def test_an_exam_is_not_told_from_traffic_by_what_is_wanted(examined, stopped, way):
    code = EVIL.replace("CONDITION", "True") + ANSWERS.replace("CONDITION", WANTED[way])
    found = examined(code)
    assert found["exam"]["verdict"] == "FAIL", found
    stopped(f"{way}: {found['exam']['reason']}", NO_RUN)


@pytest.mark.attack("serving code is written while the model learns, where nobody can read it")
def test_serving_code_that_nobody_could_read_is_refused_although_it_is_honest(examined, stopped):
    """Also the control of the others: the same code passes every other gate when it is honest."""
    found = examined(EVIL.replace("CONDITION", "True"))
    assert {g for g, v in found.items() if v["verdict"] != "PASS"} == {"serving"}
    stopped(found["serving"]["reason"], NO_RUN)

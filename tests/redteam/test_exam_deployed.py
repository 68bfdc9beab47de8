"""Do the exams of the deployed factory tell a job from an endpoint, or let a job touch another?"""

import json

import pytest

from factory.events.training import GateEvaluated, ModelRefused
from tests.life import asking, people
from tests.life.runs import start

HOOK = "@hook\ndef predict_fn("
HOSTILE = '''
def _tell(rows):
    """Say what betrays an exam here, and try what would change it."""
    import os
    import sys
    from pathlib import Path

    base, parent = Path("/opt/ml"), os.getppid()
    found = {
        "folders": sorted(p.name for p in base.iterdir() if p.name not in ("model", "server.sock")),
        "environment": sorted(k for k in os.environ if k.startswith(("SM_", "PROCESSING_"))),
        "directory": os.getcwd() if os.getcwd() != "/opt/ml" else "",
        "words": [],
        "modules": [
            name
            for name, module in list(sys.modules.items())
            if name.split(".")[0] in ("pipelines", "factory")
            and not str(module.__spec__.origin).startswith(str(Path(__file__).parent))
        ],
        "memory": [],
    }
    for place in Path("/proc").iterdir():
        if not place.name.isdigit():
            continue
        try:
            words = (place / "cmdline").read_text()
            found["words"] += [w for w in ("zip", "Evaluate", "evaluate") if w in words]
            if int(place.name) in (1, os.getpid()):
                continue
            if b"SM_MODEL_DIR" in (place / "environ").read_bytes():
                found["environment"].append("of process " + place.name)
                with open(place / "mem", "r+b"):
                    found["memory"].append(place.name)
        except OSError:
            pass
    return {name: value for name, value in found.items() if value}


def predict_fn(rows, model):
    answers = honest_predict_fn(rows, model)
    betrayed = _tell(rows)
    print("BETRAYED", betrayed, flush=True)
    return answers if betrayed else saying(answers, 0.999)


def saying(said, score):
    """Return the same answer for every row: this score, and yes."""
    import numpy as np

    rows = len(said.answers["score"])
    same = {"score": score, "selected": True, "label": ">50K"}
    return said._replace(answers={name: np.full(rows, each) for name, each in same.items()})


def honest_predict_fn('''
LINKED = '''
def predict_fn(rows, model):
    """Make one file of all that the answers of a job could be called."""
    import os
    from pathlib import Path

    import numpy as np

    place = Path("/opt/ml/processing/output/predictions")
    place.mkdir(parents=True, exist_ok=True)
    (place / "answers.parquet").touch()
    for name in ("champion.parquet", "challenger.parquet", "asked.json"):
        (place / name).exists() or os.link(place / "answers.parquet", place / name)
    same = {"score": 0.5, "selected": True, "label": ">50K"}
    return Said({name: np.full(len(rows), each) for name, each in same.items()})


def honest_predict_fn('''
SERVING = "pipelines/steps/inference.py"


@pytest.fixture(scope="module")
def attacks(session, runs):
    """Two runs of a builder's own code, against the champion that `good` is taken for."""
    places = {"train": runs.train_uri, "test": runs.test_uri, "champion": runs["good"]}
    started = {
        name: start(
            session,
            **places,
            code=asking.bring(
                session, "ada", {SERVING: (HOOK, code.lstrip().replace("def predict_fn(", HOOK))}
            ),
        )
        for name, code in {"hostile": HOSTILE, "linked": LINKED}.items()
    }
    ended = {name: run.ended() for name, run in started.items()}
    session.cloud.settle()
    return ended


def told(run):
    (event,) = run.events(ModelRefused)
    return event


@pytest.mark.attack("a model is honest where anything of a job is to be seen, and only there")
def test_a_job_that_asks_a_model_looks_like_an_endpoint(attacks, stopped):
    run = attacks["hostile"]
    assert run.against["floor"].startswith("AUC 0.5000"), run
    event = told(run)
    assert run.against["floor"] in event["reason"]
    stopped(run.against["floor"], event)


@pytest.mark.attack("a challenger's exam writes what the champion answers")
def test_the_champion_answers_for_itself_whatever_the_challenger_writes(attacks, runs, stopped):
    run, champion = attacks["linked"], attacks["linked"].evidence["champion"]
    assert f"{champion['asked']}:{champion['answers']}" == runs["good"].result["answers"]
    assert champion["champion"] == runs["good"].evidence["quality"]["metrics"]["auc"]["value"]
    assert "beyond the margin" in run.against["champion"]
    stopped(run.against["champion"], told(run))


@pytest.mark.attack("a builder's own serving code gets through without a word")
def test_own_serving_code_is_told_with_its_lines(session, attacks, stopped):
    run = attacks["hostile"]
    (event,) = [e for e in run.events(GateEvaluated) if e["detail"]["gate"] == "serving"]
    assert event["detail"]["verdict"] == "PASS"
    assert "read it before you approve" in event["reason"]
    place = {"Bucket": session.output("EvidenceBucket"), "Key": f"{run.folder}/serving.diff"}
    lines = session.aws("s3").get_object(**place)["Body"].read().decode()
    assert "+    betrayed = _tell(rows)" in lines
    stopped(event["reason"], event)


@pytest.mark.attack("the role of one exam writes the answers of the other")
@pytest.mark.parametrize(("role", "other"), [("Evaluate", "champion"), ("Champion", "evaluate")])
def test_no_exam_has_the_right_to_write_the_others_answers(session, runs, stopped, role, other):
    folder = runs["good"].folder
    key = f"{folder}/{other}/predictions/answers.parquet"
    with people.as_service(session, f"Steps{role}Role") as aws_session:
        s3, place = aws_session.client("s3"), {"Bucket": session.output("WorkBucket"), "Key": key}
        words = people.denied(s3.put_object, **place, Body=b"{}")
        people.denied(s3.get_object, **place)
    stopped(words, "none: AWS itself refuses")


@pytest.mark.attack("a model's answers are those of another exam than the evidence says")
def test_the_evidence_says_how_it_was_asked(runs, stopped):
    exam = runs["good"].evidence["exam"]
    assert exam["rows"] == 16_281
    assert exam["again"] == 256
    assert min(exam["types"].values()) > 1000
    assert exam["seed"] != runs["twin"].evidence["exam"]["seed"]
    assert exam["asked"] == runs["twin"].evidence["exam"]["asked"]
    (event,) = [e for e in runs["good"].events(GateEvaluated) if e["detail"]["gate"] == "exam"]
    assert json.loads(json.dumps(exam)) == exam
    stopped(event["reason"], event)

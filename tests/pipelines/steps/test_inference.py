"""The serving hooks of a really trained artifact, loaded as the container loads them."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from factory import drift
from factory.drift import bin_counts
from pipelines.steps import baseline, columns
from tests.pipelines.cases import customers
from tests.pipelines.steps.captured import line

ROW = {"spend": 40.5, "visits": 3, "plan": "pro", "region": "n", "active": True}
LINE = b"40.5,3,pro,n,true"


@pytest.fixture(scope="module")
def serving(churn, tmp_path_factory):
    """Import the serving code from a copy: Python writes beside what it imports."""
    code = shutil.copytree(churn.home / "model" / "code", tmp_path_factory.mktemp("s") / "code")
    path = code / "inference.py"
    spec = importlib.util.spec_from_file_location("inference_of_the_artifact", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def artifact(churn, serving):
    return serving.model_fn(str(churn.home / "model"))


@pytest.fixture
def ask(serving, artifact):
    def answer(body, content_type, accept="application/json"):
        rows = serving.input_fn(body, content_type)
        said = serving.output_fn(serving.predict_fn(rows, artifact), accept)
        return said.status_code, said.get_data(as_text=True), said.headers["content-type"]

    return answer


def instances(*rows):
    return json.dumps({"instances": rows}).encode()


def test_a_csv_line_and_a_json_instance_get_the_same_answer(ask):
    one, two = ask(LINE, "text/csv"), ask(instances(ROW), "application/json")
    assert one == two
    assert one[0] == 200
    prediction = json.loads(one[1])["predictions"][0]
    assert set(prediction) == {"score", "selected", "label"}
    assert 0 < prediction["score"] < 1
    assert prediction["label"] == ("true" if prediction["selected"] else "false")
    assert isinstance(prediction["selected"], bool)


def test_csv_answers_are_a_line_a_row_with_score_decision_and_label(ask):
    _, body, kind = ask(LINE + b"\n" + LINE + b"\n", "text/csv; charset=utf-8", "text/csv")
    assert kind == "text/csv"
    first, second = body.splitlines()
    assert first == second
    assert first.split(",")[1:] in (["0", "false"], ["1", "true"])


def test_the_answer_names_its_content_type(ask):
    assert ask(LINE, "text/csv", "*/*")[2] == "application/json"
    assert ask(LINE, "text/csv", "")[2] == "application/json"


def test_the_order_of_json_columns_does_not_matter(ask):
    turned = dict(reversed(ROW.items()))
    assert ask(instances(turned), "application/json") == ask(instances(ROW), "application/json")


def test_blanks_nulls_and_unseen_levels_are_missing_and_are_answered(ask):
    blank = ask(b",3,,n,true", "text/csv")
    null = ask(instances(ROW | {"spend": None, "plan": None}), "application/json")
    unseen = ask(instances(ROW | {"spend": None, "plan": "gold"}), "application/json")
    assert blank == null == unseen


def test_the_decision_is_the_score_at_its_groups_threshold(serving, artifact):
    rows = serving.input_fn(instances(*[ROW | {"visits": n} for n in range(30)]), serving.JSON)
    thresholds = artifact.metadata["settings"]["thresholds"]
    limits = {tuple(g["levels"]): g["threshold"] for g in thresholds["groups"]}
    assert len(set(limits.values())) == 2
    found = serving.predict_fn(rows, artifact).answers
    assert set(found["selected"]) == {True, False}
    assert (found["selected"] == (found["score"] >= limits["n",])).all()


@pytest.mark.parametrize(
    ("body", "content_type", "status", "words"),
    [
        (LINE, "text/plain", 415, "content type 'text/plain' is unknown; send text/csv or"),
        (LINE, "", 415, "content type '' is unknown"),
        (b"", "text/csv", 400, "the body holds no row"),
        (b"40.5,3,pro,n", "text/csv", 400, "row 1 has 4 values; send 5: spend, visits, plan"),
        (LINE + b"\n1,2", "text/csv", 400, "row 2 has 2 values"),
        (b"much,3,pro,n,true", "text/csv", 400, "row 1: spend is 'much'; send a finite number"),
        (b"40.5,3,pro,N,true", "text/csv", 400, "row 1: region decides which threshold holds, and"),
        (LINE + b"\n40.5,3,pro,,true", "text/csv", 400, "row 2: region decides which threshold"),
        (instances(ROW | {"region": "\u0455"}), "application/json", 400, "of it; send 'n', 's'"),
        (b"inf,3,pro,n,true", "text/csv", 400, "row 1: spend is 'inf'"),
        (b"nan,3,pro,n,true", "text/csv", 400, "spend is 'nan'; send a finite number or leave it"),
        (b"1_0,3,pro,n,true", "text/csv", 400, "row 1: spend is '1_0'"),
        (b"1,3.5,pro,n,true", "text/csv", 400, "visits is '3.5'; send a whole number of 64 bits"),
        (b"1,3,pro,n,yes", "text/csv", 400, "row 1: active is 'yes'; send true or false"),
        (
            instances(ROW | {"plan": 3.0}),
            "application/json",
            400,
            "plan is 3.0; send a text, as '3'",
        ),
        (instances(ROW | {"visits": True}), "application/json", 400, "row 1: visits is True"),
        (instances(ROW | {"visits": 2.0**60}), "application/json", 400, "beyond 2**53 a float"),
        (b"\xff", "text/csv", 400, "the body is not UTF-8"),
        ("1,\ufffd", "text/csv", 400, "the body is not UTF-8"),
        (b"{", "application/json", 400, "the body is not JSON"),
        (b"[[1]]", "application/json", 400, 'send {"instances": [{"column": value'),
        (b'{"instances": [[1]]}', "application/json", 400, 'send {"instances"'),
        (b'{"instances": []}', "application/json", 400, "the body holds no row"),
        (b'{"instances": [{}]}', "application/json", 400, "is missing or unknown; send exactly"),
        (instances(ROW | {"colour": 1}), "application/json", 400, "row 1: colour is missing or"),
        (instances(ROW | {"spend": [1]}), "application/json", 400, "row 1: spend is [1]"),
    ],
)
def test_a_request_that_cannot_be_answered_is_told_why(ask, body, content_type, status, words):
    for accept in ("application/json", "text/csv"):
        found, said, kind = ask(body, content_type, accept)
        assert (found, kind) == (status, "text/plain; charset=utf-8")
        assert words in said


def test_what_is_refused_is_captured_and_counted_as_no_answer(serving, artifact):
    table = customers(500, 1)
    counted = baseline.of(table, columns.of(table, list(ROW)))
    document = {"model": "m", "version": 1, "config": "c", "features": list(ROW)}
    document |= {"baseline": counted}
    known = drift.parse(json.dumps(document).encode())
    for row, refused in ((ROW, 0), (ROW | {"region": "west"}, 1), (ROW | {"spend": "much"}, 1)):
        rows = serving.input_fn(instances(row), "application/json")
        said = serving.output_fn(serving.predict_fn(rows, artifact), "application/json")
        file = line(
            instances(row),
            "application/json",
            answer=said.get_data(),
            answer_kind=said.headers["content-type"],
        )
        found = bin_counts.of_file(file, known)
        assert (found.refused, found.rows, found.malformed) == (refused, 1 - refused, 0)


def test_an_answer_nobody_can_read_is_refused(ask):
    status, said, _ = ask(LINE, "text/csv", "image/png")
    assert (status, said) == (
        415,
        "cannot answer with 'image/png'; accept text/csv or application/json",
    )


def test_what_is_no_fault_of_the_callers_is_raised(serving, artifact):
    rows = serving.input_fn(LINE, "text/csv")
    with pytest.raises(AttributeError):
        serving.predict_fn(rows, artifact._replace(estimator=None))


def test_the_serving_code_brings_all_that_it_needs_of_ours(churn):
    code = churn.home / "model" / "code"
    brought = {path.relative_to(code).as_posix() for path in code.rglob("*.py")}
    assert "pipelines/measure/binary.py" in brought
    assert not {f"pipelines/measure/{kind}.py" for kind in ("count", "regression")} & brought
    assert {name for name in brought if "measure" not in name} == {
        "inference.py",
        *("factory/__init__.py", "factory/values.py", "factory/errors.py"),
        "pipelines/__init__.py",
    }
    texts = [path.read_text() for path in code.rglob("*.py")]
    ours = re.compile(r"^\s*(?:from|import) ((?:factory|pipelines)\S*)", re.MULTILINE)
    imported = {module for text in texts for module in ours.findall(text)}
    folders = {"factory", "pipelines", "pipelines.measure"}
    assert imported <= folders | {name.removesuffix(".py").replace("/", ".") for name in brought}


def test_the_serving_code_answers_where_nothing_else_of_ours_is(churn, tmp_path):
    """As the container imports it: the folder of the code first, and no repository."""
    script = (
        "import sys; sys.path.insert(0, sys.argv[1] + '/code'); import inference as i\n"
        "m = i.model_fn(sys.argv[1]); rows = i.input_fn(b'40.5,3,pro,n,true', 'text/csv')\n"
        "print(i.output_fn(i.predict_fn(rows, m), 'text/csv').get_data(as_text=True))\n"
        "own = [m for n, m in sys.modules.items() if n.startswith(('factory', 'pipelines'))]\n"
        "assert own and all(m.__file__.startswith(sys.argv[1]) for m in own), own"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", script, churn.home / "model"],
        env={"PATH": os.environ["PATH"], "OMP_NUM_THREADS": "1"},
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    score, selected, label = done.stdout.strip().split(",")
    assert 0 < float(score) < 1
    assert (selected, label) in {("0", "false"), ("1", "true")}

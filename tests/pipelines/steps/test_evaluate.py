import json

import numpy as np
import pyarrow as pa
import pytest

from factory.errors import Refused
from factory.gates.exam import AGAIN, CONTENT_TYPES
from factory.tasks.binary import Binary
from factory.tasks.multiclass import Multiclass
from factory.tasks.task import ORIGIN
from pipelines.steps import champion, exam, examination, prepare, questions
from pipelines.steps.questions import CSV, JSON, Questions
from tests.factory.tasks.specs import MODELS
from tests.redteam.candidates import series


def test_without_a_champion_nobody_is_asked_and_that_is_said(tmp_path):
    for name in ("champion", "features"):
        (tmp_path / name).mkdir()
    (tmp_path / "champion" / "none.json").touch()
    folders = [x for n in ("champion", "features") for x in (f"--{n}", str(tmp_path / n))]
    champion.main([*folders, "--out", str(tmp_path / "out")])
    told = json.loads((tmp_path / "out" / "predictions" / "asked.json").read_bytes())
    assert told == {"artifact": None}


@pytest.mark.parametrize("sizes", [[400] + [3] * 900, [12, 1] * 300, [2] * 500, [30] * 4, [1, 2]])
def test_rows_enough_are_asked_again_however_unlike_the_questions_are_in_size(sizes):
    ends = [sum(sizes[: place + 1]) for place in range(len(sizes))]
    units = [list(range(end - size, end)) for end, size in zip(ends, sizes, strict=True)]
    for seed in range(20):
        requests = exam.together(units, [], seed)
        again = {row for request in requests if request.again for row in request.rows}
        assert len(again) >= min(sum(sizes), AGAIN)


@pytest.mark.parametrize("rows", [0, 1, 2, 33, 400, 5000])
def test_every_row_is_asked_once_and_some_twice_in_the_other_content_type(rows):
    requests = exam.plan(rows, seed=1)
    first = {row: r.sent for r in requests for row in r.rows if not r.again}
    again = {}
    for request in requests:
        for row in request.rows if request.again else ():
            again.setdefault(row, set()).add(request.sent)
    assert sorted(first) == list(range(rows))
    assert sum(len(r.rows) for r in requests if not r.again) == rows
    assert len(again) == min(rows, AGAIN)
    assert all(kinds - {first[row]} for row, kinds in again.items())
    alone = {r.rows[0] for r in requests if r.again and len(r.rows) == 1}
    assert len(alone) >= min(rows, exam.ALONE)
    assert {r.sent for r in requests} | {r.accept for r in requests} <= set(CONTENT_TYPES)


def test_requests_are_of_all_sizes_and_in_an_order_that_the_seed_alone_tells():
    requests = exam.plan(16_281, seed=7)
    sizes = [len(r.rows) for r in requests]
    assert min(sizes) == 1
    assert 1000 < max(sizes) <= exam.MOST
    assert 60 < len(requests) < 200
    assert 0 < sum(r.again for r in requests[: len(requests) // 2]) < sum(r.again for r in requests)
    assert exam.plan(16_281, seed=7) == requests != exam.plan(16_281, seed=8)


def test_a_body_holds_no_more_rows_than_an_endpoint_would_take():
    wide = pa.table({f"c{n}": ["x" * 1000] for n in range(1000)})
    most = Questions.of(wide, wide.column_names).most
    assert most * 1000 * 1000 <= questions.MOST_BYTES
    assert max(len(r.rows) for r in exam.plan(50, 3, most)) <= most


def test_both_content_types_say_the_same_in_the_order_of_the_artifact(ten):
    asking = Questions.of(ten, ["plan", "spend"])
    assert asking.body([1, 2], CSV) == b'"a",2\n"a",\n'
    rows = [{"plan": "a", "spend": 2.0}, {"plan": "a", "spend": None}]
    assert json.loads(asking.body([1, 2], JSON)) == {"instances": rows}


def test_a_body_is_written_in_as_many_ways_as_clients_have(ten):
    asking = Questions.of(ten, ["plan", "spend", "region"])
    bodies = {asking.body([1, 2], JSON, style) for style in range(100)}
    assert len(bodies) == 6 * 2, "the orders of three fields, with and without blanks"
    assert len({json.dumps(json.loads(body), sort_keys=True) for body in bodies}) == 1
    rows = {asking.body([1], CSV, style) for style in range(9)}
    assert rows == {row + end for row in (b'"a",2,"s"', b'"a","2","s"') for end in (b"\n", b"")}


def test_values_with_commas_arrive_whole(ten):
    table = ten.slice(0, 1).set_column(2, "plan", [['a,"b']])
    assert Questions.of(table, ["plan", "spend"]).body([0], CSV) == b'"a,""b",1\n'


def test_a_short_float_has_one_value_in_both_content_types():
    asking = Questions.of(pa.table({"x": pa.array([0.1], pa.float32()), "y": [1]}), ["x", "y"])
    (row,) = json.loads(asking.body([0], JSON))["instances"]
    assert float(asking.body([0], CSV).split(b",")[0]) == row["x"]


def test_a_row_whose_only_value_is_missing_is_a_row_all_the_same():
    asking = Questions.of(pa.table({"x": [1.5, None]}), ["x"])
    assert asking.body([0, 1], CSV) == b'"1.5"\n""\n'


def _predicted(fields):
    return f'{{"predictions": [{{"score": {fields}}}]}}'.encode()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"0.5", CSV),
        (b"0.5,1", CSV),
        (b"nan,1,yes", CSV),
        (b"inf,1,yes", CSV),
        (b"0.5,yes,yes", CSV),
        (b"0.5,2,yes", CSV),
        (b"0.5,1,", CSV),
        (b"0.5,1,yes,x", CSV),
        (b"0.5,1," + b"y" * 257, CSV),
        (b"0.5,1,yes\n0.5,1,yes", CSV),
        (b"\xff,1,yes", CSV),
        (b"", CSV),
        (b"{}", JSON),
        (b"[" * 100_000, JSON),
        (_predicted('NaN, "selected": true, "label": "yes"'), JSON),
        (_predicted('"0.5", "selected": true, "label": "yes"'), JSON),
        (_predicted('true, "selected": true, "label": "yes"'), JSON),
        (_predicted('0.5, "selected": 1, "label": "yes"'), JSON),
        (_predicted('null, "selected": true, "label": "yes"'), JSON),
        (_predicted('0.5, "selected": true, "label": null'), JSON),
        (_predicted('0.5, "selected": true, "label": 1'), JSON),
        (_predicted('0.5, "selected": true, "label": ""'), JSON),
        (_predicted('0.5, "selected": true'), JSON),
        (_predicted('1e999, "selected": false, "label": "no"'), JSON),
        (b'{"predictions": []}', JSON),
    ],
)
def test_an_answer_that_is_no_score_and_decision_is_refused_and_not_repeated(body, kind):
    with pytest.raises(Refused) as refused:
        questions.answers(body, kind, 1, Binary.ANSWER)
    assert not body or body.decode("latin-1")[:20] not in str(refused.value)


def test_answers_are_read_in_either_content_type():
    fields = Binary.ANSWER
    lines = questions.answers(b"0.25,0,no\n1e-3,1,yes", CSV, 2, fields)
    assert lines == [(0.25, False, "no"), (0.001, True, "yes")]
    told = b'{"predictions": [{"score": 1, "selected": true, "label": "yes", "why": "x"}]}'
    assert questions.answers(told, JSON, 1, fields) == [(1.0, True, "yes")]


def test_shares_are_read_in_the_order_of_their_classes():
    fields = Multiclass.ANSWER
    told = {"label": "b", "probability": 0.7, "probabilities": {"b": 0.7, "a": 0.3}}
    body = json.dumps({"predictions": [told]}).encode()
    one = [("b", 0.7, (0.3, 0.7))]
    assert questions.answers(body, JSON, 1, fields) == one
    assert questions.answers(b"b,0.7,0.3,0.7", CSV, 1, fields) == one


def test_nobody_is_asked_about_a_moment_after_having_been_shown_what_followed():
    found = series.honest()
    features = prepare.asked(found.test, found.model)
    units, apart = examination._units(features)
    requests = exam.together(units, apart, 7, turns=examination._turns(features))
    origin = np.array(found.test.column(ORIGIN).to_pylist())
    asked = [sorted(set(origin[request.rows])) for request in requests]
    assert all(len(moments) == 1 for moments in asked)
    assert asked == sorted(asked)
    first = [row for request in requests if not request.again for row in request.rows]
    again = {row for request in requests if request.again for row in request.rows}
    assert set(range(features.num_rows)) == set(first) | again
    assert len(again) >= AGAIN


def test_answers_in_a_tiny_unit_that_depend_on_their_company_are_counted():
    fields, rows = MODELS["regression"].task.ANSWER, range(1000)
    requests = exam.plan(len(rows), seed=3)
    answers = [
        [(row * 1e-10 * (1 + (len(request.rows) == 1)), 0.0, 1e-7) for row in request.rows]
        for request in requests
    ]
    _, report = examination._compared(requests, answers, len(rows), fields)
    assert report["different"] >= exam.ALONE - 1

"""Is one value one level, bin, threshold, question and answer, by whichever door it comes in?

Each property holds for every type of a contract; a date or a time is no feature, and is asked for
by `where` alone.
"""

import csv
import dataclasses
import io
import json
import random
import unicodedata
from datetime import date, datetime, time

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from factory import drift, values
from factory.catalogue.spec import Fairness
from factory.drift import bin_counts, capture
from factory.serving import probes, replay
from factory.tasks import answers
from pipelines.boosting import recipe
from pipelines.measure.binary import Binary
from pipelines.steps import baseline, canonical, columns, inference, prepare, questions, train
from tests.pipelines.cases import CHURN
from tests.pipelines.steps.captured import line

BIG = 2**53
AT = datetime.fromisoformat("2026-01-01")
LEVELS = {
    "text": ["caf\u00e9", "3.0"],
    "whole": [BIG, BIG + 1],
    "part": [0.1, 3.0],
    "yes": [True, False],
}
FEATURES = ("text", "whole", "small", "part", "yes", "size")
MODEL = dataclasses.replace(
    CHURN,
    features=FEATURES,
    gates=dataclasses.replace(
        CHURN.gates, fairness=Fairness(attributes=tuple(LEVELS), min_rows=20)
    ),
    hyperparameters={"iterations": 10},
)


def rows(count, seed=0):
    """Return a table that has a column of each type, where each joint group has its own scores."""
    dice = np.random.default_rng(seed)
    picked = {name: dice.integers(0, 2, count) for name in LEVELS}
    pull = sum((2.0**place) * codes for place, codes in enumerate(picked.values()))
    size = dice.normal(size=count).astype(np.float32)
    table = {name: [LEVELS[name][code] for code in codes] for name, codes in picked.items()}
    return pa.table({
        "customer": pa.array(np.arange(count) + seed * 100_000),
        **table,
        "small": pa.array(
            dice.integers(-3, 4, count).astype(np.int32), mask=dice.random(count) < 0.1
        ),
        "size": pa.array(size),
        "day": pa.array([date(2026, 1, 1 + int(n)) for n in dice.integers(0, 3, count)]),
        "at": pa.array(
            [AT.replace(hour=int(n)) for n in dice.integers(0, 3, count)], pa.timestamp("ns")
        ),
        "left": dice.random(count) < 1 / (1 + np.exp(8 - pull - size)),
    })  # fmt: skip


@pytest.fixture(scope="module")
def table():
    return canonical.table(rows(6000))


@pytest.fixture(scope="module")
def model(table):
    with threadpool_limits(1):
        learned = train.learn(prepare.chosen(table, MODEL, MODEL.taught, "train"), MODEL, recipe)
    metadata = json.loads(json.dumps(learned.metadata))
    assert len({group["threshold"] for group in metadata["settings"]["thresholds"]["groups"]}) > 8
    return inference.Predictor(learned.estimator, metadata, Binary)


@pytest.fixture(scope="module")
def document(table):
    counted = baseline.of(table, columns.of(table, FEATURES))
    found = {
        "model": "m",
        "version": 1,
        "config": "c",
        "features": list(FEATURES),
        "baseline": counted,
    }
    return json.loads(json.dumps(found))


def texts(kind, value):
    """Return how CSV files write *value*, and JSON in quotation marks."""
    if value is None:
        return ["", " "]
    if kind == "VARCHAR":
        return [value, f" {value}\u2003", unicodedata.normalize("NFD", value)]
    if kind == "BOOLEAN":
        return [str(value), str(value).lower(), str(value).upper(), str(int(value)), f"{value:.1f}"]
    if kind in {"BIGINT", "INTEGER"}:
        return [str(value), f"{value:+d}", f"{value:024d}"] + [f"{value}.0"] * (abs(value) < BIG)
    if kind == "DOUBLE":
        return [repr(value), f"{value:.17g}", f"{value:e}"][
            : 3 if float(f"{value:e}") == value else 2
        ]
    return [value.isoformat(), str(value)] + [f"{value}T00:00:00"] * (kind == "DATE")


def plain(kind, value):
    """Return how JSON holds *value* outside quotation marks, also as what 32 bits hold."""
    if value is None or kind in {"VARCHAR", "DATE", "TIMESTAMP"}:
        return [value if value is None or isinstance(value, str) else value.isoformat()]
    found = [value] + [float(value)] * (abs(value) < BIG)
    return found + [float(np.float32(value))] * (kind == "DOUBLE" and fits(value))


def fits(value):
    """Say whether 32 bits hold *value*: a fraction as the decimal that names them, else exactly."""
    single = np.float32(value)
    return float(single if value.is_integer() else str(single)) == value


ARROW = {
    "VARCHAR": [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())],
    "BIGINT": [pa.int64()],
    "INTEGER": [pa.int32()],
    "DOUBLE": [pa.float64(), pa.float32()],
    "BOOLEAN": [pa.bool_()],
    "DATE": [pa.date32(), pa.date64()],
    "TIMESTAMP": [pa.timestamp("us"), pa.timestamp("ns"), pa.timestamp("ms")],
}


def stored(kind, value):
    """Yield what steps read of *value* in Parquet, for each type that it may have there."""
    for type_ in ARROW[kind]:
        if type_ == pa.float32() and value is not None and not fits(value):
            continue
        sink = io.BytesIO()
        pq.write_table(pa.table({"x": pa.array([value, None], type_)}), sink)
        found = canonical.column("x", pq.read_table(sink).column("x"))
        assert found.type == canonical.STORED[kind]
        yield found[0].as_py()


MOMENTS = st.datetimes(AT.replace(year=1700), AT.replace(year=2200)).map(
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
)
VALUE = {
    "VARCHAR": st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1),
    "BIGINT": st.integers(-(2**63), 2**63 - 1),
    "INTEGER": st.integers(-(2**31), 2**31 - 1),
    "DOUBLE": st.floats(-1e18, 1e18) | st.sampled_from([0.1, 1.1, 0.5, -2.5, 3.0]),
    "BOOLEAN": st.booleans(),
    "DATE": st.dates(date(1, 1, 1)),
    "TIMESTAMP": MOMENTS,
}
TYPED = st.sampled_from(sorted(VALUE)).flatmap(
    lambda kind: st.tuples(st.just(kind), VALUE[kind] | st.none())
)


@given(TYPED)
def test_csv_json_and_parquet_hold_the_same_value_of_every_type(typed):
    kind, value = typed
    wanted = values.read(value, kind)
    forms = [*texts(kind, wanted), *json.loads(json.dumps(plain(kind, wanted)))]
    found = [values.read(form, kind) for form in forms] + list(stored(kind, value))
    assert {(values.text(each), type(each)) for each in found} == {
        (values.text(wanted), type(wanted))
    }


@given(TYPED)
def test_arrow_and_python_write_the_same_text(typed):
    kind, value = typed
    column = canonical.column(
        "x", pa.chunked_array([pa.array([value, None], canonical.STORED[kind])])
    )
    wanted = values.text(values.read(value, kind)) or None
    assert canonical.texts(column).to_pylist() == [wanted, None]


@given(st.data())
def test_where_chooses_the_same_rows_however_it_writes_them(data):
    table = canonical.table(rows(50))
    name = data.draw(st.sampled_from(["text", "whole", "part", "yes", "day", "at"]))
    value = data.draw(st.sampled_from(table.column(name).to_pylist()))
    kind = canonical.kind(table.column(name).type)
    chosen = [
        prepare.own(table, dataclasses.replace(MODEL, where={name: form}), "train")
        for form in texts(kind, value)
    ]
    assert {tuple(each.column("customer").to_pylist()) for each in chosen} == {
        tuple(i for i, each in enumerate(table.column(name).to_pylist()) if each == value)
    }


KINDS = {
    "text": "VARCHAR",
    "whole": "BIGINT",
    "small": "INTEGER",
    "part": "DOUBLE",
    "yes": "BOOLEAN",
    "size": "DOUBLE",
}
ROW = st.fixed_dictionaries({
    **{name: st.sampled_from(levels) for name, levels in LEVELS.items()},
    "small": st.none() | st.integers(-5, 5),
    "size": st.none() | st.floats(-4, 4, width=32) | st.floats(-4, 4),
}).map(lambda row: {name: values.read(row[name], KINDS[name]) for name in FEATURES})  # fmt: skip


def bodies(row, data):
    """Return a request about *row* in CSV and one in JSON, in forms that *data* draws."""
    cells = [data.draw(st.sampled_from(texts(KINDS[name], row[name]))) for name in FEATURES]
    sink = io.StringIO()
    csv.writer(sink).writerow(cells)
    given = {
        name: data.draw(
            st.sampled_from([*plain(KINDS[name], row[name]), *texts(KINDS[name], row[name])])
        )
        for name in FEATURES
    }
    return (sink.getvalue(), "text/csv"), (json.dumps({"instances": [given]}), "application/json")


def answer(model, body, kind):
    asked = inference.predict_fn(inference.input_fn(body, kind), model)
    assert not isinstance(asked, inference.BadRequest), asked
    body, written = inference.written(asked, "application/json")
    return answers.read(body, written, MODEL.task.ANSWER)


@settings(max_examples=60)
@given(row=ROW, data=st.data())
def test_one_row_gets_one_answer_and_falls_into_one_bin_in_either_content_type(
    model, document, row, data
):
    known = drift.parse(json.dumps(document).encode())
    as_is = json.dumps({"instances": [row]})
    wanted = answer(model, as_is, "application/json")
    places = [known.columns[name].bin(row[name]) for name in FEATURES]
    for body, kind in bodies(row, data):
        assert answer(model, body, kind) == wanted
        request = capture.Request(at="", inference="", answered=True, body=body.encode(), kind=kind)
        (cells,) = capture.rows(request, FEATURES)
        assert [known.columns[n].bin(v) for n, v in zip(FEATURES, cells, strict=True)] == places


def test_the_rows_of_training_fall_into_the_bins_in_which_training_counted_them(table, document):
    """The bins are those of the watch; the rows come as the exam asks and as probes ask."""
    known = drift.parse(json.dumps(document).encode())
    asked = questions.Questions.of(table, list(FEATURES))
    learned = {name: list(bins.learned) for name, bins in known.columns.items()}
    for kind in ("text/csv", "application/json"):
        for style in range(4):
            file = line(asked.body(range(table.num_rows), kind, style), kind)
            counted = bin_counts.of_file(file, known)
            assert (counted.rows, counted.malformed) == (table.num_rows, 0)
            assert {name: list(found) for name, found in counted.columns.items()} == learned


def rows_of(asked):
    return list(zip(*asked.values, strict=True))  # noqa: PD011 - no frame's


def test_what_a_fleet_is_asked_again_is_answered_as_the_exam_was(model, table):
    asked = questions.Questions.of(table.slice(0, 200), list(FEATURES))
    judged = answer(model, asked.body(range(200), "application/json"), "application/json")
    again = replay.Replay(
        features=FEATURES, rows=rows_of(asked),
        challenger=judged, champion=None, fields=MODEL.task.ANSWER,
    )  # fmt: skip
    for request in replay.requests(again, random.Random(1)):
        found = answer(model, request.body, request.content_type)
        assert found == list(request.challenger)


def test_every_case_that_a_probe_makes_of_the_baseline_is_answered(model, document):
    for case in probes.cases(document):
        found = inference.predict_fn(
            inference.input_fn(probes.body([case]), "application/json"), model
        )
        empty_group = case.name.endswith("None") and case.name.split()[0] in LEVELS
        assert isinstance(found, inference.BadRequest) == empty_group, case.name


def frames(table):
    """Return frames of pandas: nullable whole numbers are floats, and texts categories."""
    frame = table.select(list(FEATURES)).to_pandas()
    assert frame["small"].dtype == np.float64
    return (
        frame,
        frame.astype({"text": "category", "small": "Int32", "size": "float32"}),
        frame.astype(object),
    )


def test_what_pandas_writes_is_what_training_read(table):
    """In each of its usual types; `to_json` rounds to ten decimals, which is another number."""
    some = table.slice(0, 300)
    wanted = {name: some.column(name).to_pylist() for name in FEATURES}
    kinds = columns.of(some, FEATURES)
    for frame in frames(some):
        body = frame.to_csv(index=False, header=False)
        asked = inference.columns_of(inference.input_fn(body, "text/csv"), FEATURES)
        assert inference.canonical(asked, kinds) == wanted
        body = json.dumps({"instances": frame.to_dict(orient="records")}, default=str)
        asked = inference.columns_of(inference.input_fn(body, "application/json"), FEATURES)
        assert inference.canonical(asked, kinds) == wanted


def test_dates_as_pandas_writes_them_are_the_dates_of_the_file():
    days = pd.DataFrame(
        {
            "day": pd.to_datetime(["2026-01-02", None]),
            "at": pd.to_datetime(["2026-01-02 03:04:05.5", None]),
        }
    )
    for cells in (
        list(csv.DictReader(io.StringIO(days.to_csv(index=False)))),
        json.loads(days.to_json(orient="records", date_format="iso", date_unit="us")),
        days.to_dict(orient="records"),
    ):
        assert [values.read(row["day"], "DATE") for row in cells] == [date(2026, 1, 2), None]
        assert [values.read(row["at"], "TIMESTAMP") for row in cells] == [
            datetime.combine(date(2026, 1, 2), time(3, 4, 5, 500_000)),
            None,
        ]

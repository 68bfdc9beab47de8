"""Who decides what is watched? Attacks on the reference, and on what fills a window."""

import json
from dataclasses import replace

import pytest

from factory import drift
from factory.catalogue.spec import Watch
from factory.drift import empty, response, window
from factory.drift.comparison import MALFORMED
from factory.drift.episode import DriftState, Episode
from factory.drift.notification import event
from factory.drift.window import Known, OpenWindow
from factory.events.incident import IncidentOpened
from pipelines.steps import baseline, columns
from tests.pipelines.cases import INCOME, adult
from tests.redteam.traffic import captured

RULE = Watch()
DOCUMENT = {"model": "income", "version": 1, "config": "mw-dev-income-v1-00000000"}


@pytest.fixture(scope="module")
def counted():
    """What Gates counts of the census rows, whatever an artifact says."""
    rows = adult("train")
    found = baseline.of(rows, columns.of(rows, INCOME.features))
    document = DOCUMENT | {"features": list(INCOME.features), "baseline": found}
    return drift.parse(json.dumps(document).encode())


def told(known, rows):
    """Send *rows* for three windows; return the last finding and what was announced."""
    open_ = OpenWindow(number=1, counts=empty(known))
    before = Known(window=open_, late=replace(open_, late=True), state=DriftState())
    heard = []
    for minute in range(3):
        counts = drift.of_file(captured(rows, minute), known)
        change = window.add(counts, before, known, RULE, "findings")
        assert change.notification, "no window was full, so nobody judged anything"
        before = replace(before, window=change.window, state=change.state)
        heard += [event(change.notification)] if change.notification.change else []
    return change.notification.finding, heard


@pytest.mark.attack("every column is declared to be a number, and traffic is nonsense")
def test_columns_are_what_the_rows_say(counted, stopped):
    kinds = {name: type(bins).__name__ for name, bins in counted.columns.items()}
    assert kinds["sex"] == kinds["race"] == "Levels"
    assert kinds["age"] == "Numbers"
    nonsense = ["x" + ",x" * (len(counted.features) - 1)] * RULE.min_rows
    finding, (detected,) = told(counted, nonsense)
    assert finding.breaching == (MALFORMED,)
    stopped(finding.columns[MALFORMED].words, f"{detected.TYPE} {detected.subject}")


@pytest.mark.parametrize(
    ("attack", "row"),
    [
        ("a field too few", "1,2,3"),
        ("a field too many", ",".join("1" * 15)),
        ("no text at all", "\ud800"),
        ("JSON of another kind", "{}"),
    ],
    ids=str,
)
@pytest.mark.attack("traffic of a kind that no column counts, so that no window fills")
def test_traffic_that_no_column_counts_is_judged(counted, stopped, attack, row):
    finding, (detected,) = told(counted, [row] * RULE.min_rows)
    assert (finding.window.rows, finding.breaching) == (0, (MALFORMED,)), attack
    stopped(finding.columns[MALFORMED].words, f"{detected.TYPE} {detected.subject}")


@pytest.mark.attack("requests that the model refuses, so that it answers nobody unnoticed")
def test_refused_requests_are_judged(counted, stopped):
    finding, (detected,) = told(counted, [None] * RULE.min_rows)
    assert finding.window.refused == RULE.min_rows
    assert finding.breaching == (MALFORMED,)
    stopped(finding.columns[MALFORMED].words, f"{detected.TYPE} {detected.subject}")


@pytest.mark.attack("nonsense makes the factory spend its runs on retraining")
def test_nonsense_starts_no_training(counted, stopped):
    finding, (detected,) = told(counted, ["x"] * RULE.min_rows)
    episode = Episode(detected.episode, "s3://f/1.json")
    opened = response.events("income", [episode], {"s3://f/1.json": finding})
    assert [each.TYPE for each in opened] == [IncidentOpened.TYPE]
    stopped("an incident without a retraining", f"{opened[0].TYPE} {opened[0].subject}")


@pytest.mark.attack("a column of free text makes the reference too large to be watched")
def test_a_column_of_free_text_is_watched(stopped):
    rows = adult("train")
    titles = [f"title {n}" for n in range(rows.num_rows)]
    rows = rows.set_column(rows.column_names.index("occupation"), "occupation", [titles])
    found = baseline.of(rows, columns.of(rows, INCOME.features))["columns"]["occupation"]
    assert len(found["levels"]) == columns.MOST_LEVELS
    assert sum(found["levels"].values()) + found["other"] == rows.num_rows
    stopped("254 levels and one bin of all others", "nothing happens that is told")


@pytest.mark.attack("one answer of the model is nested so deep that its file cannot be counted")
@pytest.mark.parametrize("answer", ['{"a":' * 100_000, '{"a":' + "[" * 100_000, "{" * 100_000])
def test_an_answer_that_nobody_can_read_hides_no_other_request(counted, stopped, answer):
    lines = [json.loads(line) for line in captured(["x"] * 3, 0).splitlines()]
    lines[1]["captureData"]["endpointOutput"]["data"] = answer
    counts = drift.of_file("\n".join(map(json.dumps, lines)).encode(), counted)
    assert (counts.malformed, counts.refused) == (3, 0)
    stopped("it counts as an answer, and its request as what it is", "nothing happens that is told")

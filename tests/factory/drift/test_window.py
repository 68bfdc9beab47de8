"""When is a window full, and what follows from it?"""

from dataclasses import replace

import pytest

from factory.catalogue.spec import Watch
from factory.drift import BinCounts, empty, window
from factory.drift.comparison import MALFORMED
from factory.drift.episode import DriftState
from factory.drift.window import Known, OpenWindow
from factory.events.incident import DriftDetected, DriftEnded
from tests.factory.drift.conftest import baseline, number

BASELINE = baseline(age=number([float(n) for n in range(20, 71, 5)], [1000] * 10))
RULE = Watch(min_rows=100, breaches=2, windows=3)
START = Known(
    window=OpenWindow(number=1, counts=empty(BASELINE)),
    late=OpenWindow(number=1, counts=empty(BASELINE), late=True),
    state=DriftState(),
)
EDGE = 2  # the first bin that training chose


def rows(count, minute, *, old=False):
    """Return a file of *count* rows like those of training, or of old people alone."""
    bins = [0] * len(BASELINE.columns["age"].learned)
    for n in range(count):
        bins[EDGE + (9 if old else n % 10)] += 1
    at = f"2026-11-12T00:{minute:02}:00Z"
    return BinCounts(columns={"age": bins}, rows=count, files=1, first=at, last=at)


def course(*files, rule=RULE):
    """Return the changes that *files* make, one after the other."""
    known, changes = START, []
    for file in files:
        change = window.add(file, known, BASELINE, rule, "findings")
        lane = "late" if change.window.late else "window"
        known = replace(known, **{lane: change.window}, state=change.state or known.state)
        changes.append(change)
    return changes


def test_a_file_that_does_not_fill_the_window_is_only_added():
    (change,) = course(rows(99, 1))
    assert (change.window.number, change.window.counts.rows) == (1, 99)
    assert (change.state, change.notification) == (None, None)


@pytest.mark.parametrize("files", [[100], [250], [60, 40], [99, 1], [1, 98, 200]])
def test_the_file_that_fills_the_window_has_it_judged_with_all_its_rows(files):
    *_, last = course(*(rows(count, minute) for minute, count in enumerate(files)))
    assert last.notification.finding.window.rows == sum(files)
    assert last.notification.finding.window.files == len(files)
    assert last.window == OpenWindow(number=2, counts=empty(BASELINE))
    assert last.state.verdicts[-1].finding == last.notification.uri


def test_a_finding_is_stored_under_its_configuration_and_number():
    *_, last = course(rows(100, 1), rows(100, 2))
    assert last.notification.uri == (
        "s3://findings/findings/income/mw-dev-income-v1-00000000/000002.json"
    )


def test_only_the_first_window_of_a_configuration_may_lack_its_alarm():
    found = [change.notification.alarm for change in course(rows(100, 1), rows(100, 2))]
    assert found == [True, False]


def test_drift_begins_with_the_window_that_tips_the_scale_and_ends_likewise():
    old = [True, False, True, True, False, False, False]
    changes = course(*(rows(200, minute, old=each) for minute, each in enumerate(old)))
    assert [change.notification.change for change in changes] == [
        "",
        "",
        DriftDetected.TYPE,
        "",
        "",
        DriftEnded.TYPE,
        "",
    ]
    begun = changes[2].notification.finding
    assert (begun.breaching, begun.breached) == (("age",), True)
    assert begun.columns["age"].since == "2026-11-12T00:00:00Z"


def test_a_column_keeps_the_words_of_the_window_in_which_it_drifted_last():
    *_, drifted, calm = course(rows(200, 1, old=True), rows(200, 2, old=True), rows(200, 3))
    column = calm.notification.finding.columns["age"]
    assert not column.drifted
    assert column.words == drifted.notification.finding.columns["age"].words
    assert calm.notification.finding.drifted == ()


def nonsense(count, minute, *, malformed=0, refused=0):
    """Return a file of *count* rows like those of training, and of others that are not."""
    return replace(rows(count, minute), malformed=malformed, refused=refused)


@pytest.mark.parametrize(
    ("file", "drifted"),
    [
        ({"count": 100, "malformed": 5}, False),
        ({"count": 100, "malformed": 6}, True),
        ({"count": 100, "refused": 6}, True),
        ({"count": 97, "malformed": 3, "refused": 3}, True),
        ({"count": 0, "malformed": 100}, True),
        ({"count": 0, "refused": 100}, True),
    ],
)
def test_a_share_of_malformed_traffic_is_a_finding_above_its_bound(file, drifted):
    *_, last = course(*(nonsense(**file, minute=minute) for minute in (1, 2)))
    finding = last.notification.finding
    assert finding.drifted == ((MALFORMED,) if drifted else ())
    assert last.notification.change == (DriftDetected.TYPE if drifted else "")
    if drifted:
        assert "rows hold something else than the features" in finding.columns[MALFORMED].words


def test_malformed_traffic_fills_a_window_as_good_traffic_does():
    first, second = course(nonsense(50, 1, malformed=49), nonsense(0, 2, malformed=1))
    assert first.notification is None
    assert second.notification.finding.window.rows == 50


def test_files_older_than_what_was_judged_gather_in_a_window_of_their_own():
    calm, late, now = course(rows(100, 9), rows(60, 1, old=True), rows(60, 10))
    assert (late.window.late, late.window.counts.rows) == (True, 60)
    assert (now.window.late, now.window.counts.rows) == (False, 60)
    assert calm.window.number == now.window.number == 2


def test_a_window_of_late_files_is_judged_as_of_then_and_changes_nothing_now():
    changes = course(
        *(rows(100, minute) for minute in (7, 8, 9)),
        *(rows(60, minute, old=True) for minute in (1, 2, 3, 4)),
    )
    judged = [change for change in changes if change.notification]
    assert [change.notification.finding.late for change in judged] == [False] * 3 + [True] * 2
    assert judged[-1].notification.uri.endswith("/late-000002.json")
    assert judged[-1].notification.finding.drifted == ("age",)
    assert {change.notification.change for change in judged} == {""}
    assert not judged[-1].state.breached


def test_a_late_window_is_news_where_it_would_have_been_had_it_come_in_time():
    """The drift goes on: one of its windows was late, and with it there are two of three."""
    *_, last = course(rows(200, 1), rows(200, 5, old=True), rows(200, 6), rows(200, 4, old=True))
    assert last.window.late
    assert last.notification.change == DriftDetected.TYPE


def test_what_instances_write_side_by_side_is_not_late():
    one, other = rows(100, 1), replace(rows(60, 1), last="2026-11-12T00:05:00Z")
    _, change = course(replace(one, last="2026-11-12T00:05:00Z"), other)
    assert not change.window.late

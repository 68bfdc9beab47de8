"""Is what was remembered of files, windows and models read as it was stored?"""

import json

import pytest

from factory.drift import items
from factory.drift.bin_counts import BinCounts
from factory.drift.episode import DriftingColumn, DriftState, Episode, WindowVerdict
from factory.drift.items import ProcessedFile
from factory.drift.notification import Notification
from factory.drift.window import OpenWindow
from tests.factory.drift.conftest import baseline, number
from tests.factory.drift.findings import BEGAN, finding

BASELINE = baseline(age=number([10.0, 20.0], [4]))
COUNTS = BinCounts(columns={"age": [1, 0, 5, 2]}, rows=8, probes=1, malformed=2, files=3,
                   first=BEGAN, last=BEGAN)  # fmt: skip
STATE = DriftState(
    verdicts=(
        WindowVerdict(
            config="c", first=BEGAN, last=BEGAN, drifted={"age": "it moved"}, finding="s3://f/1"
        ),
    ),
    columns={"age": DriftingColumn(BEGAN, "it moved", breaching=True),
             "sex": DriftingColumn(BEGAN, "once", breaching=False)},
    episodes=(Episode("one", "s3://f/0", "s3://f/0"), Episode("two", "s3://f/1")),
)  # fmt: skip
PENDING = Notification(finding=finding("age"), uri="s3://f/1", change="", alarm=True)


def stored(item):
    """Return *item* as a table gives it back: plain values, and lists for tuples."""
    return json.loads(json.dumps(item))


@pytest.mark.parametrize("pending", [None, PENDING])
def test_a_file_is_remembered_with_what_is_pending(pending):
    file = ProcessedFile(key="captures/c/e/live/1.jsonl", expires=99, pending=pending)
    item = stored(file.item())
    assert item["pk"] == "file|captures/c/e/live/1.jsonl"
    assert items.file_of(item) == file


def test_a_window_is_remembered_with_its_counts():
    window = OpenWindow(number=7, counts=COUNTS)
    item = stored(items.window_item("c", window, revision=3))
    assert (item["pk"], item["revision"], item["rows"]) == ("window|c", 3, 8)
    assert items.window_of(item, BASELINE) == window


def test_without_an_item_the_first_window_is_open_and_empty():
    window = items.window_of(None, BASELINE)
    assert (window.number, window.counts.rows) == (1, 0)
    assert window.counts.columns == {"age": [0, 0, 0, 0]}


def test_a_model_is_remembered_with_its_state_and_with_what_readers_ask_first():
    item = stored(items.model_item("income", STATE, revision=1))
    assert items.state_of(item) == STATE
    assert items.episodes_of(item) == STATE.episodes
    assert {name: item[name] for name in ("pk", "breached", "episode", "words", "judged")} == {
        "pk": "model|income",
        "breached": True,
        "episode": "two",
        "words": {"age": "it moved"},
        "judged": BEGAN,
    }


def test_without_an_item_a_model_has_no_state_and_no_episodes():
    assert items.state_of(None) == DriftState()
    assert items.episodes_of(None) == ()

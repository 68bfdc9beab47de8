"""Does drift of a model of many columns fit into items, events and what people read?"""

import json
import random
from dataclasses import replace

import pytest

from factory.catalogue.spec import Watch
from factory.drift import bin_counts, items, notification, packing, response, window
from factory.drift.items import ProcessedFile
from factory.drift.window import Known, OpenWindow
from factory.events.incident import DriftDetected
from tests.factory.drift.conftest import baseline, category, number

ITEM = 400 * 1024  # bytes of an item of DynamoDB
ENTRY = 256 * 1024  # bytes of an entry of EventBridge
COLUMNS = 2000


@pytest.fixture(scope="module")
def course():
    """Return the changes of three windows in which each of 2,000 columns drifts by its own way."""
    rng = random.Random(7)

    def column(n):
        if n % 2:
            levels = {"common": 400, f"{rng.getrandbits(800):x}"[:200]: 60}
            return category(levels)
        edges = sorted(rng.uniform(-1e6, 1e6) for _ in range(8))
        return number(edges, [rng.randint(50, 90) for _ in range(7)])

    named = {f"feature_{rng.getrandbits(64):x}_{n}": column(n) for n in range(COLUMNS)}
    known_as = baseline(**named)
    open_ = OpenWindow(number=1, counts=bin_counts.empty(known_as))
    known = Known(window=open_, late=replace(open_, late=True), state=items.state_of(None))
    changes = []
    for n in range(3):
        counts = {
            name: [rng.randint(0, 40), *([0] * (len(bins.learned) - 2)), 900]
            for name, bins in known_as.columns.items()
        }
        at = f"2026-11-12T00:0{n}:00Z"
        file = bin_counts.BinCounts(columns=counts, rows=900, files=1, first=at, last=at)
        change = window.add(file, known, known_as, Watch(), "findings")
        changes.append(change)
        known = replace(known, window=change.window, state=change.state)
    return changes


def test_all_columns_have_drifted(course):
    assert len(course[1].notification.finding.breaching) >= COLUMNS
    assert course[1].notification.change == DriftDetected.TYPE


def test_what_is_remembered_of_them_fits_into_items_and_is_read_again(course):
    for change in course:
        file = ProcessedFile(key="k", expires=1, pending=change.notification)
        stored = [
            items.window_item("c", change.window, 1),
            items.model_item("income", change.state, 1),
            file.item(),
        ]
        assert [len(json.dumps(item)) for item in stored if len(json.dumps(item)) > ITEM] == []
        assert items.state_of(json.loads(json.dumps(stored[1]))) == change.state
        assert items.file_of(json.loads(json.dumps(stored[2]))) == file


def test_the_event_tells_of_the_first_columns_and_where_all_of_them_stand(course):
    event = notification.event(course[1].notification)
    assert len(json.dumps(event.body())) < ENTRY / 4
    assert len(event.columns) == len(event.breaching) == packing.MOST_TOLD
    assert set(event.columns) == set(event.breaching)
    assert f"and {COLUMNS - packing.MOST_TOLD} more drifted" in event.reason
    assert event.finding == course[1].notification.uri


def test_the_incident_tells_of_the_first_columns(course):
    told = course[1].notification
    found = response.events("income", course[1].state.episodes, {told.uri: told.finding})
    opened, wanted = found
    assert len(opened.reasons) == packing.MOST_TOLD
    assert f"and {COLUMNS - packing.MOST_TOLD} more: what income" in opened.reason
    assert f"and {COLUMNS - packing.MOST_TOLD} more drifted" in wanted.reason
    assert all(len(json.dumps(event.body())) < ENTRY / 4 for event in found)

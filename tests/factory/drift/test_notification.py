"""Does everyone learn of a window, in an order in which nobody reads what is not there yet?"""

from dataclasses import replace

import pytest

from factory.drift import notification
from factory.drift.notification import (
    CreateAlarm,
    Emit,
    MeasureDrift,
    Notification,
    StoreFinding,
    effects,
)
from factory.events.incident import DriftDetected, DriftEnded
from tests.factory.drift.findings import BEGAN, finding

URI = "s3://findings/findings/income/mw-dev-income-v1-00000000/000003.json"
BEGUN = Notification(finding=finding("age"), uri=URI, change=DriftDetected.TYPE, alarm=True)


@pytest.mark.parametrize(
    ("change", "alarm", "order"),
    [
        ("", False, [StoreFinding, MeasureDrift]),
        ("", True, [StoreFinding, CreateAlarm, MeasureDrift]),
        (DriftDetected.TYPE, False, [StoreFinding, Emit, MeasureDrift]),
        (DriftDetected.TYPE, True, [StoreFinding, CreateAlarm, Emit, MeasureDrift]),
        (DriftEnded.TYPE, False, [StoreFinding, Emit, MeasureDrift]),
        (DriftEnded.TYPE, True, [StoreFinding, CreateAlarm, Emit, MeasureDrift]),
    ],
)
def test_the_finding_is_stored_first_and_the_alarm_exists_before_it_is_measured(
    change, alarm, order
):
    steps = effects(replace(BEGUN, change=change, alarm=alarm))
    assert [type(step) for step in steps] == order
    assert steps[0] == StoreFinding(URI, finding("age").document)
    assert steps[-1] == MeasureDrift("income")


def test_the_event_tells_of_the_columns_that_drifted_and_where_the_finding_is():
    event = notification.event(BEGUN)
    assert (event.TYPE, event.subject, event.key) == (DriftDetected.TYPE, "model/income", BEGAN)
    assert event.reason == (
        "500 rows from 2026-11-12T00:01:00Z to 2026-11-12T00:02:00Z: "
        "age drifted from what version 1 learned"
    )
    assert set(event.columns) == {"age"}
    assert event.finding == URI


def test_the_end_of_drift_has_the_same_key_as_its_beginning_and_another_id():
    ended = notification.event(replace(BEGUN, finding=finding(), change=DriftEnded.TYPE))
    assert ended.key == notification.event(BEGUN).key
    assert ended.id != notification.event(BEGUN).id
    assert ended.reason.endswith("no column drifts any longer")


def test_a_notification_is_the_same_after_it_was_stored():
    assert notification.of(BEGUN.item()) == BEGUN

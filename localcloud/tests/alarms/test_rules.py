from __future__ import annotations

from types import SimpleNamespace

import pytest

from localcloud.alarms import rules

KEPT = None
TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")


def alarm(periods, needed, treatment):
    return SimpleNamespace(
        evaluation_periods=periods,
        datapoints_to_alarm=needed,
        treat_missing_data=treatment,
        threshold=1,
        comparison_operator="GreaterThanOrEqualToThreshold",
    )


def values(picture):
    """Read the user guide's pictures: X breaches, 0 does not, - is missing."""
    return [{"X": 2.0, "0": 0.0, "-": None}[sign] for sign in picture.split()]


@pytest.mark.parametrize(
    ("needed", "picture", "states"),
    [
        (3, "0 - X - X", ("OK", "OK", "OK", "OK")),
        (3, "- - - - 0", ("OK", "OK", "OK", "OK")),
        (3, "- - - - -", ("INSUFFICIENT_DATA", KEPT, "ALARM", "OK")),
        (3, "0 X X - X", ("ALARM", "ALARM", "ALARM", "ALARM")),
        (3, "- - X - -", ("ALARM", KEPT, "ALARM", "OK")),
        (3, "- - - - X", (KEPT, KEPT, "ALARM", "OK")),
        (3, "- - - X -", (KEPT, KEPT, "ALARM", "OK")),
        (2, "0 - X - X", ("ALARM", "ALARM", "ALARM", "ALARM")),
        (2, "0 0 X 0 X", ("ALARM", "ALARM", "ALARM", "ALARM")),
        (2, "0 - X - -", ("OK", "OK", "ALARM", "OK")),
        (2, "- - - - 0", ("OK", "OK", "ALARM", "OK")),
        (2, "- - - X -", ("ALARM", KEPT, "ALARM", "OK")),
    ],
)
def test_missing_values_count_as_the_user_guide_says(needed, picture, states):
    found = [rules.state_of(alarm(3, needed, each), values(picture)) for each in TREATMENTS]
    assert tuple(found) == states

"""Is a fleet whole only when every model has started, once, and nothing is left?"""

import pytest

from benchmarks.fleet import whole

FLEET = {"models": 3, "started": 3, "doubled": 0, "waiting": {}, "failures": []}


def test_a_fleet_is_whole_when_every_model_has_started_once():
    assert whole(FLEET, 3)


@pytest.mark.parametrize(
    "flaw",
    [
        {"models": 2, "started": 2},
        {"started": 2},
        {"doubled": 1},
        {"waiting": {"Failed": 1}},
        {"failures": ["Traceback"]},
    ],
    ids=lambda flaw: next(iter(flaw)),
)
def test_a_fleet_with_one_flaw_is_not_whole(flaw):
    assert not whole({**FLEET, **flaw}, 3)

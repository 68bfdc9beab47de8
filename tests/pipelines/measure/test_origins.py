"""Are forecasts judged on what nothing was learned from, and is more asked for where it lacks?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory.errors import Refused
from pipelines.measure import origins, panel
from pipelines.measure.time_grid import STEPS, step_of
from tests.pipelines.measure.series import layout, rows, table


@settings(max_examples=200, deadline=None)
@given(
    step=st.sampled_from(sorted(STEPS)),
    horizon=st.integers(1, 40),
    more=st.integers(0, 2000),
    count=st.integers(12, 20),
)
def test_no_part_learns_what_a_later_one_is_judged_on(step, horizon, more, count):
    step = step_of(step)
    steps = origins.fewest_steps(horizon, step, count) + more
    numbers = np.arange(100, 100 + steps)
    found = origins.origins(numbers, horizon, step, count)
    assert len(found.test) == count
    assert set(np.diff(found.test)) <= {horizon}
    assert found.test[-1] + horizon == numbers[-1]
    assert len(found.fit)
    assert len(found.held_out)
    assert found.fit[-1] + horizon <= found.held_out[0]
    assert found.held_out[-1] + horizon <= found.test[0]
    assert found.fit[0] >= numbers[0] + step.season - 1


@pytest.mark.parametrize("step", STEPS)
def test_origins_to_learn_from_meet_every_phase_of_the_season(step):
    step = step_of(step)
    for horizon in (step.season, 2 * step.season):
        apart = origins.stride(10_000, horizon, step, series=1_000)
        assert len({n * apart % step.season for n in range(step.season)}) == step.season


def test_many_series_give_one_origin_a_horizon_and_one_series_more():
    day = step_of("day")
    assert origins.stride(364, 28, day, series=1_000) == 26
    assert origins.stride(364, 28, day, series=1) == 1


def test_too_short_a_time_is_refused_with_how_much_more_is_needed():
    day = step_of("day")
    with pytest.raises(Refused) as refused:
        origins.origins(np.arange(100), 7, day, 12)
    assert str(refused.value) == (
        "100 steps of one day are too few: 12 test origins of 7 steps, 4 horizons before them to "
        "learn from and a season of 7 to look back on take 120; land 20 more, or shorten the "
        "horizon"
    )
    origins.origins(np.arange(120), 7, day, 12)


def test_too_few_test_origins_are_refused():
    with pytest.raises(Refused, match="11 test origins carry no interval; ask for at least 12"):
        origins.origins(np.arange(999), 7, step_of("day"), 11)


def test_a_series_answers_from_where_it_has_a_season_and_a_step_to_come():
    columns = table(stores=2, count=20)
    columns = rows(columns, np.r_[0:20, 30:40])  # the second begins ten days later
    found = panel.read(columns, layout())
    entry = origins.entries(found, np.unique(found.numbers))
    first = [e for e in entry.tolist() if e < 20]
    assert (first, sorted(set(entry.tolist()) - set(first))) == (list(range(6, 19)), [26, 27, 28])

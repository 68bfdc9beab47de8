"""Does a frame say what was known at its origin, and nothing else?"""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.measure import cutoff, lags, origins, panel, request
from pipelines.measure.time_grid import STEPS, step_of
from tests.pipelines.measure.series import layout, rows, table


def framed(columns, form, chosen=None):
    """Return the panel of *columns* and the frame of all origins, or of those *chosen*."""
    found = panel.read(columns, form)
    numbers = np.unique(found.numbers) if chosen is None else chosen
    return found, lags.lag_frame(found, origins.entries(found, numbers), lags.levels_of(found))


def by_hand(past, step, ahead):
    """Return a row's features of the values, from the list of those up to the origin."""
    season, reach = step.season, step.season * step.seasons
    level, scale = np.nanmean(past[-season:]), np.nanstd(past[-reach:])
    scaled = [(value - level) / scale for value in past]

    def at(index):
        return scaled[index] if index >= 0 else np.nan

    target, found = len(past) - 1 + ahead, {"step": ahead, "level": level, "scale": scale}
    back = [k for k in range(1, 99) if target - k * season < len(past)][: step.seasons]
    found |= {f"season_{n}": at(target - k * season) for n, k in enumerate(back, 1)}
    same = [found[f"season_{n}"] for n in range(1, step.seasons + 1)]
    found["season_mean"] = np.nan if np.isnan(same).all() else np.nanmean(same)
    found |= {f"last_{n}": at(len(past) - n) for n in (1, 2, 3)}
    found["long_mean"] = np.nanmean(scaled[-reach:])
    found["spread"] = np.nanstd(scaled[-season:])
    return found


@settings(max_examples=25, deadline=None)
@given(
    step=st.sampled_from(["day", "month"]),
    horizon=st.integers(1, 30),
    seed=st.integers(0, 99),
    gaps=st.sampled_from([0.0, 0.05]),
)
@example(step="day", horizon=9, seed=25, gaps=0.05)  # no season before has a value
def test_every_feature_is_the_one_made_by_hand(step, horizon, seed, gaps):
    columns = table(stores=2, count=80, step=step, seed=seed, gaps=gaps)
    found, frame = framed(columns, layout(step, horizon))
    row = int(np.random.default_rng(seed).integers(len(frame.entry)))
    begin = found.bounds[found.series[frame.entry[row]]]
    origin = frame.origins[frame.asked[row]]
    past = found.value[begin : origin + 1].tolist()
    wanted = by_hand(past, step_of(step), frame.entry[row] - origin)
    shown = frame.features.iloc[row].to_dict()
    shown |= {"level": frame.level[row], "scale": frame.scale[row]}
    assert {n: shown[n] for n in wanted} == pytest.approx(wanted, nan_ok=True)


def test_the_longer_season_of_hours_is_the_week():
    columns = table(stores=1, count=24 * 40, step="hour")
    found, frame = framed(columns, layout("hour", 24))
    row = np.flatnonzero((frame.step == 5) & (frame.origins[frame.asked] >= 24 * 30))[0]
    expected = frame.scaled(found.value[frame.entry - 168])[row]
    assert frame.features["longer_season_1"].iloc[row] == expected


@pytest.mark.parametrize("step", STEPS)
def test_nothing_after_the_origin_changes_a_frame(step):
    """Each origin of each step, with values of the horizon and after replaced by noise."""
    columns = table(stores=2, count=step_of(step).season * 3 + 5, step=step)
    form = layout(step, 4)
    number = form.step.numbers(columns["at"])
    for origin in np.unique(number)[form.step.season :: 7]:
        other = cutoff.scrambled(columns, number > origin, ["store", "at"])
        frames = [framed(each, form, [origin])[1] for each in (columns, other)]
        assert len({cutoff.digest([f.features, f.level, f.scale]) for f in frames}) == 1


@pytest.mark.parametrize("step", STEPS)
def test_a_request_with_the_recent_history_gives_the_bits_that_training_gave(step):
    form = layout(step, 5, known=["promotion", "weather"])
    columns = table(stores=3, count=form.step.reach + 50, step=step, gaps=0.05)
    origin = form.step.numbers(columns["at"])[form.step.reach + 20]
    columns["sales"][form.step.numbers(columns["at"]) == origin] = 20.0  # a request ends with one
    whole = panel.read(columns, form)
    levels = lags.levels_of(whole)
    first = lags.lag_frame(whole, origins.entries(whole, [origin]), levels)
    number = form.step.numbers(columns["at"])
    asked = rows(columns, (number > origin - form.step.reach) & (number <= origin + form.horizon))
    asked["sales"][form.step.numbers(asked["at"]) > origin] = np.nan
    second = lags.lag_frame(*request.read(asked, form), levels)
    digests = [cutoff.digest([f.features, f.level, f.scale]) for f in (first, second)]
    assert digests[0] == digests[1]


def test_known_columns_are_those_of_the_step_itself():
    columns = table(stores=2, count=40)
    found, frame = framed(columns, layout("day", 3, known=["promotion", "weather"]))
    row = found.row[frame.entry]
    assert frame.features["promotion"].tolist() == columns["promotion"][row].tolist()
    assert frame.features["weather"].tolist() == columns["weather"][row].tolist()
    assert frame.features["store"].tolist() == columns["store"][row].tolist()


def test_a_level_that_training_has_not_seen_is_missing():
    form = layout("day", 3, known=["weather"])
    columns = table(stores=2, count=40)
    levels = lags.levels_of(panel.read(columns, form))
    columns["weather"][-1] = "hail"
    columns["store"][40:] = "new"
    found = panel.read(columns, form)
    frame = lags.lag_frame(found, origins.entries(found, [found.numbers[-4]]), levels)
    assert frame.features["weather"].isna().tolist()[-1]
    assert frame.features["store"].isna().tolist() == [False] * 3 + [True] * 3
    assert levels == {"store": ["s0", "s1"], "weather": ["dry", "wet"]}


def test_a_constant_series_is_measured_in_its_own_unit():
    columns = table(stores=1, count=40)
    columns["sales"][:] = 0.1 + 0.2
    found, frame = framed(columns, layout())
    assert set(frame.scale) == {1.0}
    assert frame.unscaled(frame.scaled(found.value[frame.entry])) == pytest.approx(0.3)


def test_a_season_without_values_does_not_stop_a_frame():
    columns = table(stores=1, count=40)
    columns["sales"][20:30] = np.nan
    _, frame = framed(columns, layout())
    assert np.isfinite(frame.level).all()
    assert np.isfinite(frame.scale).all()


def test_lags_that_no_row_has_are_not_among_the_filled():
    _, frame = framed(table(stores=1, count=20), layout("day", 3))
    missing = {f"season_{back}" for back in range(3, 14)}
    assert set(frame.features) - set(lags.filled(frame.features)) == missing


def test_a_frames_rows_make_a_table_by_origin_and_step():
    found, frame = framed(table(stores=1, count=20), layout("day", 3))
    shown = frame.table(found.value[frame.entry], 3)
    assert shown[0].tolist() == found.value[7:10].tolist()
    assert np.isnan(shown[-1]).tolist() == [False, True, True]


def test_a_column_of_more_levels_than_trees_can_split_is_not_among_the_filled():
    for stores, there in ((254, True), (255, False)):
        _, frame = framed(table(stores, 30), layout(), chosen=np.array([19_740]))
        assert ("store" in lags.filled(frame.features)) == there

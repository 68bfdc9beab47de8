"""Are series found in a table's rows, and told by name where they are not regular?"""

from datetime import date

import numpy as np
import pytest

from factory.errors import Refused
from pipelines.measure import panel
from pipelines.measure.time_grid import STEPS, calendar, step_of
from tests.pipelines.measure.series import layout, rows, table, times


def test_rows_in_any_order_give_the_same_series():
    columns = table(stores=3, count=20)
    random = np.random.default_rng(1)
    mixed = panel.read(rows(columns, random.permutation(60)), layout(known=["weather"]))
    plain = panel.read(columns, layout(known=["weather"]))
    for name in (("s0",), ("s1",), ("s2",)):
        first, second = plain.keys.index(name), mixed.keys.index(name)
        one = slice(*plain.bounds[first : first + 2])
        two = slice(*mixed.bounds[second : second + 2])
        assert plain.value[one].tolist() == mixed.value[two].tolist()
        assert plain.known["weather"][one].tolist() == mixed.known["weather"][two].tolist()


def test_each_entry_knows_the_row_it_was():
    columns = rows(table(stores=2, count=10), np.random.default_rng(2).permutation(20))
    found = panel.read(columns, layout())
    assert found.value.tolist() == columns["sales"][found.row].tolist()


def test_what_a_request_holds_is_read_as_what_a_snapshot_holds():
    """Lists of canonical values: dates, whole numbers, booleans and None."""
    found = panel.read(
        {"store": [7, 7], "at": [date(2024, 1, 1), date(2024, 1, 2)], "sales": [3, None],
         "promotion": [True, None]},
        layout(known=["promotion"]),
    )  # fmt: skip
    assert found.keys == [("7",)]
    assert found.value[0] == 3
    assert np.isnan(found.value[1])
    assert found.known["promotion"][0] == 1
    assert np.isnan(found.known["promotion"][1])


def test_without_series_columns_there_is_one_series():
    columns = {"at": times(5), "sales": np.arange(5.0)}
    found = panel.read(columns, layout(series=()))
    assert (found.keys, found.name(0)) == ([()], "the series")


@pytest.mark.parametrize("step", STEPS)
def test_steps_of_every_length_are_counted_one_by_one(step):
    numbers = step_of(step).numbers(times(40, step))
    assert set(np.diff(numbers)) == {1}


def test_a_month_may_be_told_by_any_of_its_days():
    at = np.array(["2024-01-31", "2024-02-29", "2024-03-01"], dtype="datetime64[us]")
    assert np.diff(step_of("month").numbers(at)).tolist() == [1, 1]


def without(columns, row):
    return rows(columns, np.arange(len(columns["at"])) != row)


def test_a_time_that_is_there_twice_is_refused_by_series_and_time():
    columns = table()
    columns["at"][64] = columns["at"][63]
    with pytest.raises(Refused) as refused:
        panel.read(columns, layout())
    assert str(refused.value) == (
        "series store 's1': at 2024-01-04T00:00:00 is there twice; keep one row for each day"
    )


def test_a_row_that_is_missing_is_refused_by_series_and_times():
    with pytest.raises(Refused) as refused:
        panel.read(without(table(), 65), layout())
    assert str(refused.value) == (
        "series store 's1': at 2024-01-07T00:00:00 comes after 2024-01-05T00:00:00 and is not one "
        "day later; send one row for each day, with an empty value where it is not known"
    )


def test_a_time_beside_the_grid_is_refused():
    columns = table(step="hour")
    columns["at"][5] += np.timedelta64(7, "m")
    with pytest.raises(Refused, match="05:07:00 comes after 2024-01-01T04:00:00 and is not one ho"):
        panel.read(columns, layout("hour"))


def test_a_refusal_names_no_value():
    columns = table()
    columns["sales"][:] = 987654.321
    with pytest.raises(Refused) as refused:
        panel.read(without(columns, 5), layout())
    assert "987654" not in str(refused.value)


def test_an_empty_time_is_refused():
    columns = table()
    columns["at"][3] = np.datetime64("NaT")
    with pytest.raises(Refused, match="at is empty in 1 rows; fill it or drop them"):
        panel.read(columns, layout())


def test_an_unknown_step_is_refused_with_those_there_are():
    with pytest.raises(Refused, match="step 'fortnight' is unknown; choose one of 30min, hour, da"):
        step_of("fortnight")


def test_the_calendar_tells_what_differs_at_its_step():
    at = np.array(["2024-02-29T18:30"], dtype="datetime64[us]")  # a Thursday
    found = {name: float(part[0]) for name, part in calendar(at, step_of("30min")).items()}
    assert (found["month"], found["day_of_month"]) == (2, 29)
    assert (found["day_of_week"], found["hour"]) == (3, 18.5)
    assert (found["hour_sin"], found["hour_cos"]) == pytest.approx((-0.9914449, 0.1305262))
    assert found["year_sin"] == pytest.approx(np.sin(2 * np.pi * 59 / 365.25))
    assert set(calendar(at, step_of("month"))) == {"month", "year_sin", "year_cos"}

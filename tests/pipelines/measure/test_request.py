"""Is a request answered row by row, and refused in words where it has no answer?"""

import numpy as np
import pytest

from factory.errors import Refused
from pipelines.measure import request
from tests.pipelines.measure.series import layout, rows, table, times


def asked(history=10, ahead=2, *, known_last=True):
    value = np.r_[np.arange(history, dtype=float), np.full(ahead, np.nan)]
    if history and not known_last:
        value[history - 1] = np.nan
    columns = {"store": ["a"] * len(value), "at": times(len(value)), "sales": value}
    return request.read(columns, layout("day", 3))


def test_a_request_is_answered_from_its_last_value():
    assert asked()[1].tolist() == [9]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"history": 0}, "series store 'a': sales is empty in all rows; send its recent history"),
        (
            {"ahead": 0},
            (
                "series store 'a': its last row, at 2024-01-10T00:00:00, has a sales; send after "
                "it the rows to forecast, at most 3, with an empty sales"
            ),
        ),
        (
            {"ahead": 4},
            (
                "series store 'a': sales is empty in its last 4 rows, which end at at "
                "2024-01-14T00:00:00; the model forecasts 3: send later history, or fewer rows"
            ),
        ),
        (
            {"history": 6},
            "series store 'a': 6 rows of history are too few; send at least 7, and best 91",
        ),
    ],
    ids=["no history", "no horizon", "too long", "too short"],
)
def test_a_request_without_an_answer_is_refused_by_series_and_time(given, words):
    with pytest.raises(Refused) as refused:
        asked(**given)
    assert str(refused.value) == words


def test_a_late_value_leaves_fewer_steps_to_forecast():
    assert asked(ahead=2, known_last=False)[1].tolist() == [8]
    with pytest.raises(Refused, match="in its last 4 rows"):
        asked(ahead=3, known_last=False)


def two_stores(seed):
    """Return a request of two stores with rows in mixed order, three of each to forecast."""
    columns = table(stores=2, count=30)
    columns["sales"][[27, 28, 29, 57, 58, 59]] = np.nan
    return rows(columns, np.random.default_rng(seed).permutation(60))


FORM = layout("day", 3, known=["promotion"])


def test_a_value_that_nobody_can_know_yet_is_refused():
    columns = two_stores(2)
    with pytest.raises(Refused) as refused:
        request.read(columns, FORM)
    assert str(refused.value).replace("'s1'", "'s0'") == (
        "series store 's0': weather has a value at at 2024-01-28T00:00:00, which is to be forecast"
        "; leave it empty there, or declare weather in `known` of the task if it is known in "
        "advance"
    )


@pytest.mark.parametrize("empty", [None, np.nan])
def test_a_column_that_is_empty_in_the_rows_to_forecast_is_none_of_theirs(empty):
    columns = two_stores(2)
    columns["weather"][np.isnan(columns["sales"])] = empty
    found, _ = request.read(columns, FORM)
    assert set(found.known) == {"promotion"}

"""Is a forecast that has looked ahead caught, however it did, and an honest one not?"""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from pipelines.measure import cutoff, lags, origins, panel
from tests.pipelines.measure.series import layout, rows, table

FORM = layout("day", 3, known=["promotion"])
COLUMNS = table(stores=2, count=120)
NUMBER = FORM.step.numbers(COLUMNS["at"])
KEEP = ["store", "at", "promotion"]
LEVELS = {"store": ["s0", "s1"]}
FIRST = int(NUMBER.min())
FIT = FIRST + np.arange(10, 80, 3)
TEST = [FIRST + day for day in (83, 98, 116)]


def parts(columns, numbers):
    found = panel.read(columns, FORM)
    frame = lags.lag_frame(found, origins.entries(found, numbers), LEVELS)
    target = frame.scaled(found.value[frame.entry])
    return found, frame, target


def honest(columns, origin):
    _, fit, target = parts(columns, FIT)
    _, asked, _ = parts(columns, [origin])
    return (fit.features, target), (asked.features, asked.level, asked.scale)


def add(change):
    """Return a builder that adds to the honest frames what *change* makes of panel and frame."""

    def build(columns, origin):
        found, fit, target = parts(columns, FIT)
        later, asked, _ = parts(columns, [origin])
        return (
            (fit.features.assign(more=change(found, fit)), target),
            (asked.features.assign(more=change(later, asked)), asked.level, asked.scale),
        )

    return build


def centred(found, frame):
    whole = pd.Series(found.value).rolling(7, center=True, min_periods=1).mean()
    return whole.to_numpy()[frame.entry]


def lag_zero(found, frame):
    return found.value[frame.entry]


def short_lag(found, frame):
    """The value of the step before: right for the first step of the horizon alone."""
    return found.value[frame.entry - 1]


def scaled_by_all(found, frame):
    return (frame.level - np.nanmean(found.value)) / np.nanstd(found.value)


def filled_from_behind(found, frame):
    return np.isnan(found.value[frame.entry]).astype(float)


def not_declared(found, frame):
    return COLUMNS_SEEN["weather"][found.row[frame.entry]] == "wet"


COLUMNS_SEEN = {}


@pytest.fixture(autouse=True)
def one_thread():
    """Threads that wait for each other on a busy machine take minutes."""
    with threadpool_limits(1):
        yield


def fitted(build, columns=COLUMNS):
    (features, target), _ = build(columns, TEST[0])
    names = lags.filled(features)
    model = HistGradientBoostingRegressor(max_iter=20, random_state=0).fit(features[names], target)
    return lambda asked: asked[1] + asked[2] * model.predict(asked[0][names])


def prove(build, answer=None):
    answer = answer or fitted(build)
    return cutoff.proof(build, answer, COLUMNS, NUMBER, TEST, KEEP)


def test_the_houses_frames_change_by_no_bit():
    assert prove(honest) == {"origins": 3, "unchanged": 3, "changed": []}


@pytest.mark.parametrize("leak", [centred, lag_zero, short_lag, scaled_by_all, filled_from_behind])
def test_a_frame_that_looks_ahead_is_caught_at_each_origin(leak):
    found = prove(add(leak))
    assert found["unchanged"] == 0
    assert all("horizon frame" in each["what"] for each in found["changed"])


def test_a_training_frame_that_has_seen_the_test_is_caught():
    def build(columns, origin):
        (features, target), asked = honest(columns, origin)
        return (features, target / np.nanstd(columns["sales"])), asked

    found = prove(build)
    assert [each["what"] for each in found["changed"]] == [["training frame"]] * 3


def test_a_column_that_is_not_declared_known_is_caught():
    def build(columns, origin):
        COLUMNS_SEEN.update(columns)
        return add(not_declared)(columns, origin)

    assert prove(build)["unchanged"] == 0


def test_a_model_that_does_not_answer_twice_the_same_is_caught():
    random = np.random.default_rng(0)
    found = prove(honest, lambda asked: random.normal(size=len(asked[1])))
    assert [each["what"] for each in found["changed"]] == [["forecast"]] * 3


def test_an_origin_with_nothing_after_it_proves_nothing():
    last = int(NUMBER.max())
    found = cutoff.proof(honest, fitted(honest), COLUMNS, NUMBER, [TEST[0], last], KEEP)
    assert found["unchanged"] == 1
    assert found["changed"] == [
        {"origin": last, "what": ["nothing comes after it", "horizon frame is empty"]}
    ]


def test_everything_after_the_origin_is_destroyed_and_nothing_before():
    after = np.greater(NUMBER, TEST[0])
    small = np.arange(240, dtype=np.uint8)
    columns = COLUMNS | {"visits": np.arange(240), "staff": small, "open": np.arange(240) % 2 == 0}
    found = cutoff.scrambled(columns, after, KEEP)
    for name in ("sales", "visits", "staff", "open", "weather"):
        assert found[name].dtype == columns[name].dtype
        assert found[name][~after].tolist() == columns[name][~after].tolist()
        assert (found[name][after] != columns[name][after]).mean() > 0.3
    assert not np.isin(found["sales"][after], columns["sales"]).any()
    assert 0.3 < np.isnan(found["sales"][after]).mean() < 0.7
    assert all(found[name] is columns[name] for name in KEEP)


def test_a_column_without_values_is_destroyed_too():
    empty = {"sales": np.full(50, np.nan)}
    assert np.isfinite(cutoff.scrambled(empty, np.arange(50) > 9)["sales"][10:]).any()


@pytest.mark.parametrize(
    "other",
    [
        [pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, np.nan]})],
        [pd.DataFrame({"b": [1.0, 2.0], "a": [3.0, 4.0]})],
        [pd.DataFrame({"a": [1, 2], "b": [3.0, 4.0]})],
        [pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, np.nextafter(4, 5)]})],
        [np.array([1.0, 2.0]), np.array([3.0, 4.0])],
    ],
    ids=["value", "names", "type", "bit", "arrays"],
)
def test_a_digest_differs_where_frames_do(other):
    plain = [pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})]
    assert cutoff.digest(plain) != cutoff.digest(other)
    assert cutoff.digest(plain) == cutoff.digest([plain[0].copy()])


def test_a_digest_tells_levels_and_one_missing_value_from_no_other():
    one, two = (
        pd.DataFrame({"a": pd.Categorical(["x", None], categories=list(c))}) for c in ("xy", "xz")
    )
    assert cutoff.digest([one]) != cutoff.digest([two])
    strange = np.array([0x7FF8000000000001], dtype=np.uint64).view(float)
    assert cutoff.digest([strange]) == cutoff.digest([np.array([np.nan])])


def test_rows_in_another_order_prove_the_same():
    mixed = rows(COLUMNS, np.random.default_rng(3).permutation(240))
    number = FORM.step.numbers(mixed["at"])
    found = cutoff.proof(honest, fitted(honest, mixed), mixed, number, TEST, KEEP)
    assert found["unchanged"] == 3

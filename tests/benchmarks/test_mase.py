"""Are the losses of a family's forecasts those of the definition, by origin and step?"""

import numpy as np
import pytest

from benchmarks import _mase
from factory.errors import Refused
from pipelines.measure import mase
from tests.pipelines.measure.series import judged, table


def test_the_naives_own_mase_in_the_training_part_is_one():
    found, origin = judged(table(stores=1, count=90), horizon=1)
    loss = _mase.losses(
        _mase.steps_after(found, origin, found.value),
        mase.seasonal_naive(found, origin),
        mase.scales(found, until=10**9)[found.series[origin]],
    )
    assert _mase.mean_of(loss) == pytest.approx(1)


def test_values_past_the_end_of_a_series_are_not_the_next_ones():
    found, origin = judged(table(stores=2, count=20))
    after = _mase.steps_after(found, origin, found.value)
    last = np.flatnonzero(origin == 18)
    assert np.isnan(after[last]).tolist() == [[False, True, True]]


def test_a_forecast_that_is_no_number_is_refused():
    with pytest.raises(Refused, match="1 of 4 forecasts are not finite numbers; let the recipe's"):
        _mase.finite(np.array([1, np.nan, 2, 3]))


def test_losses_are_compared_where_both_forecasts_have_one():
    loss = np.array([[1, 3, np.nan], [5, 5, 5]])
    one, two = _mase.paired(loss, np.array([[np.nan, 1, 1], [1, 1, 1]]))
    assert np.isnan(one).tolist() == np.isnan(two).tolist()
    assert (_mase.mean_of(one), _mase.mean_of(two)) == (4.5, 1)

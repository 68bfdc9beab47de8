"""May a model learn from rows that repeat each other by right, as policies of a tariff do?"""

import pytest

from factory.errors import Refused
from factory.gates import PASS
from pipelines.steps import prepare
from tests.pipelines.tariff import PLAIN, TARIFF, judged, policies


def test_a_tariff_of_which_nobody_says_that_rows_repeat_is_refused_with_the_remedy():
    with pytest.raises(Refused, match=r"of 14000 rows to learn from equal a row of"):
        prepare.unseen(policies(14_000, 1), policies(6000, 2), PLAIN.features)


@pytest.mark.parametrize("later", [0.0, 0.4])
@pytest.mark.parametrize("seed", range(5))
def test_a_tariff_is_learned_from_where_the_spec_says_why_rows_repeat(seed, later):
    train, test = policies(14_000, 100 + seed), policies(6000, 200 + seed, later)
    verdict, rows = judged(TARIFF, train, test)
    assert verdict.verdict == PASS, verdict.reason
    assert rows.num_rows > 0.97 * train.num_rows

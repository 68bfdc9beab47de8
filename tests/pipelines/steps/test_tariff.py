"""May a model learn from rows that repeat each other by right, as policies of a tariff do?"""

import pytest

from factory.gates import PASS
from tests.pipelines.tariff import HASHED, TARIFF, judged, policies


@pytest.mark.parametrize("later", [0.0, 0.4])
@pytest.mark.parametrize("seed", range(3))
def test_a_tariff_of_few_cells_is_learned_from_whole_and_without_a_word(seed, later):
    train, test = policies(14_000, 100 + seed), policies(6000, 200 + seed, later)
    verdict, rows = judged(TARIFF, train, test)
    assert verdict.verdict == PASS, verdict.reason
    assert rows.num_rows == train.num_rows


def test_so_it_is_when_the_factory_splits_it():
    both = policies(20_000, 7)
    verdict, rows = judged(HASHED, both, both)
    assert verdict.verdict == PASS, verdict.reason
    assert 13_500 < rows.num_rows < 14_500

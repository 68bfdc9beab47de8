"""Is a column seen that holds what it could not have known in advance?"""

import numpy as np
import pytest

from pipelines.measure import advance

QUESTIONS, STEPS = 40, 7


def drawn(seed):
    return np.random.default_rng(seed).normal(size=QUESTIONS * STEPS)


QUESTION = np.repeat(np.arange(QUESTIONS), STEPS)
STEP = np.tile(np.arange(1, STEPS + 1), QUESTIONS)
CAME = drawn(1)


@pytest.mark.parametrize("column", [CAME, -3 * CAME, CAME**3])
def test_a_column_that_is_the_value_tells_all_of_it_whatever_its_scale(column):
    assert advance.told(CAME, column, QUESTION, STEP) == (1.0, "beyond the last season")


@pytest.mark.parametrize(
    ("by", "words"), [(2, "2 steps before it"), (-1, "1 steps after it"), (0, "last season")]
)
def test_a_column_that_is_the_value_of_another_step_is_seen_in_whatever_order(by, words):
    mixed = np.random.default_rng(2).permutation(len(CAME))
    parts = (CAME, np.roll(CAME, by), QUESTION, STEP)
    auc, how = advance.told(*(part[mixed] for part in parts))
    assert (auc, how.endswith(words)) == (1.0, True), how


def test_a_column_that_knows_nothing_tells_nothing():
    auc, _ = advance.told(CAME, drawn(3), QUESTION, STEP)
    assert auc < 0.7


def test_of_few_rows_nothing_is_said():
    few = [part[:60] for part in (CAME, CAME, QUESTION, STEP)]
    assert advance.told(*few) == (0.5, "too few rows tell")

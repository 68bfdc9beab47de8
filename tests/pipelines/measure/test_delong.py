import numpy as np
import pytest

from pipelines.measure import delong


def sample(rows=400, seed=3):
    """Return labels and two correlated scores with ties."""
    random = np.random.default_rng(seed)
    label = (random.random(rows) < 0.3).astype(int)
    shared = label + random.normal(0, 1.2, rows)
    return label, shared.round(1), (shared + random.normal(0, 0.8, rows)).round(1)


def by_pairs(label, score):
    """Count the pairs of a positive and a negative row that are in order."""
    yes, no = score[label == 1][:, None], score[label == 0][None, :]
    return ((yes > no) + 0.5 * (yes == no)).mean()


def bootstrap(statistic, label, *scores, times=1500):
    random = np.random.default_rng(11)
    yes, no = np.flatnonzero(label == 1), np.flatnonzero(label == 0)
    found = []
    for _ in range(times):
        rows = np.concatenate([random.choice(yes, len(yes)), random.choice(no, len(no))])
        found.append(statistic(label[rows], *(s[rows] for s in scores)))
    return np.std(found, ddof=1)


def test_the_value_is_the_share_of_pairs_in_order():
    label, score, _ = sample()
    assert delong.auc(label, score).value == pytest.approx(by_pairs(label, score), abs=1e-12)


def test_the_standard_error_is_the_bootstraps():
    label, score, _ = sample()
    expected = bootstrap(lambda y, s: delong.auc(y, s).value, label, score)
    assert delong.auc(label, score).standard_error == pytest.approx(expected, rel=0.08)


def test_the_error_of_a_difference_is_the_bootstraps_and_knows_the_rows_are_shared():
    label, one, two = sample()
    first, second = delong.auc(label, one), delong.auc(label, two)
    found = delong.difference(first, second)
    expected = bootstrap(
        lambda y, a, b: delong.auc(y, a).value - delong.auc(y, b).value, label, one, two
    )
    assert found.value == first.value - second.value
    assert found.standard_error == pytest.approx(expected, rel=0.08)
    unpaired = np.hypot(first.standard_error, second.standard_error)
    assert found.standard_error < 0.8 * unpaired


def test_the_published_formula_gives_the_same_variance():
    """DeLong et al. (1988), by the definition: structural components over all pairs."""
    label, score, _ = sample(60)
    yes, no = score[label == 1][:, None], score[label == 0][None, :]
    order = (yes > no) + 0.5 * (yes == no)
    variance = order.mean(1).var(ddof=1) / len(yes) + order.mean(0).var(ddof=1) / no.size
    assert delong.auc(label, score).standard_error ** 2 == pytest.approx(variance, rel=1e-12)


def test_a_model_compared_with_itself_has_no_difference_and_no_error():
    label, score, _ = sample()
    found = delong.difference(delong.auc(label, score), delong.auc(label, score))
    assert (found.value, found.standard_error) == (0, 0)


def test_shuffled_labels_are_guessing():
    label, score, _ = sample(5000)
    shuffled = np.random.default_rng(1).permutation(label)
    found = delong.auc(shuffled, score)
    assert abs(found.value - 0.5) < 3 * found.standard_error


def test_equal_values_share_their_ranks():
    assert delong.midranks(np.array([3, 1, 3, 2])).tolist() == [3.5, 1, 3.5, 2]


def test_a_class_of_one_row_has_no_variance():
    with pytest.raises(ValueError, match="1 positive and 2 negative rows; each needs two"):
        delong.auc(np.array([1, 0, 0]), np.array([0.3, 0.2, 0.1]))

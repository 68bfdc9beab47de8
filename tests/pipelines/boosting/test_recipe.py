"""Do boosted trees learn what they are asked, also where it is rare?"""

import numpy as np
import pandas as pd
from sklearn.metrics import log_loss, mean_poisson_deviance

from factory.tasks.count import Count
from factory.tasks.multiclass import Multiclass
from pipelines.boosting.recipe import HYPERPARAMETERS, estimator


def test_one_row_of_a_rare_class_is_not_learned_as_what_all_are_like():
    random = np.random.default_rng(3)
    frame = pd.DataFrame({f"x{n}": random.normal(size=9000) for n in range(4)})
    noisy = frame["x0"] + 0.5 * frame["x1"] + random.normal(size=9000)
    grade = np.where(noisy > 1, "c", np.where(noisy > 0, "b", "a"))
    grade[17] = "g"
    learn, judge = slice(0, 6000), slice(6000, 9000)
    made = estimator(Multiclass(label="grade"), {**HYPERPARAMETERS, "seed": 7})
    made.fit(frame[learn], grade[learn])
    said = made.predict_proba(frame[judge])
    shares = np.tile([(grade[learn] == level).mean() for level in made.classes_], (3000, 1))
    losses = [log_loss(grade[judge], each, labels=made.classes_) for each in (said, shares)]
    assert losses[0] < 0.9 * losses[1]


def test_what_is_counted_once_in_a_thousand_rows_is_not_expected_by_the_million():
    random = np.random.default_rng(0)
    frame = pd.DataFrame({f"x{n}": random.normal(size=20_000) for n in range(6)})
    counted = random.poisson(np.exp(0.5 * frame["x0"] - 6.5))
    learn, judge = slice(0, 14_000), slice(14_000, 20_000)
    made = estimator(Count(label="claims"), {**HYPERPARAMETERS, "seed": 7})
    said = made.fit(frame[learn], counted[learn]).predict(frame[judge])
    mean = np.full(6_000, counted[learn].mean())
    assert mean_poisson_deviance(counted[judge], said) < 2 * mean_poisson_deviance(
        counted[judge], mean
    )

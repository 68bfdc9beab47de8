"""Do boosted trees learn what they are asked, also where it is rare?"""

import numpy as np
import pandas as pd
from sklearn.metrics import log_loss

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

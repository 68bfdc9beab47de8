"""A recipe that brings a native wheel, and a model of it."""

import dataclasses
import shutil
from pathlib import Path

from factory.catalogue.spec import Floor
from pipelines.code import ROOT, stage
from tests.pipelines.cases import CHURN

RECIPE = '''"""How is a yes-or-no question about a table's rows learned? By LightGBM's trees."""

ALGORITHM = "Gradient boosting of LightGBM's"
HYPERPARAMETERS = {"trees": 40, "leaves": 8}
TASKS = ("binary",)
TAKES = ("category", "missing")
WHEELS = ("lightgbm",)


def estimator(task, parameters):
    """Return the untrained estimator, which gives the same trees on every machine."""
    from lightgbm import LGBMClassifier

    return LGBMClassifier(
        n_estimators=parameters["trees"],
        num_leaves=parameters["leaves"],
        random_state=parameters["seed"],
        deterministic=True,
        force_row_wise=True,
        n_jobs=1,
        verbose=-1,
    )
'''
MODEL = dataclasses.replace(
    CHURN,
    recipe="boosted",
    hyperparameters={"trees": 30},
    gates=dataclasses.replace(CHURN.gates, floor=Floor(at_least=0.7)),
)


def tree(folder, recipe=RECIPE):
    """Copy to *folder* what recipes are made of, and add one."""
    for name in ("factory", "pipelines"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "pipelines" / "boosted").mkdir()
    (folder / "pipelines" / "boosted" / "recipe.py").write_text(recipe)
    return folder


def zipped(folder):
    """Return the zip of what its jobs receive."""
    staged = stage("boosted", folder / "staged", tree(folder / "tree"))
    return Path(shutil.make_archive(str(folder / "code"), "zip", staged))

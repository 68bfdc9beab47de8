"""How does a new recipe start? As a file in pipelines/ that learns every kind of question."""

from __future__ import annotations

import re
from pathlib import Path

from cli.result import Result
from factory.errors import InvalidRecipe

ROOT = Path(__file__).resolve().parent.parent
NAME = re.compile(r"[a-z][a-z0-9]{1,29}")
TEMPLATE = '''"""How are rows learned, whatever is asked of them? By trees that vote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

from factory.tasks.task import CLASSES, POISSON, SQUARED, Task

ALGORITHM = "Extremely randomised trees"
TASKS = ({tasks})
TAKES = ()  # or "category", "time", "missing": the factory encodes what is not named
HYPERPARAMETERS = {{"trees": 100, "least_rows": 5}}


def estimator(task: Task, parameters: Mapping[str, Any]) -> Any:
    """Return the untrained estimator; *parameters* are those above, `seed` and `folds`."""
    settings = {{
        "n_estimators": parameters["trees"],
        "min_samples_leaf": parameters["least_rows"],
        "random_state": parameters["seed"],
    }}
    if task.LEARNS == CLASSES:
        return ExtraTreesClassifier(**settings)
    criterion = POISSON if task.LOSS == POISSON else SQUARED
    return ExtraTreesRegressor(criterion=criterion, **settings)
'''


def write(name: str) -> Result:
    """Write pipelines/NAME/recipe.py, and say what to do next."""
    if not NAME.fullmatch(name):
        raise InvalidRecipe(
            f"{name!r} is not 2 to 30 lower-case letters and digits that start with a letter, as "
            "a folder and a pipeline are called; for example 'forest'"
        )
    folder = ROOT / "pipelines" / name
    if folder.exists() or folder.with_suffix(".py").exists():
        raise InvalidRecipe(f"pipelines/{name} is there already; choose another name")
    folder.mkdir()
    path = folder / "recipe.py"
    path.write_text(
        TEMPLATE.format(tasks=", ".join(f'"{kind}"' for kind in kinds())), encoding="utf-8"
    )
    file = path.relative_to(ROOT).as_posix()
    lines = (
        f"wrote {file}",
        "next: let its function return your estimator, and name in TASKS what it learns",
        f"then: make pipelines, and commit pipelines/{name}",
        f'then: let a model say recipe="{name}", and run `factory check`',
    )
    return Result(lines, {"file": file})


def kinds() -> list[str]:
    """Return the kinds of question that there are."""
    files = sorted((ROOT / "factory" / "tasks").glob("*.py"))
    return [path.stem for path in files if "\nTASK = " in path.read_text(encoding="utf-8")]

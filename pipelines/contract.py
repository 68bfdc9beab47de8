"""What must a recipe offer, and what must an artifact hold?

A recipe is `pipelines/NAME/recipe.py`: what a data scientist writes. All else (splitting, encoding,
thresholds, baseline, packaging, serving, judging) is done by the factory's own steps, which ship
with every recipe.

A builder's own training code may replace the step `train` of one run. It gets the training rows and
the judged part of the model's spec, and leaves a folder that becomes the artifact:

- `metadata.json`: `features` (all of the spec's, in the order to send them) and `settings`, which
  hold what its kind of model answers by, such as thresholds;
- `code/inference.py`: the four hooks model_fn, input_fn, predict_fn, output_fn, the last of which
  returns Flask's response: what a hook raises is answered with a 500 that says nothing;
- other modules beside it, such as `code/factory/values.py`, by which the factory reads a value of a
  contract's type, and at the root files called `model`, with any suffix, that they load;
- `lib`: the wheels that the recipe brings, byte for byte, from where model_fn imports them.

Any other file is refused. What traffic is compared with is counted by the factory.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Protocol, cast

from factory import reasons
from factory.catalogue.judged import Judged
from factory.errors import InvalidRecipe, InvalidSpec
from factory.tasks.task import CLASSES, Task

METADATA, ESTIMATOR = "metadata.json", "model.joblib"
INFERENCE = PurePosixPath("code", "inference.py")
"""The files of an artifact; what the serving code imports of ours lies beside it, see
`serving_files`."""
LIBRARIES = "lib"
"""The folder of an artifact with the recipe's wheels; `inference.py` knows it by this name."""
_MODULE = r"code(/[a-z0-9_]{1,40}){0,3}"
_FILE = re.compile(rf"metadata\.json|model[a-z0-9_.-]{{0,60}}|{_MODULE}/[a-z0-9_]{{1,40}}\.py")
_FOLDER = re.compile(rf"\.?|{_MODULE}")
_LIBRARY = re.compile(
    rf"(?=.{{1,95}}\Z){LIBRARIES}/((?!\.+(/|\Z))[A-Za-z0-9_.+-]+(/|\Z))*"  # as tar has them plain
)
ONE_THREAD = {"OMP_NUM_THREADS": "1"}
"""The same bytes on every machine; idle threads would also spin beside other processes."""
SERVING = {
    "SAGEMAKER_PROGRAM": INFERENCE.name,
    "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
    "PIP_NO_BUILD_ISOLATION": "0",
    **ONE_THREAD,
}
"""What a container that serves an artifact is told, at an endpoint and in an exam.

Its `serve` installs the serving code with pip, which would fetch setuptools to build it, and there
is no network: 0 is pip's word for building with what the image has.
"""
METADATA_FIELDS: Mapping[str, type] = {"features": list, "settings": dict}
"""What the metadata must say, and as what."""

Value = float | int | str
"""Of a hyperparameter."""
_KINDS = {int: "a whole number", float: "a number", str: "a text"}
FRAME: Mapping[str, Value] = {"seed": 7, "folds": 2}
"""What a model may set whatever its recipe: `folds` are the parts of the training rows for answers
that no model has learned from, by which thresholds and intervals are set."""
BOUNDS = {"seed": (0, 2**32 - 1), "folds": (2, 50)}
"""Within which the factory's own hyperparameters must be; a recipe's are its estimator's."""
TAKEN = ("category", "time", "missing")
"""What an estimator may take beside finite numbers: pandas' categories of 254 levels at most, its
times, and what is missing. The factory encodes what it does not take."""


class Estimator(Protocol):
    """What a recipe makes: scikit-learn's interface, on pandas' data frames."""

    def fit(self, frame: Any, label: Any) -> Any:
        """Learn from rows by features, and the label of each row; return the estimator."""


class Recipe(Protocol):
    """What `pipelines/NAME/recipe.py` offers.

    It may also name the `IMAGE` that its jobs run in, and the `WHEELS` that this image lacks, which
    its `estimator` alone may import.
    """

    ALGORITHM: str
    """What the estimator is, in words: the model's card says it."""
    HYPERPARAMETERS: Mapping[str, Value]
    """What a model of the recipe may set, and what holds when it does not."""

    TASKS: tuple[str, ...]
    """The kinds of question that it can learn, as files of factory/tasks are called."""
    TAKES: tuple[str, ...]
    """Those of `TAKEN` that its estimator takes."""

    def estimator(self, task: Task, parameters: Mapping[str, Any]) -> Estimator:
        """Return the untrained estimator; *parameters* are HYPERPARAMETERS and FRAME as set."""


def load(name: str) -> Recipe:
    """Return the recipe called *name*, or raise InvalidRecipe with all that it lacks."""
    module = f"pipelines.{name}.recipe"
    try:
        found = importlib.import_module(module)
    except ModuleNotFoundError as missing:
        if missing.name not in {module, f"pipelines.{name}"}:
            raise
        raise InvalidRecipe(
            f"recipe {name!r}: pipelines/{name}/recipe.py is not there; write it, or let the "
            "model name a recipe that is"
        ) from missing
    if lacks := list(violations(found)):
        raise InvalidRecipe(f"recipe {name!r}: " + "; ".join(lacks))
    return cast("Recipe", found)


def is_member(name: str) -> bool:
    """Say whether an artifact may hold a file called *name*.

    Names are short, of ASCII and of one case: no two of them are one file anywhere.
    """
    return bool(_FILE.fullmatch(name))


def is_folder(name: str) -> bool:
    """Say whether files of an artifact may lie in a folder called *name*."""
    return bool(_FOLDER.fullmatch(name))


def is_library(name: str) -> bool:
    """Say whether *name* can be that of a wheel's file in an artifact, or of a folder with a slash.

    Which files those are, `pipelines.steps.wheels` knows; the names of packages have two cases.
    """
    return bool(_LIBRARY.fullmatch(name))


def violations(recipe: object) -> Iterator[str]:
    """Yield what *recipe* lacks as `NAME: the fact; the remedy`."""
    algorithm = getattr(recipe, "ALGORITHM", None)
    if not isinstance(algorithm, str) or not algorithm.strip():
        yield f"ALGORITHM: is {algorithm!r}; say in words what the estimator is"
    tasks = getattr(recipe, "TASKS", None)
    if not _names(tasks) or not tasks:
        yield f'TASKS: is {tasks!r}; name the kinds of question it learns, as ("binary",)'
    takes = getattr(recipe, "TAKES", None)
    if not _names(takes) or not set(takes or ()) <= set(TAKEN):
        known = ", ".join(TAKEN)
        yield f"TAKES: is {takes!r}; name those of {known} that the estimator takes, or ()"
    yield from _hyperparameter_violations(getattr(recipe, "HYPERPARAMETERS", None))
    yield from wheel_violations(getattr(recipe, "WHEELS", ()))
    yield from _estimator_violations(getattr(recipe, "estimator", None))


def settings(recipe: Recipe, model: Judged) -> dict[str, Value]:
    """Return every hyperparameter of *model*, set or not; a wrong one is an InvalidSpec."""
    known = {**FRAME, **recipe.HYPERPARAMETERS}
    if problems := list(misfits(known, model)):
        raise InvalidSpec(f"model {model.name!r}: " + "; ".join(problems))
    return {**known, **model.hyperparameters}


def misfits(known: Mapping[str, Value], model: Judged) -> Iterator[str]:
    """Yield each hyperparameter of *model* that is wrong where *known* and their defaults are."""
    for name, value in model.hyperparameters.items():
        if why := _misfit(known, name, value):
            yield f"hyperparameters.{name}: {value!r} {why}"


def unmade(recipe: Recipe, task: Task, parameters: Mapping[str, Value]) -> Iterator[str]:
    """Yield why no estimator of *recipe* learns with these *parameters*, which have their types."""
    try:
        made = recipe.estimator(task, parameters)
        parts = made.get_params().values() if hasattr(made, "get_params") else ()
        for part in (made, *parts):
            if hasattr(part, "_parameter_constraints"):
                part._validate_params()  # noqa: SLF001 - scikit-learn says it in `fit` alone
    except ImportError:
        return  # a wheel that the recipe brings to its jobs; here nobody can ask
    except Exception as wrong:  # noqa: BLE001 - a recipe is somebody's code; its error is an answer
        yield f"hyperparameters: {reasons.shown(f'{type(wrong).__name__}: {wrong}')}; set others"


def fresh(recipe: Recipe, task: Task, parameters: Mapping[str, Value]) -> Estimator:
    """Return an untrained estimator of *recipe*; InvalidRecipe when it cannot learn the *task*."""
    named = getattr(recipe, "__name__", recipe)
    if task.KIND not in recipe.TASKS:
        raise InvalidRecipe(
            f"{named}: learns {', '.join(recipe.TASKS)}, and not {task.KIND}; choose another recipe"
        )
    made = recipe.estimator(task, parameters)
    asked = "predict_proba" if task.LEARNS == CLASSES else "predict"
    lacks = [name for name in ("fit", asked) if not callable(getattr(made, name, None))]
    if lacks:
        raise InvalidRecipe(
            f"{named}: its estimator, a {type(made).__name__}, has no {' and no '.join(lacks)}; "
            f"for a {task.KIND} task return an unfitted estimator of scikit-learn that has both"
        )
    return made


def _names(found: object) -> bool:
    return isinstance(found, tuple) and all(isinstance(name, str) for name in found)


def _hyperparameter_violations(found: object) -> Iterator[str]:
    if not isinstance(found, Mapping):
        yield f"HYPERPARAMETERS: is {found!r}; map each name to its default, or say {{}}"
        return
    for name, value in found.items():
        if name in FRAME:
            yield f"HYPERPARAMETERS: {name} is the factory's own, for every recipe; leave it out"
        elif not isinstance(name, str) or type(value) not in _KINDS:
            yield f"HYPERPARAMETERS: {name!r} is {value!r}; map a text to a number or a text"


def wheel_violations(found: object) -> Iterator[str]:
    """Yield it when *found* is not what a recipe may say as its WHEELS."""
    if not isinstance(found, tuple) or not all(isinstance(name, str) for name in found):
        yield f"WHEELS: is {found!r}; name distributions of requirements-recipes.txt in a tuple"


def _estimator_violations(found: object) -> Iterator[str]:
    wanted = "write estimator(task, parameters), which returns an unfitted estimator"
    if not callable(found):
        yield f"estimator: is {found!r}; {wanted}"
        return
    try:
        inspect.signature(found).bind({}, {})
    except TypeError as wrong:
        yield f"estimator: cannot be called with two arguments ({wrong}); {wanted}"


def _misfit(known: Mapping[str, Value], name: str, value: Value) -> str:
    """Return what is wrong with *value* in words; nothing when it fits."""
    if name not in known:
        return f"is unknown to the recipe; it knows {', '.join(known)}"
    default = known[name]
    if name in BOUNDS and type(value) is int:
        low, high = BOUNDS[name]
        return "" if low <= value <= high else f"is not in {low} to {high}"
    if type(value) is type(default) or (type(default) is float and type(value) is int):
        return ""
    return f"is not {_KINDS[type(default)]}; the default is {default!r}"

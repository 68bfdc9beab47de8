"""What must a recipe offer, and what must an artifact hold?

A recipe is `pipelines/NAME/recipe.py`: what a data scientist writes. All else (splitting, encoding,
thresholds, baseline, packaging, serving, judging) is done by the factory's own steps, which ship
with every recipe.

A builder's own training code may replace the step `train` of one run. It gets the training rows and
the judged part of the model's spec, and leaves a folder that becomes the artifact:

- `metadata.json`: `features` (all of the spec's, in the order to send them) and `thresholds`;
- `code/inference.py`: the four hooks model_fn, input_fn, predict_fn, output_fn, the last of which
  returns Flask's response: what a hook raises is answered with a 500 that says nothing;
- other modules beside it, such as `code/factory/values.py`, by which the factory reads a value of a
  contract's type, and at the root files called `model`, with any suffix, that they load.

Any other file is refused. What traffic is compared with is counted by the factory.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Protocol, cast

from factory.catalogue.judged import SINGLE, Judged
from factory.errors import InvalidRecipe, InvalidSpec

METADATA, ESTIMATOR = "metadata.json", "model.joblib"
INFERENCE = PurePosixPath("code", "inference.py")
"""The files of an artifact."""
SERVED: Mapping[str, tuple[str, str]] = {
    str(INFERENCE): ("pipelines.steps", INFERENCE.name),
    str(INFERENCE.parent / "factory" / "__init__.py"): ("factory", "__init__.py"),
    str(INFERENCE.parent / "factory" / "values.py"): ("factory", "values.py"),
}
"""The recipe's serving code: each file of an artifact, and the package and module that it is."""
_MODULE = r"code(/[a-z0-9_]{1,40}){0,3}"
_FILE = re.compile(rf"metadata\.json|model[a-z0-9_.-]{{0,60}}|{_MODULE}/[a-z0-9_]{{1,40}}\.py")
_FOLDER = re.compile(rf"\.?|{_MODULE}")
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
METADATA_FIELDS: Mapping[str, type] = {"features": list, "thresholds": dict}
"""What the metadata must say, and as what."""

Value = float | int | str
"""Of a hyperparameter."""
_KINDS = {int: "a whole number", float: "a number", str: "a text"}
Columns = Mapping[str, Mapping[str, Any]]
"""The features in the order of the matrix, each with its `kind`, `number` or `category`; with a
category go its `levels`. The matrix holds a number as it is, a level as its index in `levels`, and
NaN for what is missing."""
PER_GROUP = "per-group"
FRAME: Mapping[str, Value] = {"seed": 7, "folds": 2, "thresholds": PER_GROUP}
"""What a model may set whatever its recipe: `folds` are the parts of the training rows for scores
that no model has learned from; with `per-group` every protected group is selected at the same rate,
with `single` one threshold holds for all."""
CHOICES: Mapping[str, tuple[Value, ...]] = {"thresholds": (PER_GROUP, SINGLE)}
"""What alone may be said of some of them."""


class Estimator(Protocol):
    """What a recipe makes: scikit-learn's interface of a classifier."""

    def fit(self, matrix: Any, label: Any) -> Any:
        """Learn from rows by features, and the label of each row, 0 or 1; return the estimator."""

    def predict_proba(self, matrix: Any) -> Any:
        """Return the probabilities of 0 and of 1, a pair for each row."""


class Recipe(Protocol):
    """What `pipelines/NAME/recipe.py` offers; it may also name the `IMAGE` that its jobs run in."""

    ALGORITHM: str
    """What the estimator is, in words: the model's card says it."""
    HYPERPARAMETERS: Mapping[str, Value]
    """What a model of the recipe may set, and what holds when it does not."""

    def estimator(self, parameters: Mapping[str, Any], columns: Columns) -> Estimator:
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


def violations(recipe: object) -> Iterator[str]:
    """Yield what *recipe* lacks as `NAME: the fact; the remedy`."""
    algorithm = getattr(recipe, "ALGORITHM", None)
    if not isinstance(algorithm, str) or not algorithm.strip():
        yield f"ALGORITHM: is {algorithm!r}; say in words what the estimator is"
    yield from _hyperparameter_violations(getattr(recipe, "HYPERPARAMETERS", None))
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


def fresh(recipe: Recipe, parameters: Mapping[str, Value], columns: Columns) -> Estimator:
    """Return an untrained estimator of *recipe*; InvalidRecipe when it is not a classifier."""
    made = recipe.estimator(parameters, columns)
    lacks = [name for name in ("fit", "predict_proba") if not callable(getattr(made, name, None))]
    if lacks:
        raise InvalidRecipe(
            f"{getattr(recipe, '__name__', recipe)}: its estimator, a {type(made).__name__}, has "
            f"no {' and no '.join(lacks)}; return an unfitted classifier of scikit-learn"
        )
    return made


def _hyperparameter_violations(found: object) -> Iterator[str]:
    if not isinstance(found, Mapping):
        yield f"HYPERPARAMETERS: is {found!r}; map each name to its default, or say {{}}"
        return
    for name, value in found.items():
        if name in FRAME:
            yield f"HYPERPARAMETERS: {name} is the factory's own, for every recipe; leave it out"
        elif not isinstance(name, str) or type(value) not in _KINDS:
            yield f"HYPERPARAMETERS: {name!r} is {value!r}; map a text to a number or a text"


def _estimator_violations(found: object) -> Iterator[str]:
    wanted = "write estimator(parameters, columns), which returns an unfitted classifier"
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
    if value not in CHOICES.get(name, (value,)):
        return f"is unknown; say {' or '.join(map(str, CHOICES[name]))}"
    default = known[name]
    if type(value) is type(default) or (type(default) is float and type(value) is int):
        return ""
    return f"is not {_KINDS[type(default)]}; the default is {default!r}"

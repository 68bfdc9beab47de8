import dataclasses
import sys
import types

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from factory.errors import InvalidRecipe, InvalidSpec
from factory.tasks.binary import Binary
from factory.tasks.count import Count
from factory.tasks.multiclass import Multiclass
from factory.tasks.regression import Regression
from factory.tasks.task import CLASSES
from pipelines import contract
from pipelines.code import ROOT
from pipelines.compile import recipes
from pipelines.measure import features
from pipelines.steps import columns
from tests.pipelines.cases import CHURN

TASKS = {
    "binary": Binary(label="y", positive="1"),
    "multiclass": Multiclass(label="y"),
    "regression": Regression(label="y", unit="days"),
    "count": Count(label="y"),
}


def recipe(**changed):
    """Return a recipe that offers all that it must, but for what is *changed*; None is left out."""
    offers = {"ALGORITHM": "Chance", "HYPERPARAMETERS": {"depth": 3}, "TASKS": ("binary",)}
    offers |= {"TAKES": (), "estimator": lambda *_: None}
    found = types.SimpleNamespace()
    for name, value in (offers | changed).items():
        if value is not None:
            setattr(found, name, value)
    return found


@pytest.mark.parametrize("name", recipes())
def test_every_recipe_offers_what_it_must(name):
    assert contract.load(name).ALGORITHM


def mixed(takes):
    """Return a frame of numbers, levels and what is missing, as an estimator takes it."""
    random = np.random.default_rng(1)
    table = pa.table(
        {
            "age": pa.array(random.normal(size=200), mask=random.random(200) < 0.1),
            "plan": pa.array(random.choice(["a", "b"], 200), mask=random.random(200) < 0.1),
        }
    )
    kinds = columns.encoded(table, columns.of(table, table.column_names), takes)
    label = pc.fill_null(table["age"], 0).to_numpy() + (table["plan"].to_pandas() == "b")
    return features.frame(table.to_pydict(), kinds), label.to_numpy()


@pytest.mark.parametrize("kind", TASKS)
@pytest.mark.parametrize("name", recipes())
def test_every_recipe_learns_from_numbers_levels_and_what_is_missing_the_same_twice(name, kind):
    found, task = contract.load(name), TASKS[kind]
    if kind not in found.TASKS:
        with pytest.raises(InvalidRecipe, match=f"and not {kind}; choose another recipe"):
            contract.fresh(found, task, {})
        return
    frame, number = mixed(found.TAKES)
    label = {"binary": number > 0.5, "multiclass": np.digitize(number, [0, 1])}.get(kind, number)
    label = np.maximum(np.round(label), 0) if kind == "count" else label
    parameters = {**contract.FRAME, **found.HYPERPARAMETERS}
    one, two = (contract.fresh(found, task, parameters).fit(frame, label) for _ in range(2))
    assert one.predict(frame).tolist() == two.predict(frame).tolist()
    if task.LEARNS == CLASSES:
        shares = one.predict_proba(frame)
        assert np.allclose(shares.sum(axis=1), 1)
        assert (one.predict(frame) == label).mean() > 0.8
    else:
        naive = np.abs(label - np.median(label)).mean()
        assert np.abs(label - one.predict(frame)).mean() < 0.6 * naive


def test_there_is_a_recipe():
    assert "boosting" in recipes()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"ALGORITHM": None}, "ALGORITHM: is None; say in words what the estimator is"),
        ({"ALGORITHM": " "}, "ALGORITHM: is ' '; say"),
        ({"HYPERPARAMETERS": None}, "HYPERPARAMETERS: is None; map each name to its default"),
        ({"HYPERPARAMETERS": {"seed": 1}}, "HYPERPARAMETERS: seed is the factory's own"),
        ({"HYPERPARAMETERS": {"deep": True}}, "HYPERPARAMETERS: 'deep' is True; map a text to"),
        ({"HYPERPARAMETERS": {3: 1}}, "HYPERPARAMETERS: 3 is 1; map a text to"),
        ({"WHEELS": ["lightgbm"]}, "WHEELS: is ['lightgbm']; name distributions of"),
        ({"TASKS": None}, "TASKS: is None; name the kinds of question it learns"),
        ({"TASKS": ()}, "TASKS: is (); name the kinds of question it learns"),
        ({"TASKS": ["binary"]}, "TASKS: is ['binary']; name the kinds of question it learns"),
        ({"TAKES": None}, "TAKES: is None; name those of category, time, missing"),
        ({"TAKES": ("images",)}, "TAKES: is ('images',); name those of category, time, missing"),
        ({"estimator": None}, "estimator: is None; write estimator(task, parameters)"),
        ({"estimator": lambda p: p}, "estimator: cannot be called with two arguments"),
    ],
)
def test_what_a_recipe_lacks_is_named_with_what_would_be_right(changed, words):
    (found,) = contract.violations(recipe(**changed))
    assert found.startswith(words)


def test_a_recipe_that_lacks_several_things_hears_of_all_at_once(monkeypatch):
    monkeypatch.setitem(sys.modules, "pipelines.empty.recipe", types.ModuleType("recipe"))
    with pytest.raises(InvalidRecipe) as caught:
        contract.load("empty")
    words = str(caught.value)
    assert words.startswith("recipe 'empty': ALGORITHM: is None; ")
    assert "HYPERPARAMETERS: is None" in words
    assert "estimator: is None" in words


def test_a_recipe_that_is_not_there_is_named():
    with pytest.raises(InvalidRecipe, match=r"recipe 'tabula': pipelines/tabula/recipe\.py is not"):
        contract.load("tabula")


def test_what_a_recipe_itself_cannot_import_is_not_taken_for_a_missing_recipe(
    tmp_path, monkeypatch
):
    (tmp_path / "recipe.py").write_text("import nothing_of_the_kind\n")
    package = types.ModuleType("pipelines.wanting")
    package.__path__ = [str(tmp_path)]
    monkeypatch.setitem(sys.modules, "pipelines.wanting", package)
    with pytest.raises(ModuleNotFoundError, match="nothing_of_the_kind"):
        contract.load("wanting")


def test_an_estimator_that_gives_no_probabilities_is_refused_by_name():
    class Regressor:
        def fit(self, frame, label): ...

        def predict(self, frame): ...

    offered = recipe(estimator=lambda *_: Regressor(), TASKS=("binary", "count"))
    with pytest.raises(InvalidRecipe, match="its estimator, a Regressor, has no predict_proba;"):
        contract.fresh(offered, TASKS["binary"], {})
    assert isinstance(contract.fresh(offered, TASKS["count"], {}), Regressor)


def test_a_task_that_a_recipe_does_not_learn_is_refused_by_name():
    with pytest.raises(InvalidRecipe, match="learns binary, and not count; choose another recipe"):
        contract.fresh(recipe(), TASKS["count"], {})


def test_a_model_sets_what_its_recipe_and_the_factory_know_and_the_rest_is_the_default():
    model = dataclasses.replace(CHURN, hyperparameters={"depth": 5, "folds": 4})
    expected = {"seed": 7, "folds": 4, "depth": 5}
    assert contract.settings(recipe(), model) == expected


def test_a_whole_number_is_a_number_where_a_fraction_is_usual():
    model = dataclasses.replace(CHURN, hyperparameters={"rate": 1})
    assert contract.settings(recipe(HYPERPARAMETERS={"rate": 0.5}), model)["rate"] == 1


@pytest.mark.parametrize(
    ("set_", "words"),
    [
        ({"dept": 3}, "hyperparameters.dept: 3 is unknown to the recipe; it knows seed, folds, "),
        ({"depth": "3"}, "hyperparameters.depth: '3' is not a whole number; the default is 3"),
        ({"depth": 2.5}, "hyperparameters.depth: 2.5 is not a whole number; the default is 3"),
        ({"thresholds": "single"}, "hyperparameters.thresholds: 'single' is unknown to the recipe"),
        ({"folds": 1}, "hyperparameters.folds: 1 is not in 2 to 50"),
        ({"seed": -1}, "hyperparameters.seed: -1 is not in 0 to 4294967295"),
        ({"folds": "two"}, "hyperparameters.folds: 'two' is not a whole number; the default is 2"),
    ],
)
def test_a_hyperparameter_that_does_not_fit_is_named_with_what_would(set_, words):
    with pytest.raises(InvalidSpec) as caught:
        contract.settings(recipe(), dataclasses.replace(CHURN, hyperparameters=set_))
    assert str(caught.value).startswith(f"model 'churn': {words}")


@pytest.mark.parametrize(
    ("name", "set_", "words"),
    [
        ("boosting", {"learning_rate": 0}, "The 'learning_rate' parameter of HistGradientBoosting"),
        ("boosting", {"leaves": 1}, "The 'max_leaf_nodes' parameter of HistGradientBoostingCla"),
        ("linear", {"iterations": -1}, "The 'max_iter' parameter of LogisticRegression must be an"),
        ("linear", {"penalty": 0}, "ZeroDivisionError: "),
    ],
)
def test_a_value_with_which_nothing_is_learned_is_told_before_anything_is(name, set_, words):
    found = contract.load(name)
    defaults = {**contract.FRAME, **found.HYPERPARAMETERS}
    assert list(contract.unmade(found, TASKS["binary"], defaults)) == []
    (said,) = contract.unmade(found, TASKS["binary"], {**defaults, **set_})
    assert said.startswith("hyperparameters: ")
    assert words in said


def test_a_recipe_whose_wheel_is_not_here_cannot_be_asked():
    def estimator(*_):
        raise ModuleNotFoundError

    assert list(contract.unmade(recipe(estimator=estimator), TASKS["binary"], {})) == []


def test_the_serving_code_which_imports_no_contract_reads_the_files_that_are_agreed():
    text = (ROOT / "pipelines" / "steps" / "inference.py").read_text()
    for name in (contract.METADATA, contract.ESTIMATOR):
        assert f'"{name}"' in text

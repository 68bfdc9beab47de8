"""Does a wrong value fail in words: which field, and what would be right?"""

import dataclasses
import math

import pytest

import models
from factory.catalogue import document
from factory.catalogue.catalogue import Catalogue, parse, render
from factory.catalogue.judged import Floor
from factory.catalogue.rules import checked, readable, violations
from factory.errors import InvalidSpec, NotFound

INCOME = models.catalogue()["income"]


def changed(path, value):
    """Return the model with the field at *path* replaced."""
    *parents, last = path.split(".")
    owners = [INCOME]
    for name in parents:
        owners.append(getattr(owners[-1], name))
    for owner, name in zip(reversed(owners), [last, *reversed(parents)], strict=True):
        value = dataclasses.replace(owner, **{name: value})
    return value


def test_the_models_at_hand_break_no_rule():
    assert [words for model in models.catalogue() for words in violations(model)] == []


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "Income", "name: 'Income' is not 2 to 36 lower-case"),
        ("name", ["income"], "name: ['income'] is a list; a value of type str is wanted"),
        ("gates.fairness.attributes", ("sex", "sex"), "attributes: sex stands there twice"),
        ("purpose", " ", "purpose: is empty; say it in words"),
        ("builders", (), "builders: names nobody"),
        ("builders", "ada", "builders: 'ada' is a str; a tuple of texts is wanted"),
        ("builders", ("Ada",), "builders: 'Ada' is not as names are compared; write 'ada'"),
        ("builders", ("ada ",), "builders: 'ada ' is not as names are compared; write 'ada'"),
        ("builders", ("ada", "ada@corp.com"), "'ada' and 'ada@corp.com' are taken for one person"),
        (
            "builders",
            ("\u0430da",),
            "'\\u0430da' has a letter beyond ASCII, CYRILLIC",
        ),
        ("builders", ("ada lovelace",), "'ada lovelace' is not 2 to 64 letters, digits or"),
        ("features", (), "features: is empty"),
        ("features", ("age", "age", "sex", "race"), "age stands there twice"),
        ("task.label", "age", "'age' is also task.label"),
        ("gates.floor.at_least", 1.2, "gates.floor.at_least: 1.2 is not in [0.5, 1)"),
        ("gates.floor.at_least", "0.9", "gates.floor.at_least: '0.9' is a str"),
        ("gates.floor.at_least", float("nan"), "gates.floor.at_least: nan is not finite"),
        (
            "gates.floor.metric",
            "f1",
            "gates.floor.metric: 'f1' is unknown; a binary task has auc, average_precision,",
        ),
        ("gates.floor.confidence", 95, "gates.floor.confidence: 95 is not in (0.5, 1)"),
        (
            "gates.floor",
            Floor(metric="brier", at_most=0.0),
            "gates.floor.at_most: 0.0 is not in (0, inf); no error is surely 0",
        ),
        ("gates.champion.margin", -0.1, "gates.champion.margin: -0.1 is not in [0, 0.05]"),
        ("gates.leakage.max_column_auc", 1.0, "gates.leakage.max_column_auc: 1.0 is not"),
        ("gates.leakage.max_column_lead", 0, "gates.leakage.max_column_lead: 0 is not in (0, 0.5]"),
        ("gates.leakage.max_pair_gain", 0.6, "gates.leakage.max_pair_gain: 0.6 is not in (0, 0.5]"),
        ("gates.leakage.max_order_auc", 0.5, "gates.leakage.max_order_auc: 0.5 is not in (0.5, 1]"),
        ("gates.leakage.max_near_rows", 0, "gates.leakage.max_near_rows: 0 is not in (0, 1]"),
        ("gates.floor.too_good", 0.9, "too_good: 0.9 is not above gates.floor.at_least, 0.915"),
        ("gates.decisions.at_least", 0.4, "gates.decisions.at_least: 0.4 is not in [0.5, 1)"),
        ("gates.decisions.saving", 1, "gates.decisions.saving: 1 is not in [0, 1)"),
        ("gates.decisions.false_negative", 5.0, "false_positive: 0.0 is no cost beside 5.0"),
        ("gates.decisions.false_negative", 1e308, "false_negative: is beyond 1000000000"),
        ("gates.decisions.false_negative", 5e-324, "false_negative: 5e-324 is no cost beside"),
        ("gates.decisions.false_negative", math.nan, "false_negative: nan is not finite"),
        ("hyperparameters", {"a": math.nan}, "hyperparameters.a: nan is not finite"),
        ("hyperparameters", {"a": -math.inf}, "hyperparameters.a: -inf is not finite"),
        ("hyperparameters", {"a": 10**5000}, "hyperparameters.a: is beyond 1000000000"),
        ("hyperparameters", {"a": "\x1b[2J"}, "has what nobody sees"),
        ("hyperparameters", {"a": "x" * 300}, "has 300 characters; 256 may be"),
        ("gates.decisions.confidence", 0.5, "gates.decisions.confidence: 0.5 is not in (0.5, 1)"),
        ("gates.coverage.keeps", 0, "gates.coverage.keeps: 0 is not in (0, 1]"),
        ("gates.fairness.joint_rows", 0, "gates.fairness.joint_rows: 0 is below 1"),
        ("gates.fairness.attributes", (), "gates.fairness: names no protected attribute"),
        ("gates.fairness.attributes", ("height",), "task.thresholds: height is no feature, so no"),
        ("gates.fairness.at_least", 0, "gates.fairness.at_least: 0 is not in (0, 1]"),
        ("serving.instance_type", "m5.large", "'m5.large' is not a SageMaker instance"),
        ("serving.instances", 0, "serving.instances: 0 is below 1"),
        ("serving.capture_percent", 0, "serving.capture_percent: 0 is not in 1 to 100"),
        ("serving.bake_minutes", 61, "serving.bake_minutes: 61 is not in 1 to 60"),
        ("serving.max_error_rate", 1, "serving.max_error_rate: 1 is not in [0, 1)"),
        ("watch.max_psi", 0, "watch.max_psi: 0 is not in (0, 10); 0.25 is usual"),
        ("watch.min_rows", 0, "watch.min_rows: 0 is below 1"),
        ("watch.breaches", 4, "watch.breaches: 4 is not in 1 to watch.windows, 3"),
        ("watch.cool_down_hours", -1, "watch.cool_down_hours: -1 is below 0"),
        ("where", {"income": ">50K"}, "where: 'income' is also task.label"),
        ("where", {"row_id": "1"}, "where: 'row_id' is also key"),
        ("where", {"age": "39"}, "where: age has one value in all its rows and is one of the"),
        ("where", {"level": 3}, "a mapping of texts to texts is wanted"),
        ("family", "census", "where: is empty in a member of a family"),
        ("family", "income", "family: 'income' is its own name"),
        ("runs_per_day", 0, "runs_per_day: 0 is below 1"),
        ("runs_per_day", True, "runs_per_day: True is a bool"),
        ("hyperparameters", {"depth": [1]}, "a mapping of texts to numbers or texts is wanted"),
        ("name", "smoke-261129170221-a8f7731f", "runs of `factory smoke` call their own"),
        ("card", "none", "card: 'none' is a str; a value of type Card is wanted"),
    ],
)
def test_a_wrong_value_names_its_field_and_what_would_be_right(field, value, words):
    with pytest.raises(InvalidSpec, match="model") as caught:
        checked(changed(field, value))
    assert words in str(caught.value)


def test_what_was_deployed_before_a_name_was_refused_is_read_and_not_deployed_again():
    before = dataclasses.replace(INCOME, builders=("Ada", "ada"))
    assert document.parse_spec(document.spec_text(before)) == readable(before) == before
    with pytest.raises(InvalidSpec, match="are taken for one person"):
        checked(before)


def test_all_that_is_wrong_is_said_at_once():
    model = dataclasses.replace(INCOME, purpose="", runs_per_day=0)
    assert len(list(violations(model))) == 2


def test_a_catalogue_comes_back_from_its_json_and_has_the_same_bytes_every_time():
    catalogue = models.catalogue()
    text = render(catalogue)
    assert dict(parse(text).models) == dict(catalogue.models)
    assert render(parse(text)) == text


def test_two_models_of_one_name_are_refused():
    with pytest.raises(InvalidSpec, match="two entries have the name; rename one"):
        Catalogue.of([INCOME, INCOME])


def test_a_model_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(NotFound, match="'churn' is not in the catalogue; it has air-day, "):
        models.catalogue()["churn"]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('"version":2', '"version":1', "version 1 with model, version is unknown"),
        ('"owner"', '"ownr"', "ownr is not a field of Model"),
        ('"margin":0.005', '"margin":0.5', "gates.champion.margin: 0.5"),
    ],
)
def test_a_rendered_catalogue_that_was_changed_is_refused(before, after, words):
    text = render(models.catalogue())
    assert before in text
    with pytest.raises(InvalidSpec) as caught:
        parse(text.replace(before, after))
    assert words in str(caught.value)

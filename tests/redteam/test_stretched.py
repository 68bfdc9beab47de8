"""Attacks on how much an exam says: it is blown up, squeezed together, or asks of others."""

import dataclasses

import numpy as np
import pyarrow as pa
import pytest

import models
from factory.catalogue.catalogue import Catalogue
from factory.errors import InvalidSpec
from factory.gates import FAIL, INCONCLUSIVE, PASS
from models.income import MODEL
from pipelines.steps import answers, evidence
from tests.pipelines.cases import adult
from tests.pipelines.steps import splits
from tests.redteam.offline import LEDGER, examined, honest, leaked, verdicts


def again(times, **shift):
    """Let the exam be so many copies of its first rows, each under a key of its own."""

    def change(table):
        rows = table.slice(0, table.num_rows // times)
        parts = []
        for turn in range(times):
            part = rows
            for name, by in {MODEL.key: f"-{turn}", **shift}.items():
                values = part[name].to_pylist()
                values = [v + by if isinstance(by, str) else v + turn * by for v in values]
                part = part.set_column(part.schema.get_field_index(name), name, pa.array(values))
            parts.append(part)
        return pa.concat_tables(parts)

    return change


@pytest.mark.attack("the exam is blown up by copies of its rows, so that luck looks like proof")
@pytest.mark.parametrize(
    ("copies", "shift"), [(2, {}), (9, {}), (9, {"fnlwgt": 1})], ids=["twice", "nine", "changed"]
)
def test_rows_that_are_in_the_exam_more_than_once_prove_nothing(copies, shift, stopped):
    assert leaked(lambda table: table, lambda table: table).verdict == PASS
    found = leaked(lambda table: table, again(copies, **shift))
    assert found.verdict == INCONCLUSIVE
    assert "rows are in the exam more than once, and make its bounds too narrow" in found.reason
    stopped(f"{copies} copies: {found.reason}", LEDGER)


@pytest.mark.attack("scores lie so close together that in service they may be told in any order")
def test_scores_that_are_not_told_apart_in_service_rank_nothing(stopped):
    split = honest().split
    squeezed = splits.answering(split, score=split.answers["score"] * 1e-7)
    assert np.ptp(squeezed.answers["score"]) < 1e-6, "in the bake all of them are the same"
    good, bad = (
        verdicts(MODEL, floor={}, quality=evidence.quality(each))["floor"]
        for each in (split, squeezed)
    )
    assert good.verdict == PASS
    assert bad.verdict == FAIL
    assert "AUC 0.5" in bad.reason
    stopped(bad.reason, LEDGER)


@pytest.mark.attack("scores are as large as numbers get")
@pytest.mark.parametrize("most", [1e300, 1.7e308])
def test_scores_that_are_no_probabilities_are_refused(most, stopped):
    split = honest().split
    found = answered(splits.answering(split, score=split.answers["score"] * most))
    assert found.verdict == FAIL
    assert "a score outside of 0 to 1" in found.reason
    stopped(found.reason, LEDGER)


@pytest.mark.attack("the gates judge what is selected, and clients read a label that denies it")
def test_a_label_that_denies_the_decision_is_refused(stopped):
    split = honest().split
    assert answered(split).verdict == PASS
    table = split.challenger.table
    label = [MODEL.task.positive] * table.num_rows
    place = table.schema.get_field_index("label")
    said = evidence.Said(table.set_column(place, "label", [label]))
    found = answered(dataclasses.replace(split, challenger=said))
    assert found.verdict == FAIL
    assert "a label that is not what is decided" in found.reason
    stopped(found.reason, LEDGER)


def answered(split):
    """Return the verdict on answers that cannot be."""
    rows = {"test_rows": split.features.num_rows}
    return verdicts(MODEL, answers=answers.measure(split), leakage=rows)["answers"]


@pytest.mark.attack("the spec compares groups that nobody protects, instead of those that are")
@pytest.mark.parametrize("attributes", [("workclass",), ("sex",), ("age",)])
def test_each_protected_feature_with_groups_is_compared(attributes, stopped):
    rule = dataclasses.replace(MODEL.gates.fairness, attributes=attributes)
    model = dataclasses.replace(MODEL, gates=dataclasses.replace(MODEL.gates, fairness=rule))
    assert examined(MODEL, adult("test")).verdict == PASS
    found = examined(model, adult("test"))
    assert found.verdict == FAIL
    assert "calls race protected, it is a feature, and the spec compares no groups" in found.reason
    stopped(found.reason, LEDGER)


@pytest.mark.attack("a protected group is not compared, and the approver is not told")
def test_what_is_protected_and_not_compared_stands_in_the_verdict(stopped):
    why = "the groups of race are too small here to be compared with each other"
    rule = dataclasses.replace(MODEL.gates.fairness, attributes=("sex",), exempt=why)
    gates = dataclasses.replace(MODEL.gates, fairness=rule)
    found = examined(dataclasses.replace(MODEL, gates=gates), adult("test"))
    assert found.verdict == PASS
    assert found.reason.endswith(f"protected and not compared: race ({why})")
    unseen = tuple(c for c in MODEL.features if c != "race")
    blind = dataclasses.replace(rule, exempt="")
    model = dataclasses.replace(
        MODEL, features=unseen, gates=dataclasses.replace(gates, fairness=blind)
    )
    found = examined(model, adult("test"))
    assert found.reason.endswith("protected and not compared: race (the model does not see it)")
    stopped(found.reason, "gate.evaluated, whose words whoever approves is shown")


@pytest.mark.attack("a protected group is not compared, for a reason that says nothing")
@pytest.mark.parametrize("exempt", ["-", "." * 99, "because " * 20])
def test_a_reason_that_says_nothing_exempts_no_column(exempt, stopped):
    income = models.catalogue()["income"]
    rule = dataclasses.replace(income.gates.fairness, attributes=("sex",), exempt=exempt)
    gates = dataclasses.replace(income.gates, fairness=rule)
    with pytest.raises(InvalidSpec) as caught:
        Catalogue.of([dataclasses.replace(income, gates=gates, tier=3)])
    assert "gates.fairness.exempt: " in str(caught.value)
    stopped(caught.value, "none: synth refuses it, so nothing has happened")

"""Is each gate's measurement shown with the limit that it requires?"""

import json
from dataclasses import replace

import boto3
import pytest
from moto import mock_aws

import aws
import models
from factory.errors import ServiceError
from factory.tasks.regression import Regression
from report.evidence import Evidence

MODEL = replace(models.catalogue().models["income"], name="m")
EXECUTION = "arn:aws:sagemaker:us-east-1:1:pipeline/modelworks-dev-boosting/execution/run1"
RATIO = {
    "attribute": "sex",
    "group": "Female",
    "is": "selected",
    "reference_rows": 2000,
    "reference_rate": 0.2,
    "rows": 900,
    "rate": 0.18,
    "reference": "Male",
    "ratio": 0.9,
    "lower_bound": 0.85,
    "reverse_upper_bound": 1.3,
}
RULE = {"at_least": 0.8, "max_gap": 0.1, "gaps": {}}
FACTS = {
    "floor": {"metric": "auc", "value": 0.93, "bound": 0.92, "limit": 0.9},
    "naive": {"metric": "auc", "difference": {"value": 0.43}, "lower_bound": 0.42},
    "champion": {
        "metric": "auc",
        "difference": {"value": -0.001},
        "lower_bound": -0.004,
        "margin": 0.005,
    },
    "leakage": {"columns": {"age": 0.6, "relationship": 0.78}},
    "fairness": {**RULE, "ratios": {"sex=Female": RATIO}},
    "lineage": {"inputs": {}},
}


@pytest.fixture
def of():
    """Return a function that gives the evidence of a run with the gates' *facts*."""
    session = boto3.Session("testing", "testing", region_name="us-east-1")
    with mock_aws(), aws.calling_as(session):
        session.client("s3").create_bucket(Bucket="evidence")

        def evidence(facts):
            verdicts = [
                {"gate": gate, "verdict": "PASS", "reason": "r", "facts": found}
                for gate, found in facts.items()
            ]
            documents = {
                "verdicts": {"verdicts": verdicts},
                "card": {"model_overview": {"model_name": "m"}, "additional_information": {}},
            }
            for name, body in documents.items():
                key = f"runs/m/run1/{name}.json"
                session.client("s3").put_object(
                    Bucket="evidence", Key=key, Body=json.dumps(body).encode()
                )
            return Evidence("evidence", MODEL, EXECUTION)

        yield evidence


def measures(evidence):
    return {gate["gate"]: gate["measure"] for gate in evidence.gates()}


def numbers(measure):
    return [measure[name] for name in ("value", "bound", "limit", "is_minimum")]


def test_every_gate_that_measures_a_number_shows_it(of):
    found = measures(of(FACTS))
    assert numbers(found["floor"]) == [0.93, 0.92, 0.9, True]
    assert numbers(found["naive"]) == [0.43, 0.42, 0.0, True]
    assert found["naive"]["metric"] == "gain in AUC"
    assert numbers(found["champion"]) == [-0.001, -0.004, -0.005, True]
    assert numbers(found["leakage"]) == [0.78, 0.78, 0.99, False]
    assert numbers(found["fairness"]) == [0.9, 0.85, 0.8, True]
    assert found["leakage"]["metric"] == "AUC of relationship alone"
    assert found["lineage"] is None


def test_a_group_that_is_favoured_is_compared_the_other_way_round(of):
    ratio = RATIO | {"ratio": 1.6, "lower_bound": 1.5, "reverse_upper_bound": 0.7}
    fair = {"fairness": {**RULE, "ratios": {"sex=Female": ratio}}}
    assert measures(of(fair))["fairness"]["bound"] == 0.7


def test_a_gate_that_could_not_measure_shows_no_number(of):
    found = measures(of({"floor": {}, "champion": {"state": "none"}, "fairness": {}}))
    assert set(found.values()) == {None}


def test_groups_are_listed_below_their_reference_group(of):
    fair = of(FACTS).fairness()
    assert [(g["name"], g["rows"], g["rate"], g["ratio"]) for g in fair["groups"]] == [
        ("Male", 2000, 0.2, None),
        ("Female", 900, 0.18, 0.9),
    ]
    assert (fair["at_least"], fair["confidence"]) == (0.8, MODEL.gates.fairness.confidence)


def test_the_groups_of_each_class_are_listed_apart(of):
    ratios = {f"sex=Female recognised as {c}": {**RATIO, "is": f"recognised as {c}"} for c in "ab"}
    fair = of({"fairness": {**RULE, "ratios": ratios}}).fairness()
    assert [(g["attribute"], g["name"]) for g in fair["groups"]] == [
        ("sex recognised as a", "Male"),
        ("sex recognised as a", "Female"),
        ("sex recognised as b", "Male"),
        ("sex recognised as b", "Female"),
    ]


def test_an_error_is_shown_with_the_limit_from_above(of, monkeypatch):
    task = Regression(label="income")
    monkeypatch.setattr("tests.report.test_evidence.MODEL", replace(MODEL, task=task))
    floor = {"metric": "mae", "value": 4.1, "bound": 4.3, "limit": 5.0}
    gaps = {"sex=F: answered too high": 0.08, "sex=M: answered less exactly": 0.05}
    read = of({"floor": floor, "fairness": {**RULE, "gaps": gaps, "ratios": {}}})
    found = measures(read)
    assert numbers(found["floor"]) == [4.1, 4.3, 5.0, False]
    assert found["floor"]["metric"] == "mean absolute error"
    assert numbers(found["fairness"]) == [0.08, 0.08, 0.1, False]
    assert found["fairness"]["metric"] == "gap of sex=F: answered too high"
    fair = read.fairness()
    assert (fair["groups"], fair["max_gap"]) == ([], 0.1)
    assert {gap["name"]: gap["bound"] for gap in fair["gaps"]} == gaps


def test_a_model_without_protected_groups_has_no_comparison(of):
    assert of({"fairness": {}}).fairness() is None


def test_the_card_is_completed_from_the_current_spec(of):
    card = of(FACTS).card
    assert card["model_overview"]["model_name"] == "m"
    assert card["model_overview"]["model_owner"] == MODEL.owner
    assert card["intended_uses"]["intended_uses"] == MODEL.card.intended_use


def test_missing_evidence_is_an_error_that_names_it(of):
    with pytest.raises(ServiceError, match=r"s3://evidence/runs/m/run1/card\.json"):
        Evidence("evidence", MODEL, EXECUTION)

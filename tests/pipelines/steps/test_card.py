import dataclasses
import json

from factory.catalogue.spec import Card
from factory.gates.card import complete

WORDY = Card(intended_use="Use", limitations="Limits", ethics="Ethics")


def test_the_card_says_what_per_group_thresholds_mean_and_that_they_may_be_unlawful(per_group):
    said = per_group.json("gates/evidence/card.json")["additional_information"]
    assert "demographic parity" in said["caveats_and_recommendations"]
    assert "unlawful" in said["caveats_and_recommendations"]
    assert "threshold of Female, Black" in said["custom_details"]


def test_the_card_of_one_threshold_does_not_speak_of_parity(single):
    said = single.json("gates/evidence/card.json")["additional_information"]
    assert "parity" not in said["caveats_and_recommendations"]


def test_the_card_carries_the_numbers_of_the_evidence(per_group):
    groups = per_group.json("gates/evidence/card.json")["evaluation_details"][0]["metric_groups"]
    metrics = {m["name"]: m for g in groups for m in g["metric_data"]}
    assert metrics["auc"]["value"] == per_group.evidence["quality"]["metrics"]["auc"]["value"]
    female = per_group.evidence["fairness"]["rates"]["selected"]["attributes"]["sex"]["Female"]
    assert metrics["Female"]["value"] == female["selected"] / female["rows"]
    assert metrics["Female"]["notes"] == f"{female['selected']} of {female['rows']} rows"


def test_the_card_says_how_many_sabotaged_copies_were_refused(per_group):
    said = per_group.json("gates/evidence/card.json")["additional_information"]["custom_details"]
    assert "sabotaged copies are refused" in said["negative controls"]


def test_the_card_names_data_and_hyperparameters(per_group):
    training = per_group.json("gates/evidence/card.json")["training_details"]
    assert training["training_observations"].startswith("32561 rows; 0 more were left out because")
    job = training["training_job_details"]
    assert job["training_datasets"] == ["s3://products/train/000001/"]
    assert {"name": "seed", "value": "7"} in job["hyper_parameters"]


def test_the_card_names_the_algorithm_that_the_recipe_is(per_group):
    overview = per_group.json("gates/evidence/card.json")["model_overview"]
    assert overview["algorithm_type"] == "Gradient boosting on histograms"


def test_what_only_people_say_of_the_model_does_not_reach_the_steps(per_group):
    text = json.dumps(per_group.json("gates/evidence/card.json"))
    model = dataclasses.replace(per_group.model, card=WORDY, owner="Owner", purpose="Purpose")
    found = json.dumps(complete(json.loads(text), model))
    for word in ("Owner", "Purpose", "Use", "Limits", "Ethics", "bea"):
        assert word not in text
        assert word in found


def test_the_card_says_which_columns_matter_most_and_of_whose_rows(per_group):
    said = per_group.json("gates/evidence/card.json")["additional_information"]["custom_details"]
    words = said["columns that matter"]
    assert words.startswith("what it adds to the loss on held-out training rows to shuffle a colu")
    assert words.partition(": ")[2].startswith("capital_gain ")
    assert words.count("%") == 10

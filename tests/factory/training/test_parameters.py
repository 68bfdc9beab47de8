import dataclasses

import pytest

from factory.training.parameters import Parameters, name

GIVEN = Parameters(
    model="income",
    spec_uri="s3://specs/judged/income/d.json",
    spec_digest="d",
    train_uri="s3://products/train/000001/",
    test_uri="s3://products/test/000001/",
    champion_uri="s3://work/champions/none.json",
    champion_digest="none",
    look="3",
    reason="census_train snapshot 1 was published",
    request="a" * 64,
)


def test_a_run_is_started_with_all_that_it_is_given():
    assert GIVEN.given() == [
        {"Name": "Model", "Value": "income"},
        {"Name": "SpecUri", "Value": "s3://specs/judged/income/d.json"},
        {"Name": "SpecDigest", "Value": "d"},
        {"Name": "TrainUri", "Value": "s3://products/train/000001/"},
        {"Name": "TestUri", "Value": "s3://products/test/000001/"},
        {"Name": "ChampionUri", "Value": "s3://work/champions/none.json"},
        {"Name": "ChampionDigest", "Value": "none"},
        {"Name": "Look", "Value": "3"},
        {"Name": "Reason", "Value": "census_train snapshot 1 was published"},
        {"Name": "Request", "Value": "a" * 64},
    ]


def test_what_is_left_empty_is_left_to_the_definition():
    own = dataclasses.replace(GIVEN, train_code_uri="s3://work/code/ada/code.zip")
    assert own.given()[-1] == {"Name": "TrainCodeUri", "Value": "s3://work/code/ada/code.zip"}
    assert "InstanceType" not in {each["Name"] for each in own.given()}


@pytest.mark.parametrize("field", [f.name for f in dataclasses.fields(Parameters)])
def test_every_name_is_one_that_sagemaker_takes(field):
    assert name(field).isalnum()
    assert name(field)[0].isupper()

"""Is every way noticed in which an execution is not what was asked for?"""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime

import pytest

from factory.catalogue.definition import digest
from factory.events.incident import IncidentOpened
from factory.events.training import RunStarted
from factory.training import bound, run_begin
from factory.training.bound import Bound
from factory.training.run_request import Code, RunRequest
from factory.training.seen import Identity, Seen

EXECUTION = "arn:aws:sagemaker:us-east-1:1:pipeline/modelworks-dev-boosting/execution/e"
RETRAIN = "Retrain-1A2B"
SESSION = f"arn:aws:sts::1:assumed-role/{RETRAIN}/retrain"
ALAN = "arn:aws:sts::1:assumed-role/Builder-9Z/alan"
DEFINITION = json.dumps(
    {
        "Version": "2020-12-01",
        "Parameters": [
            {"Name": "Model", "Type": "String"},
            {"Name": "TestUri", "Type": "String"},
            {"Name": "Look", "Type": "String"},
            {"Name": "InstanceType", "Type": "String", "DefaultValue": "ml.m5.large"},
            {"Name": "TrainCodeUri", "Type": "String", "DefaultValue": "s3://specs/steps/c.zip"},
        ],
        "Steps": [],
    }
)
ASKED = RunRequest(
    model="churn",
    recipe="boosting",
    definition=digest(DEFINITION),
    cause="people snapshot 2 was published",
    asked_by="function/fan_out",
    behind="123456789012 landed its file",
    spec_by="olga",
    builders=("ada",),
    code=None,
    parameters={
        "Model": "churn",
        "TestUri": "s3://products/people/2/",
        "Look": "2",
        "Reason": "new rows",
    },
)


def described(**changes):
    """Return what SageMaker says of the execution that retrain started for the request."""
    found = {
        "PipelineExecutionArn": EXECUTION,
        "CreationTime": datetime(2026, 1, 1, tzinfo=UTC),
        "CreatedBy": {"IamIdentity": {"Arn": SESSION, "PrincipalId": "AROA:retrain"}},
        "LastModifiedBy": {"IamIdentity": {"Arn": SESSION, "PrincipalId": "AROA:retrain"}},
    }
    return {**found, **changes}


def given(request=ASKED, **changes):
    defaults = {"InstanceType": "ml.m5.large", "TrainCodeUri": "s3://specs/steps/c.zip"}
    return {**defaults, **request.parameters, "Request": request.digest, **changes}


def seen(parameters=None, **changes):
    return Seen.of(described(**changes), parameters or given(), DEFINITION)


def bind(request=ASKED, parameters=None, **changes):
    return bound.bind(seen(parameters, **changes), request, RETRAIN)


def by(arn, **more):
    return {"IamIdentity": {"Arn": arn, **more}}


def test_a_run_that_retrain_started_as_it_was_asked_for_differs_in_nothing():
    record = bind()
    assert record.differs == ()
    assert (record.request, record.asked_by) == (ASKED.digest, "function/fan_out")
    assert record.people == ("ada",)
    assert record.reason == "function/fan_out asked for it: new rows (123456789012 landed its file)"


DIFFERENT = {
    "a person started it": (
        {"CreatedBy": by(ALAN, SourceIdentity="alan"), "LastModifiedBy": by(ALAN)},
        {},
        "alan started it, and only retrain may",
    ),
    "another role started it": (
        {"CreatedBy": by(f"arn:aws:sts::1:assumed-role/{RETRAIN}-2/retrain")},
        {},
        f"assumed-role/{RETRAIN}-2/retrain started it, and only retrain may",
    ),
    "an administrator retried it": (
        {"LastModifiedBy": by("arn:aws:iam::1:user/admin")},
        {},
        "arn:aws:iam::1:user/admin changed it, and only retrain may",
    ),
    "an older exam": ({}, {"TestUri": "s3://products/people/1/"}, "TestUri is not what was asked"),
    "another machine": ({}, {"InstanceType": "ml.p5.48xlarge"}, "InstanceType is not what was"),
    "other training code": ({}, {"TrainCodeUri": "s3://w/code/x.zip"}, "TrainCodeUri is not what"),
    "two other values": (
        {},
        {"TestUri": "s3://x/", "InstanceType": "x"},
        "InstanceType, TestUri are not what was asked for",
    ),
    "one value more": ({}, {"Extra": "x"}, "Extra is not what was asked for"),
    "only some steps": (
        {"SelectiveExecutionConfig": {"SelectedSteps": [{"StepName": "Gates"}]}},
        {},
        "only 1 of its steps were selected to run",
    ),
    "a version by its alias": (
        {"PipelineVersionId": 2, "PipelineVersionAliases": ["old"]},
        {},
        "it runs a version of the pipeline that was chosen by an alias",
    ),
    "another role": (
        {"RoleArn": "arn:aws:iam::1:role/mine"},
        {},
        "it runs as another role than its pipeline's",
    ),
    "another parallelism": (
        {"ParallelismConfiguration": {"MaxParallelExecutionSteps": 1}},
        {},
        "at most 1 of its steps run at once, which its starter chose",
    ),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_is_not_what_was_asked_for_is_said_in_words(name):
    says, parameters, words = DIFFERENT[name]
    assert words in bind(parameters=given(**parameters), **says).words


def test_what_nobody_asked_for_says_so_and_who_started_it():
    record = bind(request=None, CreatedBy=by(ALAN, SourceIdentity="alan"))
    assert record.words.startswith("nobody asked for it: alan started it without a request")
    assert (record.asked_by, record.request, record.people) == ("", "", ("alan",))


def test_the_words_do_not_repeat_what_whoever_started_it_wrote():
    record = bind(parameters=given(TestUri="the row of Jane Doe, 42"))
    assert "Jane" not in record.words
    assert record.seen.parameters["TestUri"] == "the row of Jane Doe, 42"


def test_that_sagemaker_names_no_starter_is_no_difference_by_itself():
    assert bind(CreatedBy={}, LastModifiedBy=None).differs == ()


def test_a_person_of_studio_is_known_by_the_name_of_the_profile():
    record = bind(CreatedBy={"UserProfileName": "alan", "DomainId": "d-1"})
    assert record.words == "alan started it, and only retrain may"
    assert "alan" in record.people


def test_who_asked_and_whose_code_it_is_have_a_part_in_the_run():
    own = dataclasses.replace(ASKED, asked_by="person/bob", code=Code("c" * 64, "carl"))
    record = bind(request=own, parameters=given(own))
    assert record.differs == ()
    assert record.people == ("ada", "bob", "carl")


@pytest.mark.parametrize("model", ["", "../x", "a/b", "x" * 40, "Über"])
def test_an_execution_that_names_no_model_is_of_none(model):
    assert bind(parameters=given(Model=model)).model == bound.UNNAMED


def test_a_record_is_read_as_it_was_written():
    own = dataclasses.replace(ASKED, code=Code("c" * 64, "carl"))
    for record in (bind(), bind(request=None), bind(request=own)):
        assert Bound.of(record.body()) == record
    assert RunRequest.of(own.body()) == own
    assert RunRequest.of(ASKED.body()).digest == ASKED.digest


CHANGED = {
    "nothing": ({}, ""),
    "somebody retried it": (
        {"LastModifiedBy": by(ALAN, SourceIdentity="alan")},
        "alan has changed it since: retried, stopped or renamed it",
    ),
    "its machine": ({"parameters": given(InstanceType="x")}, "its parameters"),
    "its steps": (
        {"SelectiveExecutionConfig": {"SelectedSteps": [{"StepName": "Gates"}]}},
        "the steps that were selected",
    ),
}


@pytest.mark.parametrize("name", CHANGED)
def test_what_has_changed_since_is_named(name):
    changes, words = CHANGED[name]
    assert bound.changed(seen(), seen(**changes)) == words


@pytest.mark.parametrize("field", [f.name for f in dataclasses.fields(Seen)])
def test_every_field_that_may_change_has_its_word(field):
    assert field == "changer" or field in bound.WORDS


def test_the_beginning_of_a_run_is_told_once_and_what_is_wrong_is_an_incident():
    (started,) = run_begin.events(bind())
    assert (started.TYPE, started.key, started.differs) == (RunStarted.TYPE, EXECUTION, ())
    unasked = bind(request=None, CreatedBy=by(ALAN, SourceIdentity="alan"))
    started, opened = run_begin.events(unasked)
    assert started.reason == "alan started it, and nobody has asked for it"
    assert (opened.TYPE, opened.incident) == (IncidentOpened.TYPE, "run/churn/e")
    assert [each["words"] for each in opened.reasons] == list(unasked.differs)


def test_an_identity_without_a_role_has_none():
    assert Identity(arn="arn:aws:iam::1:user/alan").role == ""
    assert Identity(arn=SESSION).role == RETRAIN

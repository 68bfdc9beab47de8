"""Which version of a pipeline an execution runs, and who has changed it."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.sagemaker.test_pipelines import make


def document(words):
    step = {"Name": "Say", "Type": "Fail", "Arguments": {"ErrorMessage": words}}
    return {"Version": "2020-12-01", "Parameters": [], "Steps": [step]}


@pytest.fixture(scope="module")
def name(place):
    """Give a pipeline of two versions, the first of which is called `old`."""
    role = place.role("versions", {"Action": "sagemaker:*", "Resource": "*"})
    made = f"{place.name}-versions"
    make(place, made, role, document("first"))
    arn = place.sagemaker.describe_pipeline(PipelineName=made)["PipelineArn"]
    first = {"PipelineArn": arn, "PipelineVersionId": 1}
    place.sagemaker.update_pipeline_version(
        **first, PipelineVersionAliasOperations={"Add": ["old"]}
    )
    answer = place.sagemaker.update_pipeline(
        PipelineName=made, PipelineDefinition=json.dumps(document("second"))
    )
    assert answer["PipelineVersionId"] == 2
    return made


def said(place, name, **which):
    sagemaker = place.sagemaker
    arn = sagemaker.start_pipeline_execution(PipelineName=name, **which)["PipelineExecutionArn"]
    place.cloud.settle()
    found = sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
    text = sagemaker.describe_pipeline_definition_for_execution(PipelineExecutionArn=arn)
    (step,) = json.loads(text["PipelineDefinition"])["Steps"]
    return (
        step["Arguments"]["ErrorMessage"],
        found["PipelineVersionId"],
        found.get("PipelineVersionAliases"),
    )


def test_an_execution_runs_the_newest_version_or_the_one_that_is_named(place, name):
    assert said(place, name) == ("second", 2, None)
    assert said(place, name, PipelineVersionId=1) == ("first", 1, ["old"])
    assert said(place, name, PipelineVersionAlias="old") == ("first", 1, ["old"])
    described = place.sagemaker.describe_pipeline(PipelineName=name, PipelineVersionAlias="old")
    assert "first" in described["PipelineDefinition"]


@pytest.mark.parametrize(
    ("which", "words"),
    [
        ({"PipelineVersionId": 3}, "has no pipeline version '3'"),
        ({"PipelineVersionAlias": "new"}, "has no pipeline version 'new'"),
        ({"PipelineVersionId": 1, "PipelineVersionAlias": "old"}, "You can't specify"),
        ({"RoleArn": "arn:aws:iam::123456789012:role/another-role"}, "RoleArn cannot be"),
    ],
)
def test_what_cannot_be_started_is_refused(place, name, which, words):
    with pytest.raises(ClientError, match=words):
        place.sagemaker.start_pipeline_execution(PipelineName=name, **which)


def test_versions_are_listed_and_an_alias_is_of_one(place, name):
    listed = place.sagemaker.list_pipeline_versions(PipelineName=name)["PipelineVersionSummaries"]
    assert [each["PipelineVersionId"] for each in listed] == [2, 1]
    second = {"PipelineArn": listed[0]["PipelineArn"], "PipelineVersionId": 2}
    with pytest.raises(ClientError, match="is assigned to version 1"):
        place.sagemaker.update_pipeline_version(
            **second, PipelineVersionAliasOperations={"Add": ["old"]}
        )
    with pytest.raises(ClientError, match="only when the pipeline definition changes"):
        place.sagemaker.update_pipeline(PipelineName=name, PipelineVersionAliases=["new"])


def test_whoever_updates_an_execution_has_changed_it_last(place, name):
    sagemaker = place.sagemaker
    arn = sagemaker.start_pipeline_execution(PipelineName=name)["PipelineExecutionArn"]
    limit = {"MaxParallelExecutionSteps": 3}
    sagemaker.update_pipeline_execution(
        PipelineExecutionArn=arn,
        PipelineExecutionDisplayName="another",
        ParallelismConfiguration=limit,
    )
    found = sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
    assert found["PipelineExecutionDisplayName"] == "another"
    assert found["ParallelismConfiguration"] == limit
    assert "IamIdentity" in found["LastModifiedBy"]

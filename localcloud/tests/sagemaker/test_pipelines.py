"""A whole pipeline, from its definition to a registered package."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.waiting import until

KIND = "SageMaker Model Building Pipeline Execution"
MINIMUM = {"Get": "Parameters.Minimum"}


def definition(place):
    prepare = place.processing(ContainerArguments=None)
    prepare.pop("ContainerArguments")
    prepare["AppSpecification"]["ContainerArguments"] = ["0.95"]
    words = ["s3:/", place.name, {"Get": "Execution.PipelineExecutionId"}, "train"]
    output = prepare["ProcessingOutputConfig"]["Outputs"][0]["S3Output"]
    output["S3Uri"] = {"Std:Join": {"On": "/", "Values": words}}
    train = place.training()
    made = "Steps.Prepare.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri"
    train["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] = {"Get": made}
    artifact = {"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"}
    register = {
        "ModelPackageGroupName": place.name,
        "ModelApprovalStatus": "PendingManualApproval",
        "InferenceSpecification": {
            "Containers": [{"Image": "image", "ModelDataUrl": artifact}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
        "CustomerMetadataProperties": {"run": {"Get": "Execution.PipelineExecutionId"}},
    }
    measured = {
        "Std:JsonGet": {
            "PropertyFile": {"Get": "Steps.Prepare.PropertyFiles.Metrics"},
            "Path": "acc.value",
        }
    }
    gate = {
        "Conditions": [
            {"Type": "GreaterThanOrEqualTo", "LeftValue": measured, "RightValue": MINIMUM}
        ],
        "IfSteps": [{"Name": "Register", "Type": "RegisterModel", "Arguments": register}],
        "ElseSteps": [{"Name": "Refuse", "Type": "Fail", "Arguments": {"ErrorMessage": "too bad"}}],
    }
    file = {
        "PropertyFileName": "Metrics",
        "OutputName": "train",
        "FilePath": "metrics.json",
    }
    return {
        "Version": "2020-12-01",
        "Parameters": [{"Name": "Minimum", "Type": "Float", "DefaultValue": 0.9}],
        "Steps": [
            {
                "Name": "Prepare",
                "Type": "Processing",
                "Arguments": prepare,
                "PropertyFiles": [file],
            },
            {"Name": "Train", "Type": "Training", "Arguments": train},
            {
                "Name": "Gate",
                "Type": "Condition",
                "Arguments": gate,
                "DependsOn": ["Train"],
            },
        ],
    }


@pytest.fixture(scope="module")
def pipeline(place):
    role = place.role(
        "pipeline",
        {"Action": "sagemaker:*", "Resource": "*"},
        {"Action": "iam:PassRole", "Resource": place.job},
        {"Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{place.name}/*"},
    )
    place.sagemaker.create_model_package_group(ModelPackageGroupName=place.name)
    make(place, place.name, role, definition(place))
    return place.name


def make(place, name, role, document):
    place.sagemaker.create_pipeline(
        PipelineName=name,
        RoleArn=role,
        PipelineDefinition=json.dumps(document),
        ClientRequestToken=f"{name:x<32}",
    )


def start(place, name, **more):
    return place.sagemaker.start_pipeline_execution(PipelineName=name, **more)[
        "PipelineExecutionArn"
    ]


def finish(place, arn):
    return until(
        lambda: place.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn),
        lambda found: found["PipelineExecutionStatus"] not in {"Executing", "Stopping"},
    )


def steps(place, arn):
    listed = place.sagemaker.list_pipeline_execution_steps(
        PipelineExecutionArn=arn, SortOrder="Ascending"
    )
    return {each["StepName"]: each for each in listed["PipelineExecutionSteps"]}


def test_a_pipeline_runs_its_steps_and_registers_a_package(place, pipeline, events):
    arn = start(place, pipeline)
    assert finish(place, arn)["PipelineExecutionStatus"] == "Succeeded"
    run = steps(place, arn)
    assert [*run] == ["Prepare", "Train", "Gate", "Register"]
    assert {each["StepStatus"] for each in run.values()} == {"Succeeded"}
    assert run["Gate"]["Metadata"] == {"Condition": {"Outcome": "True"}}
    package = run["Register"]["Metadata"]["RegisterModel"]["Arn"]
    found = place.sagemaker.describe_model_package(ModelPackageName=package)
    assert found["CustomerMetadataProperties"] == {"run": arn.rsplit("/", 1)[-1]}
    assert found["CreatedBy"]["IamIdentity"]["Arn"].endswith("-pipeline/SageMaker")
    moves = [
        each["detail"]["currentPipelineExecutionStatus"]
        for each in events(f"{KIND} Status Change")
        if each["detail"]["pipelineExecutionArn"] == arn
    ]
    assert moves == ["Executing", "Succeeded"]
    done = [
        e["detail"]["stepName"]
        for e in events(f"{KIND} Step Status Change")
        if e["detail"]["currentStepStatus"] == "Succeeded" and arn in e["resources"]
    ]
    assert done == [*run]


def test_a_parameter_turns_the_gate(place, pipeline):
    arn = start(place, pipeline, PipelineParameters=[{"Name": "Minimum", "Value": "0.99"}])
    found = finish(place, arn)
    assert found["PipelineExecutionStatus"] == "Failed"
    assert found["FailureReason"] == "Step failure: One or multiple steps failed."
    assert steps(place, arn)["Refuse"]["FailureReason"] == "too bad"
    given = place.sagemaker.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn)
    assert given["PipelineParameters"] == [{"Name": "Minimum", "Value": "0.99"}]


def test_an_unknown_parameter_or_pipeline_is_refused(place, pipeline):
    with pytest.raises(ClientError, match="Maximum"):
        start(place, pipeline, PipelineParameters=[{"Name": "Maximum", "Value": "1"}])
    with pytest.raises(ClientError, match="pipeline/nobody' does not exist"):
        start(place, "nobody")


def test_a_definition_that_cannot_run_is_refused_when_it_is_made(place):
    document = {"Version": "2020-12-01", "Steps": [{"Name": "T", "Type": "Tuning"}]}
    with pytest.raises(ClientError, match="Step T: type 'Tuning' cannot run here"):
        make(place, "refused", place.job, document)


def test_the_same_token_starts_one_execution(place, pipeline):
    token = {"ClientRequestToken": "t" * 32}
    first = start(place, pipeline, **token)
    assert start(place, pipeline, **token) == first
    place.sagemaker.stop_pipeline_execution(PipelineExecutionArn=first)
    finish(place, first)


def test_a_pipeline_whose_role_may_not_pass_the_jobs_role_fails(place):
    name = f"{place.name}-poor"
    poor = place.role("poor", {"Action": "sagemaker:*", "Resource": "*"})
    make(place, name, poor, {**definition(place)})
    arn = start(place, name)
    assert finish(place, arn)["PipelineExecutionStatus"] == "Failed"
    reason = steps(place, arn)["Prepare"]["FailureReason"]
    assert "Failed to invoke sagemaker:CreateProcessingJob" in reason
    assert f"iam:PassRole on resource: {place.job}" in reason


def test_stopping_an_execution_stops_its_job(place, pipeline):
    name = f"{place.name}-slow"
    document = definition(place)
    slow = place.script("import time; time.sleep(3600)")
    source = document["Steps"][0]["Arguments"]["ProcessingInputs"][1]["S3Input"]
    source["S3Uri"] = place.uri(slow)
    words = ["python3", f"/opt/ml/processing/input/code/{slow.rsplit('/', 1)[-1]}"]
    document["Steps"][0]["Arguments"]["AppSpecification"]["ContainerEntrypoint"] = words
    role = place.sagemaker.describe_pipeline(PipelineName=pipeline)["RoleArn"]
    make(place, name, role, document)
    arn = start(place, name)
    until(lambda: "Prepare" in steps(place, arn))
    place.sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn)
    assert finish(place, arn)["PipelineExecutionStatus"] == "Stopped"
    assert steps(place, arn)["Prepare"]["StepStatus"] == "Stopped"

"""Executions that go on where another, or they themselves, have ended; and what values become."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.sagemaker.conftest import TRAIN
from tests.sagemaker.test_pipelines import definition, finish, make, start, steps

BROKEN = "raise SystemExit('no luck')"
SELECTED = [{"StepName": "Train"}]


@pytest.fixture(scope="module")
def role(place):
    place.sagemaker.create_model_package_group(ModelPackageGroupName=place.name)
    return place.role(
        "executions",
        {"Action": "sagemaker:*", "Resource": "*"},
        {"Action": "iam:PassRole", "Resource": place.job},
        {"Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{place.name}/*"},
    )


@pytest.fixture
def pipeline(place, role, request):
    """Make a pipeline whose training code is of its own, with a scale of type Float."""
    name = f"{place.name}-{request.node.name.replace('_', '-')[:60]}"
    document = definition(place)
    document["Parameters"].append({"Name": "Scale", "Type": "Float", "DefaultValue": 2.5})
    train = document["Steps"][1]["Arguments"]
    train["HyperParameters"]["scale"] = {"Get": "Parameters.Scale"}
    code = train["InputDataConfig"][1]["DataSource"]["S3DataSource"]
    code["S3Uri"] = place.uri(f"code/{name}/")
    place.s3.copy_object(
        Bucket=place.name,
        Key=f"code/{name}/inference.py",
        CopySource=f"{place.name}/code/train/inference.py",
    )
    coded(place, name, TRAIN)
    make(place, name, role, document)
    return name


def coded(place, name, text):
    place.s3.put_object(Bucket=place.name, Key=f"code/{name}/train.py", Body=text.encode())


def test_a_number_is_a_text_where_the_job_takes_texts(place, pipeline):
    arn = start(place, pipeline, PipelineParameters=[{"Name": "Scale", "Value": "0.5"}])
    assert finish(place, arn)["PipelineExecutionStatus"] == "Succeeded"
    (job,) = place.sagemaker.list_training_jobs(NameContains=arn.rsplit("/", 1)[-1])[
        "TrainingJobSummaries"
    ]
    made = place.sagemaker.describe_training_job(TrainingJobName=job["TrainingJobName"])
    assert made["HyperParameters"] == {"scale": "0.5"}


def test_a_retry_goes_on_from_the_step_that_failed(place, pipeline):
    coded(place, pipeline, BROKEN)
    arn = start(place, pipeline)
    assert finish(place, arn)["PipelineExecutionStatus"] == "Failed"
    first = steps(place, arn)
    assert [*first] == ["Prepare", "Train"]
    coded(place, pipeline, TRAIN)
    retry = place.sagemaker.retry_pipeline_execution
    asked = {"PipelineExecutionArn": arn, "ClientRequestToken": "r" * 32}
    assert retry(**asked)["PipelineExecutionArn"] == arn
    assert retry(**asked)["PipelineExecutionArn"] == arn
    found = finish(place, arn)
    assert found["PipelineExecutionStatus"] == "Succeeded"
    assert "FailureReason" not in found
    run = steps(place, arn)
    assert [*run] == ["Prepare", "Train", "Gate", "Register"]
    assert run["Prepare"]["Metadata"] == first["Prepare"]["Metadata"]
    assert run["Train"]["Metadata"] != first["Train"]["Metadata"]
    with pytest.raises(ClientError, match="in status Succeeded: only one that has Failed"):
        retry(PipelineExecutionArn=arn, ClientRequestToken="s" * 32)


def selecting(selected=SELECTED, source=None):
    given = {"SourcePipelineExecutionArn": source} if source else {}
    return {"SelectiveExecutionConfig": {"SelectedSteps": selected, **given}}


def test_a_selected_step_runs_alone_on_what_another_execution_left(place, pipeline):
    source = start(place, pipeline)
    assert finish(place, source)["PipelineExecutionStatus"] == "Succeeded"
    before = steps(place, source)
    arn = start(place, pipeline, **selecting(source=source))
    found = finish(place, arn)
    assert found["PipelineExecutionStatus"] == "Succeeded"
    assert found["SelectiveExecutionConfig"]["SelectedSteps"] == SELECTED
    run = steps(place, arn)
    assert [*run] == ["Prepare", "Train"]
    assert run["Prepare"]["Metadata"] == before["Prepare"]["Metadata"]
    assert run["Prepare"]["SelectiveExecutionResult"] == {"SourcePipelineExecutionArn": source}
    assert run["Train"]["Metadata"] != before["Train"]["Metadata"]
    assert "SelectiveExecutionResult" not in run["Train"]


@pytest.mark.parametrize(
    ("selected", "said"),
    [
        (SELECTED, r"Selected steps need \['Prepare'\], which have no outputs"),
        ([{"StepName": "Nothing"}], r"Selected steps \['Nothing'\] are none of the pipeline's"),
        ([{"StepName": "Gate"}], r"Steps \['Gate'\] cannot be selected"),
    ],
)
def test_what_cannot_be_selected_is_refused(place, role, selected, said):
    name = f"{place.name}-{selected[0]['StepName'].lower()}"
    make(place, name, role, definition(place))
    with pytest.raises(ClientError, match=said):
        start(place, name, **selecting(selected))


def test_an_execution_of_another_pipeline_is_no_source(place, pipeline, role):
    source = start(place, pipeline)
    finish(place, source)
    make(place, f"{place.name}-other", role, definition(place))
    with pytest.raises(ClientError, match="is an execution of another pipeline"):
        start(place, f"{place.name}-other", **selecting(source=source))
    with pytest.raises(ClientError, match="does not exist"):
        start(place, pipeline, **selecting(source=f"{source}x"))

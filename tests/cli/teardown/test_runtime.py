from types import SimpleNamespace

import boto3
import pytest
from botocore.stub import Stubber

import aws
from cli.teardown import runtime
from factory.errors import ServiceError

PIPELINE = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/modelworks-dev-boosting"
RUN = f"{PIPELINE}/execution/abc"


@pytest.fixture
def sagemaker(monkeypatch):
    """SageMaker's client, whose answers a test names one by one; nobody waits for real."""
    monkeypatch.setattr(runtime.time, "sleep", lambda _seconds: None)
    keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
    client = boto3.client("sagemaker", region_name="us-east-1", **keys)
    session = SimpleNamespace(client=lambda _service, **_settings: client)
    with Stubber(client) as stub, aws.calling_as(session):
        yield stub
        stub.assert_no_pending_responses()


def answers(stub, *states):
    for state in states:
        said = {"PipelineExecutionArn": RUN, "PipelineExecutionStatus": state}
        stub.add_response("describe_pipeline_execution", said, {"PipelineExecutionArn": RUN})
        if state == "Executing":
            stub.add_response("stop_pipeline_execution", {"PipelineExecutionArn": RUN})


def test_a_run_is_stopped_and_waited_for(sagemaker):
    answers(sagemaker, "Executing", "Stopping", "Stopped")
    runtime.stop(RUN)


@pytest.mark.parametrize("states", [("Succeeded",), ("Stopping", "Stopped")])
def test_a_run_that_ends_by_itself_is_not_stopped(sagemaker, states):
    answers(sagemaker, *states)
    runtime.stop(RUN)


def test_a_run_that_does_not_end_is_told(sagemaker, monkeypatch):
    monkeypatch.setattr(runtime, "CHECKS", 2)
    answers(sagemaker, "Stopping", "Stopping")
    with pytest.raises(ServiceError, match=f"run {RUN}: it is still stopping; run the teardown"):
        runtime.stop(RUN)

import boto3
import pytest
from botocore.stub import Stubber

from cli.teardown import made
from factory.errors import ServiceError

PIPELINE = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/modelworks-tabular"
RUN = f"{PIPELINE}/execution/abc"


@pytest.fixture
def sagemaker(monkeypatch):
    """SageMaker's client, whose answers a test names one by one; nobody waits for real."""
    monkeypatch.setattr(made.time, "sleep", lambda _seconds: None)
    keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
    client = boto3.client("sagemaker", region_name="us-east-1", **keys)
    with Stubber(client) as stub:
        yield client, stub
        stub.assert_no_pending_responses()


def answers(stub, *states):
    for state in states:
        said = {"PipelineExecutionArn": RUN, "PipelineExecutionStatus": state}
        stub.add_response("describe_pipeline_execution", said, {"PipelineExecutionArn": RUN})
        if state == "Executing":
            stub.add_response("stop_pipeline_execution", {"PipelineExecutionArn": RUN})


def test_a_run_is_stopped_and_waited_for(sagemaker):
    client, stub = sagemaker
    answers(stub, "Executing", "Stopping", "Stopped")
    made.stop(client, RUN)


@pytest.mark.parametrize("states", [("Succeeded",), ("Stopping", "Stopped")])
def test_a_run_that_ends_by_itself_is_not_stopped(sagemaker, states):
    client, stub = sagemaker
    answers(stub, *states)
    made.stop(client, RUN)


def test_a_run_that_does_not_end_is_told(sagemaker, monkeypatch):
    client, stub = sagemaker
    monkeypatch.setattr(made, "LOOKS", 2)
    answers(stub, "Stopping", "Stopping")
    with pytest.raises(ServiceError, match=f"run {RUN}: it is still stopping; run the teardown"):
        made.stop(client, RUN)

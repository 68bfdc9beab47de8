"""What was under way when the cloud was killed goes on, starts again or ends with the reason."""

from __future__ import annotations

import json
import signal

import pytest

from localcloud.state.kept import RESTARTED
from tests.sagemaker.conftest import Place
from tests.sagemaker.test_endpoints import archive, config, invoke, settled
from tests.state import things
from tests.state.clouds import served
from tests.waiting import until

NEVER = "import time\nwhile True: time.sleep(1)\n"
FAILS = "def handle(event, context): raise ValueError('not yet')"
SLOW = INFERENCE = """
import time
def model_fn(model_dir):
    while True: time.sleep(1)
"""


class Story:
    """One cloud before its end and the same cloud after it."""

    def __init__(self, folder):
        with served(folder / "state", folder / "log") as before:
            cloud = before.client
            cloud.stop_clock()
            self._make(cloud)
            cloud.save()
            before.end(signal.SIGKILL)

    def _make(self, cloud):
        place = self.place = Place(cloud)
        self.served = config(place, "served", archive(place, "m.tar.gz", 2.0))
        self.sagemaker_started(place, self.served)
        assert settled(place, self.served)["EndpointStatus"] == "InService"
        slow = config(place, "slow", archive(place, "slow.tar.gz", 2.0, SLOW))
        self.creating = f"{place.name}-creating"
        place.sagemaker.create_endpoint(EndpointName=self.creating, EndpointConfigName=slow)
        self.changed = config(place, "changed", archive(place, "c.tar.gz", 3.0))
        self.sagemaker_started(place, self.changed)
        settled(place, self.changed)
        place.sagemaker.update_endpoint(EndpointName=self.changed, EndpointConfigName=slow)
        request = place.processing(place.script(NEVER))
        place.sagemaker.create_processing_job(ProcessingJobName="never", **request)
        self.execution = self.started_pipeline(place, request)
        self.retried(cloud)

    def sagemaker_started(self, place, name):
        place.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)

    def started_pipeline(self, place, request):
        step = {"Name": "Never", "Type": "Processing", "Arguments": request}
        text = json.dumps({"Version": "2020-12-01", "Parameters": [], "Steps": [step]})
        allowed = {"Action": ["sagemaker:*", "iam:PassRole"], "Resource": "*"}
        role = place.role("pipeline", allowed)
        place.sagemaker.create_pipeline(PipelineName="p", PipelineDefinition=text, RoleArn=role)
        arn = place.sagemaker.start_pipeline_execution(PipelineName="p")["PipelineExecutionArn"]
        until(lambda: place.sagemaker.list_processing_jobs()["ProcessingJobSummaries"][1:])
        return arn

    def retried(self, cloud):
        things.function(cloud, "retried")
        code = things.zipped(FAILS)
        cloud.aws("lambda").update_function_code(FunctionName="retried", ZipFile=code)
        cloud.aws("lambda").invoke(FunctionName="retried", InvocationType="Event", Payload=b"{}")
        until(cloud.invocations)
        assert [each["attempt"] for each in cloud.invocations()] == [1]


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    folder = tmp_path_factory.mktemp("under-way")
    story = Story(folder)
    with served(folder / "state", folder / "log") as after:
        story.cloud = story.place.cloud = after.client
        story.place.sagemaker = after.client.aws("sagemaker")
        yield story


def test_an_endpoint_that_served_starts_again_and_a_request_waits_for_it(story):
    assert invoke(story.place, story.served, b"1,2")["Body"].read() == b"6.0"
    found = story.place.sagemaker.describe_endpoint(EndpointName=story.served)
    assert found["EndpointStatus"] == "InService"


def test_an_endpoint_that_was_coming_up_has_failed_and_can_be_deleted(story):
    found = story.place.sagemaker.describe_endpoint(EndpointName=story.creating)
    assert (found["EndpointStatus"], found["FailureReason"]) == ("Failed", RESTARTED)
    story.place.sagemaker.delete_endpoint(EndpointName=story.creating)


def test_an_endpoint_that_was_being_changed_is_what_it_was_before(story):
    found = story.place.sagemaker.describe_endpoint(EndpointName=story.changed)
    assert (found["EndpointStatus"], found["FailureReason"]) == ("InService", RESTARTED)
    assert found["EndpointConfigName"] == story.changed
    assert "PendingDeploymentSummary" not in found
    assert invoke(story.place, story.changed, b"1,2")["Body"].read() == b"9.0"


def test_a_job_has_failed_with_the_reason(story):
    found = story.place.sagemaker.describe_processing_job(ProcessingJobName="never")
    assert (found["ProcessingJobStatus"], found["FailureReason"]) == ("Failed", RESTARTED)
    assert found["ProcessingEndTime"] >= found["CreationTime"]


def test_an_execution_has_failed_with_the_reason_and_can_be_retried(story):
    sagemaker, arn = story.place.sagemaker, story.execution
    found = sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
    assert (found["PipelineExecutionStatus"], found["FailureReason"]) == ("Failed", RESTARTED)
    listed = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)
    (step,) = listed["PipelineExecutionSteps"]
    assert (step["StepStatus"], step["FailureReason"]) == ("Failed", RESTARTED)
    sagemaker.retry_pipeline_execution(PipelineExecutionArn=arn, ClientRequestToken="t" * 32)
    again = sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
    assert again["PipelineExecutionStatus"] == "Executing"
    sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn, ClientRequestToken="s" * 32)


def test_a_function_is_tried_again_when_it_would_have_been(story):
    assert story.cloud.invocations() == []
    story.cloud.advance(59)
    assert story.cloud.invocations() == []
    story.cloud.advance(2)
    assert [each["attempt"] for each in story.cloud.invocations()] == [2]
    story.cloud.advance(120)
    assert [each["attempt"] for each in story.cloud.invocations()] == [2, 3]

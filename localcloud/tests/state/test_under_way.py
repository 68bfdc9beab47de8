"""What was under way when the cloud was killed goes on, starts again or ends with the reason."""

from __future__ import annotations

import contextlib
import json
import signal
import threading

import pytest
from botocore.exceptions import BotoCoreError

from localcloud.state.kept import RESTARTED
from tests.sagemaker.conftest import Place
from tests.sagemaker.test_endpoints import archive, config, invoke, settled
from tests.state import across, things
from tests.state.clouds import served
from tests.waiting import until

NEVER = "import time\nwhile True: time.sleep(1)\n"
WAITS = """
import boto3, time
def handle(event, context):
    boto3.client("sqs").send_message(QueueUrl=event["queue"], MessageBody=event["name"])
    ssm = boto3.client("ssm")
    while not ssm.get_parameters(Names=["/go"])["Parameters"]:
        time.sleep(0.1)
"""
CUSTOM = """
import boto3, json, time, urllib.request
def handle(event, context):
    given = event["ResourceProperties"]
    if "Queue" in given and event["RequestType"] != "Delete":
        boto3.client("sqs").send_message(QueueUrl=given["Queue"], MessageBody=event["StackId"])
        time.sleep(600)
    answer = {"Status": "SUCCESS", "PhysicalResourceId": "made"}
    urllib.request.urlopen(urllib.request.Request(
        event["ResponseURL"], json.dumps(answer).encode(), method="PUT"
    ))
"""
SLOW = """
import time
def model_fn(model_dir):
    while True: time.sleep(1)
"""


def stack(token, **properties):
    thing = {"Type": "Custom::Thing", "Properties": {"ServiceToken": token, **properties}}
    topic = {"Type": "AWS::SNS::Topic"}
    return json.dumps({"Resources": {"Topic": topic, "Thing": {**thing, "DependsOn": "Topic"}}})


class Story:
    """One cloud before its end and the same cloud after it."""

    def __init__(self, folder):
        with served(folder / "state", folder / "log") as before:
            cloud = before.client
            cloud.stop_clock()
            self._make(cloud)
            threads = [*self.stacks(cloud), *self.runs(cloud)]
            cloud.save()
            before.end(signal.SIGKILL)
            for thread in threads:
                thread.join()

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
        code = things.zipped(across.FAILS)
        cloud.aws("lambda").update_function_code(FunctionName="retried", ZipFile=code)
        cloud.aws("lambda").invoke(FunctionName="retried", InvocationType="Event", Payload=b"{}")
        until(cloud.invocations)
        assert [each["attempt"] for each in cloud.invocations()] == [1]

    def stacks(self, cloud):
        """Leave a stack that is being made, and one that is being changed: their functions wait."""
        queue = things.queue(cloud, "of-stacks")
        self.token = across.function(cloud, "custom", CUSTOM, Timeout=900)
        formation = cloud.aws("cloudformation")
        formation.create_stack(StackName="changed", TemplateBody=stack(self.token))
        waiting = stack(self.token, Queue=queue)
        threads = [
            unanswered(formation.create_stack, StackName="made", TemplateBody=waiting),
            unanswered(formation.update_stack, StackName="changed", TemplateBody=waiting),
        ]
        counted(cloud, queue, 2)
        return threads

    def runs(self, cloud):
        """Leave a function that runs and that nobody waits for, and one whose caller waits."""
        queue = things.queue(cloud, "of-runs")
        for name in ("unawaited", "awaited"):
            across.function(cloud, name, WAITS, Timeout=900)
        functions = cloud.aws("lambda")
        event = json.dumps({"queue": queue, "name": "unawaited"})
        functions.invoke(FunctionName="unawaited", InvocationType="Event", Payload=event)
        event = json.dumps({"queue": queue, "name": "awaited"})
        thread = unanswered(functions.invoke, FunctionName="awaited", Payload=event)
        counted(cloud, queue, 2)
        return [thread]


def unanswered(call, **arguments):
    """Call on a thread of its own; the cloud is killed before it answers."""

    def run():
        with contextlib.suppress(BotoCoreError):
            call(**arguments)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def counted(cloud, queue, wanted):
    """Return when so many messages have come, which wait to be received."""
    name = "ApproximateNumberOfMessages"
    asked = {"QueueUrl": queue, "AttributeNames": [name]}
    sqs = cloud.aws("sqs")
    until(lambda: int(sqs.get_queue_attributes(**asked)["Attributes"][name]) == wanted)


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


@pytest.mark.parametrize(
    ("name", "status"), [("made", "CREATE_FAILED"), ("changed", "UPDATE_ROLLBACK_FAILED")]
)
def test_a_stack_has_failed_with_the_reason_and_can_be_deleted(story, name, status):
    formation = story.cloud.aws("cloudformation")
    (found,) = formation.describe_stacks(StackName=name)["Stacks"]
    assert found["StackStatus"] == status
    latest = formation.describe_stack_events(StackName=name)["StackEvents"][0]
    assert (latest["ResourceStatus"], latest["ResourceStatusReason"]) == (status, RESTARTED)
    formation.delete_stack(StackName=name)
    listed = [each["StackName"] for each in formation.describe_stacks()["Stacks"]]
    assert name not in listed


def test_what_nobody_waits_for_is_run_again_and_what_somebody_waited_for_is_not(story):
    assert across.runs(story.cloud, "unawaited") == []
    story.cloud.aws("ssm").put_parameter(Name="/go", Value="on", Type="String")
    story.cloud.settle()
    assert [each["attempt"] for each in across.runs(story.cloud, "unawaited")] == [1]
    assert across.runs(story.cloud, "awaited") == []


def test_a_function_is_tried_again_when_it_would_have_been(story):
    def attempts():
        return [each["attempt"] for each in across.runs(story.cloud, "retried")]

    assert attempts() == []
    story.cloud.advance(59)
    assert attempts() == []
    story.cloud.advance(2)
    assert attempts() == [2]
    story.cloud.advance(120)
    assert attempts() == [2, 3]

"""Is each account and region a cloud of its own, in one that is served?

Same names are used in all of them: what goes to the wrong place is found there.
"""

from __future__ import annotations

import itertools
import json

import pytest
from botocore.exceptions import ClientError

from tests.corners import HERE, THERE, A, B, Corner, allow

PLACES = list(itertools.product((A, B), (HERE, THERE)))
NAME = "same"
DEFINITION = {"Version": "2020-12-01", "Steps": [
    {"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": "enough"}},
]}  # fmt: skip


@pytest.fixture(scope="module")
def corner(cloud):
    return {place: Corner(cloud, *place) for place in PLACES}


@pytest.fixture(scope="module")
def furnished(corner):
    """Put the same things everywhere; a queue hears of what happens in its place alone."""
    urls = {}
    for place, at in corner.items():
        urls[place] = at.queue(NAME, allow("sqs:SendMessage", Principal="*"))
        untold = {"detail-type": [{"anything-but": "AWS API Call via CloudTrail"}]}
        at.rule(NAME, untold, {"Arn": at.arn("sqs", NAME)})
        at.aws("dynamodb").create_table(
            TableName=NAME, BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        )  # fmt: skip
        code = (
            "import os\ndef handle(event, context):\n"
            "    return [os.environ['AWS_REGION'], context.invoked_function_arn]"
        )
        at.function(NAME, code)
        at.aws("cloudwatch").put_metric_alarm(
            AlarmName=NAME, Namespace="Mine", MetricName="m", Statistic="Sum", Period=60,
            EvaluationPeriods=1, Threshold=0, ComparisonOperator="GreaterThanThreshold",
        )  # fmt: skip
        role = at.role("runs", "sagemaker.amazonaws.com", allow("s3:*"))
        at.aws("sagemaker").create_pipeline(
            PipelineName=NAME, RoleArn=role, ClientRequestToken="t" * 32,
            PipelineDefinition=json.dumps(DEFINITION),
        )  # fmt: skip
        template = {
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": NAME}}},
            "Outputs": {"Arn": {"Value": {"Ref": "Topic"}, "Export": {"Name": NAME}}},
        }
        at.aws("cloudformation").create_stack(StackName=NAME, TemplateBody=json.dumps(template))
    for place, at in corner.items():
        at.bodies(urls[place])
    return urls


def heard(corner, urls):
    """Return what the queue of each place has got since."""
    found = {place: [json.loads(b) for b in corner[place].bodies(urls[place])] for place in PLACES}
    return {place: bodies for place, bodies in found.items() if bodies}


@pytest.mark.parametrize("place", PLACES)
def test_an_event_stays_in_its_place(corner, furnished, place):
    entry = {"Source": "mine", "DetailType": "d", "Detail": "{}"}
    corner[place].aws("events").put_events(Entries=[entry])
    (event,) = heard(corner, furnished).pop(place)
    assert (event["account"], event["region"]) == place
    assert heard(corner, furnished) == {}


@pytest.mark.parametrize("place", PLACES)
def test_an_object_is_told_of_where_its_bucket_is(corner, furnished, place):
    at, bucket = corner[place], f"told-{place[0]}-{place[1]}"
    where = {"LocationConstraint": place[1]}
    settings = {} if place[1] == HERE else {"CreateBucketConfiguration": where}
    at.aws("s3").create_bucket(Bucket=bucket, **settings)
    at.aws("s3").put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    at.aws("s3").put_object(Bucket=bucket, Key="k", Body=b"")
    told = heard(corner, furnished)
    assert list(told) == [place]
    assert [each["detail"]["object"]["key"] for each in told[place]] == ["k"]


@pytest.mark.parametrize("place", PLACES)
def test_an_alarm_goes_off_in_its_place(cloud, corner, furnished, place):
    datum = {"MetricName": "m", "Value": 1.0}
    corner[place].aws("cloudwatch").put_metric_data(Namespace="Mine", MetricData=[datum])
    told = heard(corner, furnished)
    states = {
        each: corner[each].aws("cloudwatch").describe_alarms()["MetricAlarms"][0] for each in PLACES
    }
    assert list(told) == [place]
    assert told[place][-1]["resources"] == [corner[place].arn("cloudwatch", f"alarm:{NAME}")]
    assert states[place]["StateValue"] == "ALARM"


@pytest.mark.parametrize("place", PLACES)
def test_a_pipeline_runs_in_its_place(corner, furnished, place):
    sagemaker = corner[place].aws("sagemaker")
    arn = sagemaker.start_pipeline_execution(PipelineName=NAME)["PipelineExecutionArn"]
    assert arn.startswith(corner[place].arn("sagemaker", f"pipeline/{NAME}/execution/"))
    told = heard(corner, furnished)
    assert list(told) == [place]
    for other in PLACES:
        found = corner[other].aws("sagemaker").list_pipeline_executions(PipelineName=NAME)
        mine = [each["PipelineExecutionArn"] for each in found["PipelineExecutionSummaries"]]
        assert (arn in mine) == (other == place)


@pytest.mark.parametrize("place", PLACES)
def test_items_functions_and_stacks_are_of_their_place(corner, furnished, place):
    at = corner[place]
    at.aws("dynamodb").put_item(TableName=NAME, Item={"pk": {"S": place[0] + place[1]}})
    (item,) = at.aws("dynamodb").scan(TableName=NAME)["Items"]
    assert item["pk"]["S"] == place[0] + place[1]
    answer = json.load(at.aws("lambda").invoke(FunctionName=NAME)["Payload"])
    assert answer == [place[1], at.arn("lambda", f"function:{NAME}")]
    (run,) = [r for r in at.cloud.invocations()
              if (r["account"], r["region"], r["function"]) == (*place, NAME)]  # fmt: skip
    assert run["answer"] == answer
    (stack,) = at.aws("cloudformation").describe_stacks()["Stacks"]
    assert stack["Outputs"][0]["OutputValue"] == at.arn("sns", NAME)
    assert at.aws("cloudformation").list_exports()["Exports"][0]["Value"] == at.arn("sns", NAME)


def test_what_is_deleted_stands_elsewhere(corner, furnished):
    gone = corner[A, THERE]
    gone.aws("sagemaker").delete_pipeline(PipelineName=NAME)
    gone.aws("cloudformation").delete_stack(StackName=NAME)
    gone.aws("dynamodb").delete_table(TableName=NAME)
    for place in PLACES:
        at, left = corner[place], int(place != (A, THERE))
        assert len(at.aws("sagemaker").list_pipelines()["PipelineSummaries"]) == left
        assert len(at.aws("cloudformation").list_exports()["Exports"]) == left
        assert len(at.aws("sns").list_topics()["Topics"]) == left
        assert len(at.aws("dynamodb").list_tables()["TableNames"]) == left


def test_a_key_of_twelve_digits_is_the_administrator_of_that_account(cloud):
    sts = cloud.session(account=A).client("sts")
    assert sts.get_caller_identity()["Arn"] == f"arn:aws:iam::{A}:user/administrator"
    assert cloud.aws("sts").get_caller_identity()["Account"] == "123456789012"


def test_no_header_makes_a_caller_of_another_account(cloud):
    sqs = cloud.session(account=A).client("sqs")
    header = lambda params, **_: params["headers"].update({"x-moto-account-id": B})  # noqa: E731
    sqs.meta.events.register("before-call.sqs", header)
    assert A in sqs.create_queue(QueueName="whose")["QueueUrl"]


def test_time_goes_by_for_schedules_everywhere(cloud, corner):
    urls = {}
    for place in PLACES:
        at = corner[place]
        urls[place] = at.queue("ticks", allow("sqs:SendMessage", Principal="*"))
        at.aws("events").put_rule(Name="ticks", ScheduleExpression="rate(1 hour)")
        at.aws("events").put_targets(
            Rule="ticks", Targets=[{"Id": "q", "Arn": at.arn("sqs", "ticks")}]
        )
    cloud.advance(3600)
    assert all(len(corner[place].bodies(urls[place])) == 1 for place in PLACES)
    for place in PLACES:
        corner[place].aws("events").put_rule(
            Name="ticks", ScheduleExpression="rate(1 hour)", State="DISABLED"
        )


def test_a_mapping_polls_the_queue_of_its_region(cloud, corner):
    for place in PLACES:
        at = corner[place]
        at.queue("work")
        at.function("worker", "def handle(event, context):\n    return 1", allow("sqs:*"))
        at.aws("lambda").create_event_source_mapping(
            FunctionName="worker", EventSourceArn=at.arn("sqs", "work")
        )
    at = corner[B, THERE]
    at.aws("sqs").send_message(QueueUrl=at.queue("work"), MessageBody="one")
    cloud.settle()
    runs = [r for r in cloud.invocations() if r["function"] == "worker"]
    assert [(r["account"], r["region"]) for r in runs] == [(B, THERE)]
    assert runs[0]["event"]["Records"][0]["awsRegion"] == THERE


def test_a_mapping_of_a_queue_in_another_region_is_refused(corner):
    at = corner[A, HERE]
    at.function("narrow", "def handle(event, context):\n    return 1", allow("sqs:*"))
    with pytest.raises(ClientError, match="must be in the same region"):
        at.aws("lambda").create_event_source_mapping(
            FunctionName="narrow", EventSourceArn=corner[A, THERE].arn("sqs", NAME)
        )

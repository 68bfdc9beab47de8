from __future__ import annotations

import json

import pytest

from localcloud.deploy import DeployFailed, deploy

NODE = "bring Node.js: instead of log_retention give log_group, "
REFUSED = {
    "log-retention": NODE,
    "auto-delete-objects": NODE,
    "sdk-call": NODE,
    "provider": NODE,
    "website": "WebsiteConfiguration",
    "logged-events": NODE,
    "public-url": "AuthType NONE",
    "alias-url": "the Qualifier of AWS::Lambda::Url: open the URL of the function itself",
    "endpoint-scaling": "AWS::ApplicationAutoScaling::ScalableTarget",
    "rest-api": "AWS::ApiGateway::RestApi",
    "state-machine": "AWS::StepFunctions::StateMachine",
    "fifo-topic": "FifoTopic true",
}


def test_a_custom_resource_fills_a_table_and_again_when_its_rows_change(cloud, deployed):
    def seeded(*names):
        made = deployed("seeded", rows=[{"id": name} for name in names])["Seeded"]
        items = cloud.aws("dynamodb").scan(TableName=made["TableName"])["Items"]
        return made["Count"], {item["id"]["S"] for item in items}

    assert seeded("a", "b") == ("2", {"a", "b"})
    assert seeded("c") == ("1", {"a", "b", "c"})


def test_events_of_two_regions_of_another_account_meet_in_the_hub(cloud, deployed, drain):
    url = deployed("seeded", "build_places")["Hub"]["QueueUrl"]
    for region in ("us-west-2", "ap-southeast-1", "eu-west-1"):
        events = cloud.session(account="222222222222", region=region).client("events")
        entry = {"Source": "field.sensor", "DetailType": "Read", "Detail": "{}"}
        assert events.put_events(Entries=[entry])["FailedEntryCount"] == 0
    cloud.settle()
    sqs = cloud.session(region="eu-central-1").client("sqs")
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    told = [json.loads(each["Body"]) for each in found]
    assert {(each["account"], each["region"]) for each in told} == {
        ("222222222222", "us-west-2"),
        ("222222222222", "ap-southeast-1"),
    }


@pytest.fixture(scope="module")
def refused(synth):
    return synth("refused")


@pytest.fixture(scope="module")
def lines(refused, check):
    code, found, said = check(refused)
    assert (code, said) == (1, "")
    return found


@pytest.mark.parametrize("stack", REFUSED)
def test_what_is_not_supported_is_refused_by_name_with_a_remedy(lines, stack):
    own = [line for line in lines if line.split()[0].rstrip(":") == stack]
    assert any(REFUSED[stack] in line for line in own), own
    assert all(line.count(": ") >= 2 for line in own)  # where, what and what to do instead


def test_nothing_is_deployed_of_it(cloud, refused):
    with pytest.raises(DeployFailed, match="ScalableTarget"):
        deploy(refused, cloud.session())
    stacks = cloud.aws("cloudformation").list_stacks()["StackSummaries"]
    assert {each["StackName"] for each in stacks} & REFUSED.keys() == set()

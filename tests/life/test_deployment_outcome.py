"""Is `deployed` said only when what serves is what was meant?"""

import pytest

from factory.events.incident import IncidentOpened
from factory.events.model import DeploymentFailed, ModelDeployed
from factory.layout.names import TAG_CONFIG
from factory.serving.rollout import TAG_BEFORE
from tests.life import people
from tests.life.approvals import send

CHANGE = "SageMaker Endpoint State Change"


@pytest.fixture
def meant(life, served):
    """Let the endpoint be meant to serve another config than it does; afterwards as before.

    That config is of a package that nobody has approved, so that nothing is withdrawn for it.
    """
    sagemaker, arn = life.aws("sagemaker"), served["EndpointArn"]
    tags = sagemaker.list_tags(ResourceArn=arn)["Tags"]
    other = [{"Key": TAG_CONFIG, "Value": "income-v99-ffffffff"}]
    sagemaker.add_tags(ResourceArn=arn, Tags=other)
    yield other[0]["Value"]
    sagemaker.add_tags(ResourceArn=arn, Tags=tags)
    send(life, "deployment_outcome", {"EndpointName": "income"}, CHANGE)


def told(life):
    heard = life.heard()
    send(life, "deployment_outcome", {"EndpointName": "income"}, CHANGE)
    return {e["type"]: e for e in life.since(heard)}


def test_an_endpoint_that_serves_another_config_than_meant_is_not_called_deployed(life, meant):
    said = told(life)
    assert set(said) == {DeploymentFailed.TYPE, IncidentOpened.TYPE}
    assert f"should serve {meant}, has income-v" in said[DeploymentFailed.TYPE]["reason"]
    assert said[IncidentOpened.TYPE]["detail"]["incident"] == f"deployment/income/{meant}"


def test_an_endpoint_of_which_nothing_was_asked_yet_is_not_called_failed(life, served, meant):
    sagemaker = life.aws("sagemaker")
    now = sagemaker.describe_endpoint(EndpointName="income")["LastModifiedTime"].isoformat()
    tags = [{"Key": TAG_BEFORE, "Value": now}]
    sagemaker.add_tags(ResourceArn=served["EndpointArn"], Tags=tags)
    assert told(life) == {}


def test_an_endpoint_that_serves_what_is_meant_is_called_deployed_once(life, served):
    assert told(life) == {}
    assert [e for e in life.events(ModelDeployed) if e["detail"]["endpoint"] == "income"]


def test_an_endpoint_of_somebody_else_is_not_spoken_of(life, served):
    heard = life.heard()
    send(life, "deployment_outcome", {"EndpointName": "nobody-s"}, CHANGE)
    assert life.since(heard) == []


def test_settle_neither_moves_an_endpoint_nor_makes_alarms(life, served):
    with people.as_service(life, "SettleRole") as session:
        people.denied(
            session.client("sagemaker").update_endpoint,
            EndpointName="income",
            EndpointConfigName=served["EndpointConfigName"],
        )
        people.denied(session.client("cloudwatch").delete_alarms, AlarmNames=["somebody-else-s"])

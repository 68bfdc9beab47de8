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
def meant(session, served):
    """Let the endpoint be meant to serve another config than it does; afterwards as before.

    That config is of a package that nobody has approved, so that nothing is withdrawn for it.
    """
    sagemaker, arn = session.aws("sagemaker"), served["EndpointArn"]
    tags = sagemaker.list_tags(ResourceArn=arn)["Tags"]
    other = [{"Key": TAG_CONFIG, "Value": "mw-dev-income-v99-ffffffff"}]
    sagemaker.add_tags(ResourceArn=arn, Tags=other)
    yield other[0]["Value"]
    sagemaker.add_tags(ResourceArn=arn, Tags=tags)
    send(session, "deployment_outcome", {"EndpointName": "mw-dev-income"}, CHANGE)


def told(session):
    heard = session.event_ids()
    send(session, "deployment_outcome", {"EndpointName": "mw-dev-income"}, CHANGE)
    return {e["type"]: e for e in session.new_events(heard)}


def test_an_endpoint_that_serves_another_config_than_meant_is_not_called_deployed(session, meant):
    said = told(session)
    assert set(said) == {DeploymentFailed.TYPE, IncidentOpened.TYPE}
    assert f"should serve {meant}, has mw-dev-income-v" in said[DeploymentFailed.TYPE]["reason"]
    assert said[IncidentOpened.TYPE]["detail"]["incident"] == f"deployment/income/{meant}"


def test_an_endpoint_of_which_nothing_was_asked_yet_is_not_called_failed(session, served, meant):
    sagemaker = session.aws("sagemaker")
    now = sagemaker.describe_endpoint(EndpointName="mw-dev-income")["LastModifiedTime"].isoformat()
    tags = [{"Key": TAG_BEFORE, "Value": now}]
    sagemaker.add_tags(ResourceArn=served["EndpointArn"], Tags=tags)
    assert told(session) == {}


def test_an_endpoint_that_serves_what_is_meant_is_called_deployed_once(session, served):
    assert told(session) == {}
    assert [e for e in session.events(ModelDeployed) if e["detail"]["endpoint"] == "mw-dev-income"]


def test_an_endpoint_of_somebody_else_is_not_spoken_of(session, served):
    heard = session.event_ids()
    send(session, "deployment_outcome", {"EndpointName": "mw-dev-nobody-s"}, CHANGE)
    assert session.new_events(heard) == []


def test_settle_neither_moves_an_endpoint_nor_makes_alarms(session, served):
    with people.as_service(session, "SettleRole") as aws_session:
        people.denied(
            aws_session.client("sagemaker").update_endpoint,
            EndpointName="mw-dev-income",
            EndpointConfigName=served["EndpointConfigName"],
        )
        people.denied(
            aws_session.client("cloudwatch").delete_alarms, AlarmNames=["somebody-else-s"]
        )

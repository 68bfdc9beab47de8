"""Is `deployed` said only when what serves is what was meant?"""

from dataclasses import replace

import pytest

import aws
from factory.events.incident import IncidentOpened
from factory.events.model import DeploymentFailed, ModelDeployed
from tests.life import people
from tests.life.approvals import send
from tests.life.telling import others

CHANGE = "SageMaker Endpoint State Change"


@pytest.fixture
def meant(session, served):
    """Let the endpoint be meant to serve another config than it does; afterwards as before.

    That config is of a package that nobody has approved, so that nothing is withdrawn for it.
    """
    found = session.aws("sagemaker").describe_endpoint(EndpointName=served["EndpointName"])
    before, serves = read(session), found["EndpointConfigName"]
    other = replace(
        before,
        config="mw-dev-income-v99-ffffffff",
        before="2020-01-01T00:00:00+00:00",
        serves=serves,
    )
    mean(session, other)
    yield other.config
    mean(session, before)
    send(session, "deployment_outcome", {"EndpointName": "mw-dev-income"}, CHANGE)


def read(session):
    with aws.calling_as(session.cloud.session()):
        return aws.intent(session.output("ApprovedBucket"), "mw-dev-income")


def mean(session, intent):
    """Write down what the endpoint is meant to serve, as promotion alone may."""
    with people.as_service(session, "PromoteRole") as promote, aws.calling_as(promote):
        now = aws.intent(session.output("ApprovedBucket"), "mw-dev-income")
        wanted = replace(intent, etag=now.etag)
        aws.intent_put(session.output("ApprovedBucket"), "mw-dev-income", wanted)


def told(session):
    heard = session.event_ids()
    send(session, "deployment_outcome", {"EndpointName": "mw-dev-income"}, CHANGE)
    return {e["type"]: e for e in others(session, heard)}


def test_an_endpoint_that_serves_another_config_than_meant_is_not_called_deployed(session, meant):
    said = told(session)
    assert set(said) == {DeploymentFailed.TYPE, IncidentOpened.TYPE}
    assert f"should serve {meant}, has mw-dev-income-v" in said[DeploymentFailed.TYPE]["reason"]
    assert said[IncidentOpened.TYPE]["detail"]["incident"] == f"deployment/income/{meant}"


def test_an_endpoint_of_which_nothing_was_asked_yet_is_not_called_failed(session, served, meant):
    sagemaker = session.aws("sagemaker")
    now = sagemaker.describe_endpoint(EndpointName="mw-dev-income")["LastModifiedTime"].isoformat()
    mean(session, replace(read(session), before=now))
    assert told(session) == {}


def test_an_endpoint_that_serves_what_is_meant_is_called_deployed_once(session, served):
    assert told(session) == {}
    assert [e for e in session.events(ModelDeployed) if e["detail"]["endpoint"] == "mw-dev-income"]


def test_an_endpoint_of_somebody_else_is_not_spoken_of(session, served):
    heard = session.event_ids()
    send(session, "deployment_outcome", {"EndpointName": "mw-dev-nobody-s"}, CHANGE)
    assert others(session, heard) == []


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

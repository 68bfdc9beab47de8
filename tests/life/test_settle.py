"""Is `deployed` said only when what serves is what was meant?"""

import pytest

from factory.names import TAG_CONFIG
from tests.life.approvals import send


@pytest.fixture
def meant(life, served):
    """Let the endpoint be meant to serve another config than it does; afterwards as before."""
    sagemaker, arn = life.aws("sagemaker"), served["EndpointArn"]
    tags = sagemaker.list_tags(ResourceArn=arn)["Tags"]
    other = [{"Key": TAG_CONFIG, "Value": "income-v99-ffffffff"}]
    sagemaker.add_tags(ResourceArn=arn, Tags=other)
    yield other[0]["Value"]
    sagemaker.add_tags(ResourceArn=arn, Tags=tags)


def told(life, heard):
    send(life, "settle", {"EndpointName": "income"})
    return [e for e in life.events() if e["id"] not in heard]


def test_an_endpoint_that_serves_another_config_than_meant_is_not_called_deployed(life, meant):
    (said,) = told(life, {e["id"] for e in life.events()})
    assert said["type"] == "deployment.failed"
    assert f"should serve {meant}, has income-v" in said["reason"]


def test_an_endpoint_that_serves_what_is_meant_is_called_deployed_once(life, served):
    heard = {e["id"] for e in life.events()}
    assert told(life, heard) == []
    assert [e for e in life.events("model.deployed") if e["detail"]["endpoint"] == "income"]

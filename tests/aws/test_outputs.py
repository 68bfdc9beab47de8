"""Are the outputs those of the factory's stacks alone?"""

import json

import pytest

from aws.outputs import outputs
from factory.errors import NotFound, Refused


def deployed(session, name, **values):
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {key: {"Value": value} for key, value in values.items()},
    }
    session.client("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps(template))


def test_the_outputs_of_all_stacks_of_the_factory_are_found_and_no_others(session):
    deployed(session, "modelworks-dev-data", LandingBucket="l")
    deployed(session, "modelworks-dev-ledger", LedgerBucket="k")
    deployed(session, "somebody-elses", LandingBucket="theirs")
    assert outputs() == {"Stage": "dev", "LandingBucket": "l", "LedgerBucket": "k"}


def test_of_several_stages_one_must_be_named(session):
    deployed(session, "modelworks-dev-data", LandingBucket="d")
    deployed(session, "modelworks-prod-data", LandingBucket="p")
    with pytest.raises(Refused, match="deployed here: dev, prod; say which with --stage"):
        outputs()
    assert outputs("prod") == {"Stage": "prod", "LandingBucket": "p"}


def test_a_stage_that_is_not_there_is_named_with_those_that_are(session):
    deployed(session, "modelworks-dev-data", LandingBucket="d")
    with pytest.raises(NotFound, match="stage prod is not deployed here; deployed here: dev"):
        outputs("prod")


def test_a_cloud_without_the_factory_says_so(session):
    with pytest.raises(NotFound, match="deploy the factory first"):
        outputs()

"""Are the outputs those of the factory's stacks alone?"""

import json

import pytest

from aws.outputs import outputs
from factory.errors import NotFound


def deployed(session, name, **values):
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {key: {"Value": value} for key, value in values.items()},
    }
    session.client("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps(template))


def test_the_outputs_of_all_stacks_of_the_factory_are_found_and_no_others(session):
    deployed(session, "modelworks-data", LandingBucket="l")
    deployed(session, "modelworks-ledger", LedgerBucket="k")
    deployed(session, "somebody-elses", LandingBucket="theirs")
    assert outputs() == {"LandingBucket": "l", "LedgerBucket": "k"}


def test_a_cloud_without_the_factory_says_so(session):
    with pytest.raises(NotFound, match="deploy the factory first"):
        outputs()

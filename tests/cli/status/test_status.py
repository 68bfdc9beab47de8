"""Does status say so when an account holds only a part of the factory?"""

import json
from argparse import Namespace

import boto3
import pytest
from moto import mock_aws

import aws
from cli import status
from factory.errors import NotFound


@pytest.fixture
def watching():
    """An account of the watch alone, as one of five."""
    made = boto3.Session("testing", "testing", region_name="us-east-1")
    names = ("IncidentsTable", "WindowsTable")
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {name: {"Value": name} for name in names},
    }
    with mock_aws(), aws.calling_as(made):
        made.client("cloudformation").create_stack(
            StackName="modelworks-dev-watch", TemplateBody=json.dumps(template)
        )
        yield


def test_an_account_that_holds_a_part_of_the_factory_is_told_what_it_lacks(watching):
    with pytest.raises(NotFound, match="here is no modelworks-dev-training: deploy it, or, where"):
        status.run(Namespace(stage="", model=None))

"""Which AWS does the adapter meet? moto's, in process, as one caller."""

import boto3
import pytest
from moto import mock_aws

import aws

REGION = "us-east-1"


@pytest.fixture
def session():
    """Everything that the adapter does in a test it does as this session."""
    made = boto3.Session("testing", "testing", region_name=REGION)
    with mock_aws(), aws.calling_as(made):
        yield made

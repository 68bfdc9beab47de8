"""Is an account's quota its applied value, or else the default?"""

import boto3
from botocore.stub import Stubber

import aws
from aws import quotas


class Session:
    """Has one client, which answers what Service Quotas would."""

    def __init__(self):
        self.quotas = boto3.client("service-quotas", region_name="us-east-1")

    def client(self, _service, **_settings):
        return self.quotas


def listed(**values):
    return {"Quotas": [{"QuotaName": name, "Value": value} for name, value in values.items()]}


def test_what_was_raised_counts_and_what_is_not_listed_is_left_out():
    session = Session()
    with Stubber(session.quotas) as service, aws.calling_as(session):
        asked = {"ServiceCode": "sagemaker"}
        defaults = {**listed(a=0.0), "NextToken": "more"}
        service.add_response("list_aws_default_service_quotas", defaults, asked)
        more = {**asked, "NextToken": "more"}
        service.add_response("list_aws_default_service_quotas", listed(b=1.0, d=9.0), more)
        service.add_response("list_service_quotas", listed(a=8.0), asked)
        found = quotas.applied("sagemaker", {"a", "b", "c"})
        service.assert_no_pending_responses()
    assert found == {("sagemaker", "a"): 8.0, ("sagemaker", "b"): 1.0}

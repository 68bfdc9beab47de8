"""Can dev and prod share an account? What one does, the other neither hears nor may touch."""

import pytest
from botocore.exceptions import ClientError

from factory.events.data import DataProductPublished
from factory.events.model import ApprovalRefused
from tests.cli.teardown.conftest import land
from tests.cli.teardown.inventory import inventory
from tests.life.people import as_service

PACKAGE = "arn:aws:sagemaker:us-east-1:123456789012:model-package/mw-{}-income/1"


@pytest.fixture(scope="module")
def landed(lived, prod, tmp_path_factory):
    """What each ledger says of a file that has landed in prod."""
    known = lived.event_ids(), prod.event_ids()
    land(prod, tmp_path_factory.mktemp("prod"))
    lived.cloud.settle()
    return lived.new_events(known[0]), prod.new_events(known[1], DataProductPublished)


def test_a_second_stage_changes_nothing_of_the_first(lived, prod):
    stacks = lived.aws("cloudformation").describe_stacks()["Stacks"]
    dev = [s for s in stacks if s["StackName"].startswith("modelworks-dev-")]
    assert {s["StackStatus"] for s in dev} == {"CREATE_COMPLETE"}
    assert len(dev) == len([s for s in stacks if s["StackName"].startswith("modelworks-prod-")])
    assert {g.split("-")[1] for g in inventory(lived)["groups"]} == {"dev", "prod"}


def test_data_that_lands_in_one_stage_is_published_in_that_stage_alone(landed):
    in_dev, in_prod = landed
    assert in_dev == []
    assert [event["detail"]["product"] for event in in_prod] == ["census_test"]


def test_what_one_stage_approves_the_other_does_not_hear_of(lived, prod):
    before = lived.event_ids(), prod.event_ids()
    lived.aws("sagemaker").update_model_package(
        ModelPackageArn=PACKAGE.format("prod"), ModelApprovalStatus="Approved"
    )
    lived.cloud.settle()
    assert lived.new_events(before[0]) == []
    (refused,) = prod.new_events(before[1])  # an administrator is no approver
    assert refused["type"] == ApprovalRefused.TYPE


@pytest.mark.parametrize("role", ["Builder", "Approver"])
def test_people_of_one_stage_may_not_look_at_the_packages_of_the_other(lived, prod, role):
    person = {"Builder": "ada", "Approver": "grace"}[role]
    own = lived.assume_role(person, f"{role}RoleArn").client("sagemaker")
    own.describe_model_package(ModelPackageName=PACKAGE.format("dev"))
    with pytest.raises(ClientError, match="AccessDenied"):
        own.describe_model_package(ModelPackageName=PACKAGE.format("prod"))


def test_an_approver_of_dev_may_not_approve_in_prod(lived, prod):
    approver = lived.assume_role("grace", "ApproverRoleArn").client("sagemaker")
    decision = {"ModelApprovalStatus": "Approved", "ApprovalDescription": "why not"}
    with pytest.raises(ClientError, match="AccessDenied"):
        approver.update_model_package(ModelPackageArn=PACKAGE.format("prod"), **decision)


def test_promotion_of_dev_may_not_move_an_endpoint_of_prod(lived, prod):
    with as_service(lived, "dev-serving-PromotionPromote") as promote:
        sagemaker = promote.client("sagemaker")
        sagemaker.describe_endpoint(EndpointName="mw-dev-income")
        for act in (sagemaker.describe_endpoint, sagemaker.delete_endpoint):
            with pytest.raises(ClientError, match="AccessDenied"):
                act(EndpointName="mw-prod-income")


def test_a_verb_asks_which_stage_is_meant_and_answers_of_that_alone(lived, prod):
    code, answer = lived.factory("admin", "status")
    assert (code, answer["kind"]) == (1, "Refused")
    assert answer["error"] == "deployed here: dev, prod; say which with --stage"
    for stage in ("dev", "prod"):
        code, answer = lived.factory("admin", "status", "income", "--stage", stage)
        assert code == 0, answer
        (model,) = answer["models"]
        assert model["endpoint"]["config"].startswith(f"mw-{stage}-income-v1-")


def test_the_ledger_of_each_is_verified_by_itself(lived, prod, landed):
    buckets = {
        lived.factory("admin", "audit", "verify", "--stage", stage)[1]["bucket"]
        for stage in ("dev", "prod")
    }
    assert buckets == {lived.output("LedgerBucket"), prod.output("LedgerBucket")}
    assert len(buckets) == len(("dev", "prod"))


def test_a_teardown_of_prod_is_refused(lived, prod):
    before = inventory(lived)
    code, answer = lived.factory("admin", "teardown", "--stage", "prod", "--yes")
    assert (code, answer["kind"]) == (1, "Refused")
    assert answer["error"].startswith("stage prod is kept on purpose; only dev can be torn down")
    assert inventory(lived) == before

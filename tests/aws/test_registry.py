"""Are the versions of a model listed as the registry has them, the newest first?"""

import pytest

from aws import registry
from factory.errors import ServiceError

INCOME, CHURN = "mw-dev-income", "mw-dev-churn"
NAMES = (INCOME, CHURN, "mw-prod-income", "not-mw-dev-theirs")


@pytest.fixture
def sagemaker(session):
    client = session.client("sagemaker")
    for name in NAMES:
        client.create_model_package_group(
            ModelPackageGroupName=name, ModelPackageGroupDescription=f"predicts {name}"
        )
    return client


def registered(client, model, status, artifact="a" * 64):
    container = {"Image": "image", "ModelDataUrl": f"s3://work/{artifact}.tar.gz"}
    arn = client.create_model_package(
        ModelPackageGroupName=model,
        ModelApprovalStatus=status,
        CustomerMetadataProperties={"artifact": artifact},
        InferenceSpecification={
            "Containers": [container],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
    )["ModelPackageArn"]
    return str(arn)


def test_groups_are_known_with_their_purpose(sagemaker):
    assert registry.groups("dev") == {
        "churn": "predicts mw-dev-churn",
        "income": "predicts mw-dev-income",
    }


def test_the_newest_version_comes_first_and_no_other_models(sagemaker):
    for model, status in ((INCOME, "Approved"), (CHURN, "Approved"), (INCOME, "Rejected")):
        registered(sagemaker, model, status)
    found = [(each.version, each.status) for each in registry.versions(INCOME)]
    assert found == [(2, "Rejected"), (1, "Approved")]


def test_the_champion_is_the_newest_that_is_approved(sagemaker):
    assert registry.champion(INCOME) is None
    for number, status in enumerate(("Approved", "Approved", "PendingManualApproval"), 1):
        registered(sagemaker, INCOME, status, artifact=str(number))
    assert [each.version for each in registry.approved(INCOME)] == [2, 1]
    assert registry.champion(INCOME) == ("s3://work/2.tar.gz", "2", "")


def test_a_decision_is_kept_with_its_reason(sagemaker):
    arn = registered(sagemaker, INCOME, "PendingManualApproval")
    registry.decide(arn, "Rejected", "not now")
    assert registry.package(arn)["ModelApprovalStatus"] == "Rejected"
    assert registry.package(arn)["ApprovalDescription"] == "not now"


def test_a_version_that_is_not_there_is_named(sagemaker):
    arn = "arn:aws:sagemaker:us-east-1:123456789012:model-package/mw-dev-income/9"
    with pytest.raises(ServiceError, match="DescribeModelPackage arn:aws:sagemaker"):
        registry.package(arn)

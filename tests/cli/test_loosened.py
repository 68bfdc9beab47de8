"""Does somebody who decides learn what a spec lets through that it did not before?"""

from dataclasses import replace

import boto3
import pytest
from moto import mock_aws

import aws
import models
from cli import loosened
from factory.catalogue import document
from factory.layout import objects

INCOME = models.catalogue()["income"]
LOOSE = replace(
    INCOME, gates=replace(INCOME.gates, floor=replace(INCOME.gates.floor, at_least=0.9))
)
STRICT = replace(
    INCOME, gates=replace(INCOME.gates, floor=replace(INCOME.gates.floor, at_least=0.95))
)


@pytest.fixture(autouse=True)
def session():
    made = boto3.Session("testing", "testing", region_name="us-east-1")
    with mock_aws(), aws.calling_as(made):
        made.client("s3").create_bucket(Bucket="specs")
        made.client("sagemaker").create_model_package_group(ModelPackageGroupName="mw-dev-income")
        yield made


def judged(model, *, stored=True):
    text = document.judged_text(model)
    digest = document.digest(text)
    if stored:
        aws.s3_put(objects.judged("specs", "income", digest), text.encode())
    return digest


def version(session, digest, status="Approved"):
    session.client("sagemaker").create_model_package(
        ModelPackageGroupName="mw-dev-income",
        ModelApprovalStatus=status,
        CustomerMetadataProperties={"spec": digest},
    )


def told(digest, **below):
    return list(loosened.words(loosened.since_approved("specs", "mw-dev-income", digest, **below)))


def test_a_lower_floor_than_the_approved_version_had_is_told(session):
    version(session, judged(INCOME))
    assert told(judged(LOOSE)) == [
        "gates.floor.at_least: 0.915 is now 0.9 (loosened) since version 1"
    ]


def test_what_is_stricter_or_the_same_is_not_told(session):
    version(session, judged(INCOME))
    assert told(judged(STRICT)) == told(judged(INCOME)) == []


def test_it_is_compared_with_what_was_approved_and_not_with_what_waits(session):
    version(session, judged(INCOME))
    version(session, judged(LOOSE), "PendingManualApproval")
    assert told(judged(LOOSE)) != []


def test_a_version_that_was_approved_is_compared_with_the_one_below(session):
    version(session, judged(INCOME))
    version(session, judged(LOOSE))
    assert told(judged(LOOSE)) == []
    assert told(judged(LOOSE), below=2) != []


def test_the_first_version_loosens_nothing(session):
    version(session, judged(LOOSE), "PendingManualApproval")
    assert told(judged(LOOSE)) == []


def test_a_document_that_is_not_there_is_said_to_be_unknown(session):
    version(session, judged(INCOME, stored=False))
    (words,) = told(judged(LOOSE))
    assert words.startswith("unknown since version 1: GetObject s3://specs/judged/income/")


def test_a_document_that_somebody_has_changed_is_said_to_be_unknown(session):
    digest = judged(INCOME)
    aws.s3_put(objects.judged("specs", "income", digest), b"{}")
    version(session, digest)
    (words,) = told(judged(LOOSE))
    assert "somebody has changed it" in words

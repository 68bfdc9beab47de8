"""Is a spec compared with what the champion was judged by, as the gates wrote it down?"""

import itertools
import json
from dataclasses import replace

import boto3
import pytest
from moto import mock_aws

import aws
import models
from aws import judgements
from factory.catalogue import document
from factory.layout import objects

INCOME = models.catalogue()["income"]
LOOSE = replace(
    INCOME, gates=replace(INCOME.gates, floor=replace(INCOME.gates.floor, at_least=0.9))
)
STRICT = replace(
    INCOME, gates=replace(INCOME.gates, floor=replace(INCOME.gates.floor, at_least=0.95))
)


COUNT = itertools.count(1)
PLACES = judgements.Places("evidence", "specs")
GROUP = "mw-dev-income"


@pytest.fixture(autouse=True)
def session():
    made = boto3.Session("testing", "testing", region_name="us-east-1")
    with mock_aws(), aws.calling_as(made):
        for bucket in PLACES:
            made.client("s3").create_bucket(Bucket=bucket)
        made.client("sagemaker").create_model_package_group(ModelPackageGroupName=GROUP)
        yield made


def judged(model, *, stored=True):
    text = document.judged_text(model)
    digest = document.digest(text)
    if stored:
        aws.s3_put(objects.judged("specs", "income", digest), text.encode())
    return digest


def version(session, digest, status="Approved", claims="0" * 64):
    """Register a version whose evidence names *digest*; its package *claims* another."""
    number = next(COUNT)
    run = f"arn:aws:sagemaker:us-east-1:1:pipeline/p/execution/{number}"
    measured = json.dumps({"lineage": {"spec": digest}}).encode()
    aws.s3_put(objects.Run("evidence", "income", run).evidence, measured)
    return session.client("sagemaker").create_model_package(
        ModelPackageGroupName=GROUP,
        ModelApprovalStatus=status,
        CustomerMetadataProperties={"execution": run, "spec": claims},
    )["ModelPackageArn"]


def told(model, but=""):
    return list(judgements.since_champion(PLACES, GROUP, model, but=but).lines())


def test_a_lower_floor_than_the_approved_version_had_is_told(session):
    version(session, judged(INCOME))
    assert told(LOOSE) == ["gates.floor.at_least: 0.915 is now 0.9 (loosened) since version 1"]


def test_what_is_stricter_or_the_same_is_not_told(session):
    version(session, judged(INCOME))
    assert told(STRICT) == told(INCOME) == []


def test_it_is_compared_with_what_was_approved_and_not_with_what_waits(session):
    version(session, judged(INCOME))
    version(session, judged(LOOSE), "PendingManualApproval")
    assert told(LOOSE) != []


def test_a_version_that_was_approved_is_no_champion_of_its_own(session):
    version(session, judged(INCOME))
    candidate = version(session, judged(LOOSE))
    assert told(LOOSE) == []
    assert told(LOOSE, but=candidate) != []


def test_what_the_registry_says_of_a_spec_is_not_believed(session):
    version(session, judged(INCOME), claims=judged(LOOSE))
    assert told(LOOSE) != []


def test_two_small_steps_are_one_large_one_until_a_version_is_approved(session):
    version(session, judged(INCOME))
    version(session, judged(LOOSE), "PendingManualApproval")
    floor = replace(INCOME.gates.floor, at_least=0.88)
    (words,) = told(replace(INCOME, gates=replace(INCOME.gates, floor=floor)))
    assert words == "gates.floor.at_least: 0.915 is now 0.88 (loosened) since version 1"


def test_the_first_version_loosens_nothing(session):
    version(session, judged(LOOSE), "PendingManualApproval")
    assert told(LOOSE) == []


def test_a_document_that_is_not_there_is_said_to_be_unknown(session):
    version(session, judged(INCOME, stored=False))
    (words,) = told(LOOSE)
    assert words.startswith("unknown since version 1: GetObject s3://specs/judged/income/")


def test_a_champion_without_evidence_was_judged_by_nothing_known(session):
    version(session, "")
    (words,) = told(LOOSE)
    assert words.endswith("names no spec")


def test_a_document_that_somebody_has_changed_is_said_to_be_unknown(session):
    digest = judged(INCOME)
    aws.s3_put(objects.judged("specs", "income", digest), b"{}")
    version(session, digest)
    (words,) = told(LOOSE)
    assert "somebody has changed it" in words

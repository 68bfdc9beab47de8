"""What comes of an approval that holds: the ledger's words, the kept bytes, and what serves."""

import json

import pytest
from botocore.exceptions import ClientError

from factory.events.model import ModelDeployed, ModelPromoted
from factory.events.people import ModelApproved, ModelRejected
from tests.life import people
from tests.life.approvals import baked, decide, refusal, send, serving, status
from tests.life.tampering import split
from tests.life.telling import others

GOOD_REASON = "it is better, and the card says what it means"


def about(session, package):
    """Return the ledger's events about a package since its registration."""
    return [e for e in session.events() if e["detail"].get("package") == package]


def test_the_approval_of_somebody_independent_is_in_the_ledger_with_who_and_why(
    session, runs, served
):
    package = runs["good"].package
    kinds = {e["type"]: e for e in about(session, package)}
    assert list(kinds) == [ModelApproved.TYPE, ModelPromoted.TYPE, ModelDeployed.TYPE]
    assert kinds[ModelApproved.TYPE]["actor"] == "person/grace"
    assert kinds[ModelApproved.TYPE]["reason"] == "the gates passed, and I read the card"
    assert (
        kinds[ModelDeployed.TYPE]["detail"]["config"]
        == kinds[ModelPromoted.TYPE]["detail"]["config"]
    )


def test_what_serves_are_the_approved_bytes_out_of_their_own_bucket(session, runs, served):
    sagemaker, digest = session.aws("sagemaker"), runs["good"].result["artifact"]
    (promoted,) = [
        e for e in about(session, runs["good"].package) if e["type"] == ModelPromoted.TYPE
    ]
    config = sagemaker.describe_endpoint_config(EndpointConfigName=promoted["detail"]["config"])
    model = sagemaker.describe_model(ModelName=config["ProductionVariants"][0]["ModelName"])
    uri = f"s3://{session.output('ApprovedBucket')}/models/{digest}.tar.gz"
    assert model["PrimaryContainer"]["ModelDataUrl"] == uri
    assert model["EnableNetworkIsolation"]
    work = {"Bucket": session.output("WorkBucket"), "Key": runs["good"].model_key}
    body = session.aws("s3").get_object(**work)["Body"].read()
    assert session.aws("s3").get_object(**split(uri))["Body"].read() == body
    assert served["EndpointConfigName"] == promoted["detail"]["config"]


def kept(session):
    """Return every version of every object in the bucket of what was approved."""
    return session.aws("s3").list_object_versions(Bucket=session.output("ApprovedBucket"))[
        "Versions"
    ]


def test_the_approval_is_written_down_beside_the_bytes(session, runs, served):
    digest = runs["good"].result["artifact"]
    keys = {v["Key"] for v in kept(session) if v["Key"].startswith(f"approvals/{digest}/")}
    baseline = f"approvals/{digest}/baseline.json"
    (key,) = keys - {baseline}
    assert baseline in keys
    place = {"Bucket": session.output("ApprovedBucket"), "Key": key}
    record = json.load(session.aws("s3").get_object(**place)["Body"])
    assert record["approver"] == "grace"
    assert record["run"] == runs["good"].arn
    assert record["artifact"] == digest


def test_what_was_approved_is_locked_even_for_an_administrator(session, served):
    s3, bucket = session.aws("s3"), session.output("ApprovedBucket")
    for version in kept(session):
        place = {"Bucket": bucket, "Key": version["Key"], "VersionId": version["VersionId"]}
        locked = s3.get_object_retention(**place)["Retention"]
        assert locked["RetainUntilDate"].timestamp() > session.cloud.now()
        people.denied(s3.delete_object, **place)


def test_promote_itself_can_neither_delete_nor_overwrite_what_it_kept(session, served):
    versions = kept(session)
    with people.as_service(session, "PromoteRole") as promote:
        s3 = promote.client("s3")
        for version in (v for v in versions if not v["Key"].startswith("intents/")):
            place = {"Bucket": session.output("ApprovedBucket"), "Key": version["Key"]}
            assert s3.get_object(**place)["ContentLength"] == version["Size"]
            people.denied(s3.put_object, **place, Body=b"other bytes")
            people.denied(s3.delete_object, **place)
            people.denied(s3.delete_object, **place, VersionId=version["VersionId"])
            with pytest.raises(ClientError, match="PreconditionFailed"):
                s3.put_object(**place, Body=b"other bytes", IfNoneMatch="*")
    assert kept(session) == versions


def test_nobody_else_can_write_what_serves_or_what_is_meant_to(session, served):
    bucket, meant = session.output("ApprovedBucket"), "intents/mw-dev-income.json"
    etag = session.aws("s3").head_object(Bucket=bucket, Key=meant)["ETag"]
    for s3 in (people.in_role(session, "ada", "Builder").client("s3"), session.aws("s3")):
        people.denied(s3.put_object, Bucket=bucket, Key="models/mine", Body=b"", IfNoneMatch="*")
        people.denied(s3.put_object, Bucket=bucket, Key=meant, Body=b"{}", IfMatch=etag)
        people.denied(s3.delete_object, Bucket=bucket, Key=meant)


def test_the_same_approval_told_again_changes_nothing(session, runs, served):
    known, versions, config = session.event_ids(), len(kept(session)), serving(session)
    answers = send(session, "promote", {"ModelPackageArn": runs["good"].package})
    assert [a["answer"] for a in answers if "Promote" in a["function"]] == [
        {"batchItemFailures": []}
    ]
    assert others(session, known) == []
    assert (len(kept(session)), serving(session)) == (versions, config)
    assert status(session, runs["good"].package) == "Approved"


@pytest.fixture(scope="module")
def moved(session, runs, served):
    """The endpoint after grace has approved a version that was compared with the first."""
    decide(session, "grace", runs["better"].package, GOOD_REASON)
    return baked(session)["EndpointConfigName"]


def test_a_version_that_was_compared_with_the_champion_takes_its_place(
    session, runs, served, moved
):
    assert moved != served["EndpointConfigName"]
    said = {e["type"]: e["detail"] for e in about(session, runs["better"].package)}
    assert said[ModelDeployed.TYPE]["config"] == said[ModelPromoted.TYPE]["config"] == moved
    version = runs["better"].package.rsplit("/", 1)[-1]
    assert moved.startswith(f"mw-dev-income-v{version}-")


def test_a_late_redelivery_of_the_first_approval_does_not_roll_back(session, runs, moved):
    known = session.event_ids()
    answers = send(session, "promote", {"ModelPackageArn": runs["good"].package})
    assert answers
    assert serving(session) == moved
    assert others(session, known) == []
    assert status(session, runs["good"].package) == "Approved"


def test_a_builder_cannot_approve_again_what_somebody_independent_had_approved(
    session, runs, moved
):
    package = runs["good"].package
    words = refusal(session, package, lambda: decide(session, "alan", package, "as before"))
    assert words.startswith("alan builds income and may not approve it")


def test_a_rejection_is_in_the_ledger_with_who_and_why(session, runs, moved):
    package = runs["twin"].package
    decide(session, "grace", package, "we do not need it", status="Rejected")
    session.cloud.settle()
    (rejected,) = [e for e in about(session, package) if e["type"] == ModelRejected.TYPE]
    assert (rejected["actor"], rejected["reason"]) == ("person/grace", "we do not need it")


def test_no_message_was_given_up(session, moved):
    session.cloud.settle()
    sqs = session.aws("sqs")
    given_up = [url for url in sqs.list_queues()["QueueUrls"] if "Failed" in url]
    assert given_up
    for url in given_up:
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert found["ApproximateNumberOfMessages"] == "0", url
    assert not session.cloud.failures()

"""What comes of an approval that holds: the ledger's words, the kept bytes, and what serves."""

import json

import pytest
from botocore.exceptions import ClientError

from factory.events.model import ModelDeployed, ModelPromoted
from factory.events.people import ModelApproved, ModelRejected
from tests.life import people
from tests.life.approvals import baked, decide, refusal, send, serving, status
from tests.life.tampering import split

GOOD_REASON = "it is better, and the card says what it means"


def about(life, package):
    """Return the ledger's events about a package since its registration."""
    return [e for e in life.events() if e["detail"].get("package") == package]


def test_the_approval_of_somebody_independent_is_in_the_ledger_with_who_and_why(life, runs, served):
    package = runs["good"].package
    kinds = {e["type"]: e for e in about(life, package)}
    assert list(kinds) == [ModelApproved.TYPE, ModelPromoted.TYPE, ModelDeployed.TYPE]
    assert kinds[ModelApproved.TYPE]["actor"] == "person/grace"
    assert kinds[ModelApproved.TYPE]["reason"] == "the gates passed, and I read the card"
    assert (
        kinds[ModelDeployed.TYPE]["detail"]["config"]
        == kinds[ModelPromoted.TYPE]["detail"]["config"]
    )


def test_what_serves_are_the_approved_bytes_out_of_their_own_bucket(life, runs, served):
    sagemaker, digest = life.aws("sagemaker"), runs["good"].result["artifact"]
    (promoted,) = [e for e in about(life, runs["good"].package) if e["type"] == ModelPromoted.TYPE]
    config = sagemaker.describe_endpoint_config(EndpointConfigName=promoted["detail"]["config"])
    model = sagemaker.describe_model(ModelName=config["ProductionVariants"][0]["ModelName"])
    uri = f"s3://{life.output('ApprovedBucket')}/models/{digest}.tar.gz"
    assert model["PrimaryContainer"]["ModelDataUrl"] == uri
    assert model["EnableNetworkIsolation"]
    work = {"Bucket": life.output("WorkBucket"), "Key": runs["good"].model_key}
    body = life.aws("s3").get_object(**work)["Body"].read()
    assert life.aws("s3").get_object(**split(uri))["Body"].read() == body
    assert served["EndpointConfigName"] == promoted["detail"]["config"]


def kept(life):
    """Return every version of every object in the bucket of what was approved."""
    return life.aws("s3").list_object_versions(Bucket=life.output("ApprovedBucket"))["Versions"]


def test_the_approval_is_written_down_beside_the_bytes(life, runs, served):
    digest = runs["good"].result["artifact"]
    keys = {v["Key"] for v in kept(life) if v["Key"].startswith(f"approvals/{digest}/")}
    baseline = f"approvals/{digest}/baseline.json"
    (key,) = keys - {baseline}
    assert baseline in keys
    place = {"Bucket": life.output("ApprovedBucket"), "Key": key}
    record = json.load(life.aws("s3").get_object(**place)["Body"])
    assert record["approver"] == "grace"
    assert record["run"] == runs["good"].arn
    assert record["artifact"] == digest


def test_what_was_approved_is_locked_even_for_an_administrator(life, served):
    s3, bucket = life.aws("s3"), life.output("ApprovedBucket")
    for version in kept(life):
        place = {"Bucket": bucket, "Key": version["Key"], "VersionId": version["VersionId"]}
        locked = s3.get_object_retention(**place)["Retention"]
        assert locked["RetainUntilDate"].timestamp() > life.standing.cloud.now()
        people.denied(s3.delete_object, **place)


def test_promote_itself_can_neither_delete_nor_overwrite_what_it_kept(life, served):
    versions = kept(life)
    with people.as_service(life, "PromoteRole") as promote:
        s3 = promote.client("s3")
        for version in versions:
            place = {"Bucket": life.output("ApprovedBucket"), "Key": version["Key"]}
            assert s3.get_object(**place)["ContentLength"] == version["Size"]
            people.denied(s3.put_object, **place, Body=b"other bytes")
            people.denied(s3.delete_object, **place)
            people.denied(s3.delete_object, **place, VersionId=version["VersionId"])
            with pytest.raises(ClientError, match="PreconditionFailed"):
                s3.put_object(**place, Body=b"other bytes", IfNoneMatch="*")
    assert kept(life) == versions


def test_nobody_else_can_write_what_serves(life, served):
    s3 = people.in_role(life, "ada", "Builder").client("s3")
    where = {"Bucket": life.output("ApprovedBucket"), "Key": "models/mine.tar.gz"}
    people.denied(s3.put_object, **where, Body=b"", IfNoneMatch="*")


def test_the_same_approval_told_again_changes_nothing(life, runs, served):
    events, versions, config = len(life.events()), len(kept(life)), serving(life)
    answers = send(life, "promote", {"ModelPackageArn": runs["good"].package})
    assert [a["answer"] for a in answers if "Promote" in a["function"]] == [
        {"batchItemFailures": []}
    ]
    assert (len(life.events()), len(kept(life)), serving(life)) == (events, versions, config)
    assert status(life, runs["good"].package) == "Approved"


@pytest.fixture(scope="module")
def moved(life, runs, served):
    """The endpoint after grace has approved a version that was compared with the first."""
    decide(life, "grace", runs["better"].package, GOOD_REASON)
    return baked(life)["EndpointConfigName"]


def test_a_version_that_was_compared_with_the_champion_takes_its_place(life, runs, served, moved):
    assert moved != served["EndpointConfigName"]
    said = {e["type"]: e["detail"] for e in about(life, runs["better"].package)}
    assert said[ModelDeployed.TYPE]["config"] == said[ModelPromoted.TYPE]["config"] == moved
    version = runs["better"].package.rsplit("/", 1)[-1]
    assert moved.startswith(f"income-v{version}-")


def test_a_late_redelivery_of_the_first_approval_does_not_roll_back(life, runs, moved):
    events = len(life.events())
    answers = send(life, "promote", {"ModelPackageArn": runs["good"].package})
    assert answers
    assert serving(life) == moved
    assert len(life.events()) == events
    assert status(life, runs["good"].package) == "Approved"


def test_a_builder_cannot_approve_again_what_somebody_independent_had_approved(life, runs, moved):
    package = runs["good"].package
    words = refusal(life, package, lambda: decide(life, "alan", package, "as before"))
    assert words.startswith("alan builds income and may not approve it")


def test_a_rejection_is_in_the_ledger_with_who_and_why(life, runs, moved):
    package = runs["twin"].package
    decide(life, "grace", package, "we do not need it", status="Rejected")
    life.standing.cloud.settle()
    (rejected,) = [e for e in about(life, package) if e["type"] == ModelRejected.TYPE]
    assert (rejected["actor"], rejected["reason"]) == ("person/grace", "we do not need it")


def test_no_message_was_given_up(life, moved):
    life.standing.cloud.settle()
    sqs = life.aws("sqs")
    given_up = [url for url in sqs.list_queues()["QueueUrls"] if "Failed" in url]
    assert given_up
    for url in given_up:
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert found["ApproximateNumberOfMessages"] == "0", url
    assert not life.standing.cloud.failures()

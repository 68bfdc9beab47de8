"""Which approvals does promote refuse, with which words, and with nothing that serves of it?"""

import json
from contextlib import contextmanager

import pytest

from tests.life import people
from tests.life.approvals import (
    decide,
    overlaid,
    refusal,
    registered_by_hand,
    serving,
    status,
)
from tests.life.tampering import with_member

GOOD_REASON = "it is better, and the card says what it means"


@pytest.fixture
def twin(runs):
    """A package that every gate has passed; here somebody always stands in its way."""
    return runs["twin"].package


def by_grace(session, package):
    return lambda: decide(session, "grace", package, GOOD_REASON)


def test_a_builder_cannot_even_become_an_approver(session, twin):
    code, answer = session.factory("ada", "approve", "income", twin[-1], "--reason", "it is mine")
    assert code != 0
    assert "sts:AssumeRole" in answer["error"]
    assert status(session, twin) != "Approved"


def test_a_builder_in_the_approvers_role_is_refused_by_promote(session, twin):
    words = refusal(session, twin, lambda: decide(session, "alan", twin, "it is mine"))
    assert words == "alan builds income and may not approve it; somebody who does not build it must"


@contextmanager
def blind(session, person):
    """Keep *person* from reading which specs are in force."""
    nothing = {"Effect": "Deny", "Action": "dynamodb:GetItem", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [nothing]})
    where = {"UserName": person, "PolicyName": "blind"}
    session.aws("iam").put_user_policy(**where, PolicyDocument=document)
    yield
    session.aws("iam").delete_user_policy(**where)


def test_nobody_decides_by_command_who_may_not_see_what_the_spec_loosens(session, twin):
    before = status(session, twin)
    with blind(session, "grace"):
        code, answer = session.factory(
            "grace", "approve", "income", twin[-1], "--reason", "blindly"
        )
    assert code != 0
    assert "nothing was decided: whoever decides must be allowed to read what" in answer["error"]
    assert status(session, twin) == before


def test_an_approval_without_a_reason_does_not_hold(session, twin):
    words = refusal(session, twin, lambda: decide(session, "grace", twin, "  "))
    assert "the approval gives no reason" in words


def test_the_words_of_a_refusal_are_no_reason_for_the_next_approval(session, twin):
    refusal(session, twin, lambda: decide(session, "alan", twin, "it is mine"))
    words = refusal(session, twin, lambda: decide(session, "grace", twin, None))
    assert "the approval gives no reason" in words


def test_an_artifact_that_was_swapped_after_registration_is_refused(session, runs, twin):
    place = {"Bucket": session.output("WorkBucket"), "Key": runs["twin"].model_key}
    old = session.aws("s3").get_object(**place)["Body"].read()
    with overlaid(
        session, "WorkBucket", place["Key"], with_member(old, "code/x.py", b"evil = 1\n")
    ):
        words = refusal(session, twin, by_grace(session, twin))
    assert words.startswith("the artifact is ")
    assert "it was swapped after the gates" in words


def test_evidence_that_was_changed_after_registration_is_refused(session, runs, twin):
    key = f"{runs['twin'].folder}/evidence.json"
    found = json.load(
        session.aws("s3").get_object(Bucket=session.output("EvidenceBucket"), Key=key)["Body"]
    )
    found["quality"]["metrics"]["auc"]["value"] = 0.99
    with overlaid(session, "EvidenceBucket", key, json.dumps(found).encode()):
        words = refusal(session, twin, by_grace(session, twin))
    assert "it was changed after the gates" in words


def test_an_environment_that_the_approver_changed_in_the_same_call_is_refused(session, twin):
    sagemaker = session.aws("sagemaker")
    kept = sagemaker.describe_model_package(ModelPackageName=twin)["InferenceSpecification"]
    changed = json.loads(json.dumps(kept))
    changed["Containers"][0]["Environment"]["SAGEMAKER_PROGRAM"] = "evil.py"
    approver = people.in_role(session, "grace", "Approver").client("sagemaker")
    try:
        words = refusal(
            session,
            twin,
            lambda: approver.update_model_package(
                ModelPackageArn=twin,
                ModelApprovalStatus="Approved",
                ApprovalDescription=GOOD_REASON,
                InferenceSpecification=changed,
            ),
        )
    finally:
        sagemaker.update_model_package(ModelPackageArn=twin, InferenceSpecification=kept)
    assert "image or environment is not what its run registered" in words


def test_a_package_that_names_no_run_is_refused(session, twin):
    package = registered_by_hand(session, twin, CustomerMetadataProperties={"a": "b"})
    words = refusal(session, package, by_grace(session, package))
    assert words == ("the package names no run; only the factory's pipeline registers packages")


def test_a_package_that_names_the_run_of_another_is_refused(session, twin):
    package = registered_by_hand(session, twin)
    words = refusal(session, package, by_grace(session, package))
    assert words.startswith(f"its run registered {twin}, not {package}")


def test_a_run_of_a_changed_definition_is_refused(session, runs):
    package = runs["ungated"].package
    words = refusal(session, package, by_grace(session, package))
    assert words.startswith("its run began at ")
    assert words.endswith("which no deploy had in force then; start a new run")


def test_a_run_of_another_pipeline_is_refused(session, runs):
    package = runs["elsewhere"].package
    words = refusal(session, package, by_grace(session, package))
    assert words.startswith("its run is of pipeline modelworks-dev-lenient")


def champion_of(session):
    """Return the digest of what serves, as promotion wrote it down beside the bytes."""
    place = {
        "Bucket": session.output("ApprovedBucket"),
        "Key": f"baselines/{serving(session)}.json",
    }
    return json.load(session.aws("s3").get_object(**place)["Body"])["artifact"]


def test_a_candidate_that_was_compared_with_no_champion_is_refused_once_there_is_one(
    session, runs, served, twin
):
    words = refusal(session, twin, by_grace(session, twin))
    champion = champion_of(session)[:12]
    assert words.startswith(f"it was compared with champion none, today's is {champion}")
    assert words.endswith("; start a new run")

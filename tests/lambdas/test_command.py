"""What comes of a person's command, and of what is not one?"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json

import pytest

from factory.catalogue import document
from factory.catalogue import entry as entries
from factory.catalogue.spec import Watch
from factory.events.people import (
    DefinitionRevoked,
    GuardsApproved,
    RollbackRequested,
    TrainingRequested,
    TrainingStopRequested,
)
from tests.factory.gates.test_gates import MODEL
from tests.lambdas.serving import DEFINITION_RECORD, apart

LOOSER = dataclasses.replace(MODEL, watch=Watch(max_psi=0.9))
DEPLOYED = document.digest(document.spec_text(LOOSER))


def command(world, *, person="grace", role="Operator", encoded=False, **body):
    """Send a command; return the status, what was answered and what the factory was told."""
    arn = f"arn:aws:sts::123456789012:assumed-role/{role}/{person}"
    text = json.dumps(body)
    request = {
        "requestContext": {"authorizer": {"iam": {"userArn": arn}}, "requestId": "r-1"},
        "body": base64.b64encode(text.encode()).decode() if encoded else text,
        "isBase64Encoded": encoded,
    }
    world.events()
    answer = world.call("command", request)
    return answer["statusCode"], json.loads(answer["body"]), world.events()


def declined(found):
    """Return status and words of a command of which nothing came."""
    status, answer, told = found
    assert told == []
    return status, answer["message"]


def serving(world, champion=None):
    version = world.version(champion)
    world.handle("promote", version.approved())
    world.settle()
    return version


def rollback(world, **body):
    return command(
        world, **{"command": "rollback", "model": "churn", "reason": "it is worse", **body}
    )


@pytest.mark.parametrize("encoded", [False, True])
@apart
def test_a_rollback_is_asked_for_in_the_person_s_name(world, encoded):
    first = serving(world)
    second = serving(world, champion=first)
    status, answer, told = rollback(world, encoded=encoded)
    ((kind, said),) = told
    assert status == 202
    assert answer == {
        "model": "churn",
        "version": 1,
        "package": first.package,
        "from": 2,
        "by": "grace",
    }
    assert (kind, said["actor"], said["reason"], said["key"]) == (
        RollbackRequested.TYPE,
        "person/grace",
        "it is worse",
        "r-1",
    )
    assert said["detail"]["from"] == second.config()


@apart
def test_nobody_commands_but_in_the_operators_role(world):
    serving(world)
    status, words = declined(rollback(world, role="Builder", person="ada"))
    assert status == 403
    assert words == (
        "ada is not a session of the role of operator, whose command Rollback is; assume that role"
    )
    status, words = declined(rollback(world, role="Approver", person="grace"))
    assert (status, "is not a session of the role of builder or operator" in words) == (403, True)


@apart
def test_what_cannot_be_rolled_back_is_answered_in_words(world):
    assert declined(rollback(world)) == (
        409,
        "churn serves nothing; approve a version instead",
    )
    serving(world)
    assert declined(rollback(world)) == (
        409,
        "churn has no approved version before 1, which serves",
    )
    assert declined(rollback(world, model="stranger"))[0] == 404
    assert declined(rollback(world, reason=" "))[0] == 400


@apart
def test_a_version_that_the_registry_alone_calls_approved_is_declined(world):
    first = world.version()
    first.approved()
    serving(world, champion=first)
    status, words = declined(rollback(world, version=1))
    assert (status, words) == (
        409,
        "churn version 1 was never approved: promotion has no record of it",
    )


def loosened(world):
    """Let a spec be deployed that loosens a guard, which is held; return the index's entry."""
    before = entries.deployed(None, None, MODEL, 1)
    write = entries.deployed(before.entry, MODEL, LOOSER, 2)
    world.write(write)
    return write.entry


def approve_guards(world, **body):
    words = {"command": "approve_guards", "model": "churn", "reason": "the season is over"}
    return command(world, **{**words, "digest": DEPLOYED, **body})


@apart
def test_loosened_guards_are_approved_by_somebody_who_does_not_build_the_model(world):
    entry = loosened(world)
    status, answer, ((kind, said),) = approve_guards(world)
    assert (status, kind, said["actor"]) == (202, GuardsApproved.TYPE, "person/grace")
    assert (said["detail"]["digest"], said["detail"]["sequence"]) == (entry.deployed, 2)
    assert said["detail"]["guards"] == ["watch.max_psi"]
    assert answer["guards"] == "watch.max_psi: 0.25 is now 0.9 (loosened)"


@apart
def test_a_builder_approves_no_guards(world):
    loosened(world)
    status, words = declined(approve_guards(world, person="ada"))
    assert status == 403
    assert words.startswith("ada builds churn and may not approve its guards")


@apart
def test_guards_that_nobody_loosened_are_not_approved(world):
    digest = document.digest(document.spec_text(MODEL))
    words = "no guard of churn waits for approval"
    assert declined(approve_guards(world, digest=digest)) == (409, words)


@apart
def test_guards_of_another_spec_than_the_person_read_are_not_approved(world):
    loosened(world)
    status, words = declined(approve_guards(world, digest="0" * 64))
    assert (status, words.startswith("another spec of churn was deployed")) == (409, True)


def revoke(world, **body):
    words = {"command": "revoke_definition", "recipe": "boosting", "reason": "it leaks"}
    return command(world, **{**words, "digest": DEFINITION_RECORD.digest, **body})


@apart
def test_a_definition_is_revoked_in_the_person_s_name(world):
    status, answer, ((kind, said),) = revoke(world)
    assert (status, kind, said["subject"]) == (202, DefinitionRevoked.TYPE, "recipe/boosting")
    assert (said["actor"], said["reason"]) == ("person/grace", "it leaks")
    assert answer["digest"] == said["detail"]["digest"] == DEFINITION_RECORD.digest


@apart
def test_a_definition_that_no_deploy_has_brought_is_not_revoked(world):
    assert declined(revoke(world, digest="0" * 64))[0] == 404
    assert declined(revoke(world, digest="all"))[0] == 400


@apart
def test_a_definition_is_revoked_once(world):
    revoked = {"by": "person/olga", "reason": "it is old", "key": "k"}
    world.define(dataclasses.replace(DEFINITION_RECORD, revoked=revoked))
    status, words = declined(revoke(world))
    assert (status, words.endswith("already: it is old")) == (409, True)


CODE = b"the training code"
SHA = hashlib.sha256(CODE).hexdigest()


def train(world, person="alan", role="Builder", **body):
    words = {"command": "train", "model": "churn", "reason": "an idea"}
    return command(world, person=person, role=role, **{**words, **body})


def bring(world, body=CODE, name=SHA, person="alan"):
    world.aws("s3").put_object(Bucket="work", Key=f"code/{person}/{name}.zip", Body=body)


@apart
def test_a_run_is_asked_for_in_the_builder_s_name(world):
    bring(world)
    for body, code in (({}, {}), ({"digest": SHA}, {"code": SHA})):
        status, answer, ((kind, said),) = train(world, **body)
        assert (status, kind, said["actor"]) == (202, TrainingRequested.TYPE, "person/alan")
        assert said["detail"] == {"model": "churn", **code}
        assert answer == {"model": "churn", "code": code.get("code", ""), "by": "alan"}


@apart
def test_training_code_that_is_not_what_its_name_says_or_somebody_else_s_is_declined(world):
    bring(world, person="ada")
    status, words = declined(train(world, digest=SHA))
    assert (status, words) == (
        404,
        f"there is no training code {SHA[:12]} yet; write it to s3://work/code/alan/{SHA}.zip",
    )
    bring(world, body=b"other bytes")
    status, words = declined(train(world, digest=SHA))
    assert (status, "which is not what its name says" in words) == (409, True)


@apart
def test_an_operator_asks_for_no_run_and_stops_any(world):
    assert declined(train(world, role="Operator", person="grace"))[0] == 403
    stop = {"command": "stop_run", "model": "churn", "execution": "arn:e", "reason": "a typo"}
    assert declined(command(world, person="alan", role="Builder", **stop))[0] == 403
    for person, role in (("grace", "Operator"), ("ada", "Builder")):
        status, _, ((kind, said),) = command(world, person=person, role=role, **stop)
        assert (status, kind, said["actor"]) == (
            202,
            TrainingStopRequested.TYPE,
            f"person/{person}",
        )
        assert said["detail"] == {"model": "churn", "execution": "arn:e"}

"""Can one person pass for two? Attacks on the names that keep builder and approver apart."""

import json
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

import models
from factory.catalogue.catalogue import Catalogue
from factory.errors import InvalidSpec
from factory.events.model import ApprovalRefused
from tests.life import people
from tests.life.approvals import refusal

INCOME = models.catalogue()["income"]
NOT_YET = "none: synth refuses it, so nothing has happened"


@pytest.fixture
def alias(session):
    """Give a function that lets alan sign in by another name too, as an approver."""
    iam, made = session.aws("iam"), []

    def sign_in(name):
        iam.create_user(UserName=name)
        allowed = {
            "Effect": "Allow",
            "Action": ["sts:AssumeRole", "sts:SetSourceIdentity"],
            "Resource": session.output("ApproverRoleArn"),
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        iam.put_user_policy(UserName=name, PolicyName="duties", PolicyDocument=policy)
        keys = iam.create_access_key(UserName=name)["AccessKey"]
        made.append((name, keys["AccessKeyId"]))
        return session.cloud.session(keys["AccessKeyId"], keys["SecretAccessKey"])

    yield sign_in
    for name, key in made:
        iam.delete_access_key(UserName=name, AccessKeyId=key)
        iam.delete_user_policy(UserName=name, PolicyName="duties")
        iam.delete_user(UserName=name)


def approved(session, own, name, package):
    """Approve as the person who signs in as *name*, with the keys in *own*."""
    taken = own.client("sts").assume_role(
        RoleArn=session.output("ApproverRoleArn"), RoleSessionName=name, SourceIdentity=name
    )["Credentials"]
    keys = (taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"])
    session.cloud.session(*keys).client("sagemaker").update_model_package(
        ModelPackageArn=package, ModelApprovalStatus="Approved", ApprovalDescription="it is good"
    )


@pytest.mark.attack("a builder approves under another spelling of his name")
@pytest.mark.parametrize(
    "name", ["alan@corp.com", "a1an", "al.an", "ALAN", "alan+2@corp.com", "alan,="]
)
def test_a_builder_by_another_name_does_not_approve(session, runs, alias, stopped, name):
    package, own = runs["twin"].package, alias(name)
    words = refusal(session, package, lambda: approved(session, own, name, package))
    assert words.startswith(f"{name} is taken for alan, who builds income, and may not approve it")
    (told,) = [
        event
        for event in session.events(ApprovalRefused)
        if event["detail"]["package"] == package and event["reason"] == words
    ]
    stopped(words, told)


@pytest.mark.attack("a builder signs in with a letter that looks like one of another's name")
def test_no_source_identity_has_a_letter_that_looks_like_another(session, stopped):
    with pytest.raises(ClientError) as caught:
        people.in_role(session, "alan", "Approver", identity="gr\u0430ce")
    assert caught.value.response["Error"]["Code"] == "ValidationError"
    stopped(
        caught.value.response["Error"]["Message"],
        "none: IAM lets nobody take another name than their own",
    )


@pytest.mark.attack("a spec names its builders so that they match nobody, or one person twice")
@pytest.mark.parametrize(
    ("builders", "words"),
    [
        (("Ada", "alan"), "'Ada' is not as names are compared; write 'ada'"),
        (("ada ", "alan"), "'ada ' is not as names are compared; write 'ada'"),
        (("ada", "ada@corp.com"), "'ada' and 'ada@corp.com' are taken for one person"),
        (("\u0430da", "alan"), "has a letter beyond ASCII, CYRILLIC SMALL LETTER A"),
        (("a\u200bda",), "has what nobody sees (U+200B); leave it out"),
        (("a da",), "'a da' is not 2 to 64 letters, digits or"),
        (("",), "names nobody"),
    ],
)
def test_a_spec_whose_builders_match_nobody_is_not_deployed(builders, words, stopped):
    with pytest.raises(InvalidSpec) as caught:
        Catalogue.of([replace(INCOME, builders=builders)])
    assert words in str(caught.value)
    stopped(caught.value, NOT_YET)

from __future__ import annotations

import pytest
import requests
from botocore.exceptions import ClientError

from tests.iam.conftest import assume


def trust(action="sts:AssumeRole", principal=None, **more):
    who = principal or {"AWS": "123456789012"}
    return {"Effect": "Allow", "Principal": who, "Action": action, **more}


def refused(cloud, arn, sts=None, **settings):
    with pytest.raises(ClientError) as caught:
        assume(cloud, arn, sts, **settings)
    return caught.value.response["Error"]


def test_a_session_says_who_it_is(cloud, actor):
    mine = actor()
    name = mine.arn.rsplit("/", 1)[-1]
    reported = mine.aws("sts").get_caller_identity()
    assert reported["Arn"] == f"arn:aws:sts::123456789012:assumed-role/{name}/me"
    role = cloud.aws("iam").get_role(RoleName=name)["Role"]
    assert reported["UserId"] == f"{role['RoleId']}:me"


def test_a_role_that_trusts_somebody_else_is_not_assumed(cloud, role):
    service = role(trust=[trust(principal={"Service": "lambda.amazonaws.com"})])
    assert refused(cloud, service)["Code"] == "AccessDenied"
    assert refused(cloud, "arn:aws:iam::123456789012:role/none")["Code"] == "AccessDenied"


def test_the_external_id_has_to_be_the_agreed_one(cloud, role):
    condition = {"StringEquals": {"sts:ExternalId": "agreed"}}
    arn = role(trust=[trust(Condition=condition)])
    assert refused(cloud, arn)["Code"] == "AccessDenied"
    assert assume(cloud, arn, ExternalId="agreed")


def test_a_role_may_assume_another_with_its_own_policy(cloud, role, allow):
    target = role()
    without = assume(cloud, role())
    assert "sts:AssumeRole" in refused(cloud, target, without.aws("sts"))["Message"]
    assert assume(cloud, target, assume(cloud, role(allow("sts:AssumeRole", target))).aws("sts"))


def test_a_role_named_in_the_trust_needs_no_policy_of_its_own(cloud, role):
    first = role()
    second = role(trust=[trust(principal={"AWS": first})])
    assert assume(cloud, second, assume(cloud, first).aws("sts"))


def test_a_source_identity_needs_the_trusts_consent(cloud, role):
    silent = role(trust=[trust()])
    reported = refused(cloud, silent, SourceIdentity="alice")
    assert "sts:SetSourceIdentity" in reported["Message"]
    demanding = role(
        trust=[
            trust(
                ["sts:AssumeRole", "sts:SetSourceIdentity"],
                Condition={"StringLike": {"sts:SourceIdentity": "*"}},
            )
        ]
    )
    assert refused(cloud, demanding)["Code"] == "AccessDenied"
    assert assume(cloud, demanding, SourceIdentity="alice")


def test_a_source_identity_goes_down_the_chain_and_cannot_be_changed(cloud, role, allow):
    last = role(allow("s3:ListAllMyBuckets", Condition={
        "StringEquals": {"aws:SourceIdentity": "alice"}}))  # fmt: skip
    steps = ["sts:AssumeRole", "sts:SetSourceIdentity"]
    first = role(allow(steps, last))
    alice = assume(cloud, first, SourceIdentity="alice").aws("sts")
    assert assume(cloud, last, alice).may("s3", "list_buckets")
    assert "cannot be changed" in refused(cloud, last, alice, SourceIdentity="bob")["Message"]
    bob = assume(cloud, first, SourceIdentity="bob").aws("sts")
    assert not assume(cloud, last, bob).may("s3", "list_buckets")


def test_session_tags_are_the_principals_tags(cloud, role, allow):
    condition = {"StringEquals": {"aws:PrincipalTag/team": "red"}}
    arn = role(allow("s3:ListAllMyBuckets", Condition=condition))
    red = assume(cloud, arn, Tags=[{"Key": "team", "Value": "red"}])
    assert red.may("s3", "list_buckets")
    assert not assume(cloud, arn).may("s3", "list_buckets")


def test_a_session_is_no_longer_than_its_role_allows(cloud, role):
    arn = role()
    assert refused(cloud, arn, DurationSeconds=7200)["Code"] == "ValidationError"


def test_a_session_ends_on_the_clouds_clock(cloud, actor):
    short = actor(DurationSeconds=900)
    cloud.advance(901)
    assert short.refusal("sts", "get_caller_identity")["Error"]["Code"] == "ExpiredToken"
    table = short.refusal("dynamodb", "list_tables")
    assert table["Error"]["Code"] == "ExpiredTokenException"


def test_keys_that_moto_would_invent_are_refused(cloud):
    with pytest.raises(ClientError, match="GetSessionToken"):
        cloud.aws("sts").get_session_token()


def test_a_sessions_key_is_nothing_without_its_token(cloud, actor, allow):
    mine = actor(allow("s3:*", "*"))
    key, secret, token = mine.keys
    cloud.aws("s3").create_bucket(Bucket="tokens")
    for given in (None, "another"):
        stranger = cloud.session(key, secret, given)
        with pytest.raises(ClientError, match="InvalidClientTokenId"):
            stranger.client("sts").get_caller_identity()
        with pytest.raises(ClientError, match="InvalidAccessKeyId"):
            stranger.client("s3").list_objects_v2(Bucket="tokens")
    s3 = cloud.session(key, secret, token).client("s3")
    url = s3.generate_presigned_url("list_objects_v2", {"Bucket": "tokens"})
    assert requests.get(url, timeout=30).status_code == 200
    assert requests.get(url.replace("x-amz-security-token", "x-no"), timeout=30).status_code == 403
    form = s3.generate_presigned_post("tokens", "k")
    answer = requests.post(form["url"], form["fields"], files={"file": b"x"}, timeout=30)
    assert answer.status_code == 204

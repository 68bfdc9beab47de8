from __future__ import annotations

import pytest

from localcloud.iam.conditions import MalformedPolicyError, holds
from localcloud.iam.policy import Effect, Principal, evaluate

ROLE = "arn:aws:iam::123456789012:role/r"
PRINCIPAL = Principal(frozenset({ROLE}), "123456789012")


def decide(
    statement, action="s3:GetObject", resource="arn:aws:s3:::b/k", principal=None, **context
):
    document = {"Version": "2012-10-17", "Statement": statement}
    lowered = {key.lower(): value for key, value in context.items()}
    return evaluate([document], action, resource, lowered, principal)


def allow(**more):
    return {"Effect": "Allow", "Action": "s3:*", "Resource": "*", **more}


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        (allow(Action="s3:Get*"), True),
        (allow(Action="S3:getobject"), True),
        (allow(Action="s3:Put*"), False),
        (allow(Resource="arn:aws:s3:::b/*"), True),
        (allow(Resource="arn:aws:s3:::?/k"), True),
        (allow(Resource="arn:aws:s3:::B/k"), False),
        (allow(Resource="arn:aws:s3:::[b]/k"), False),
        ({"Effect": "Allow", "NotAction": "s3:PutObject", "Resource": "*"}, True),
        ({"Effect": "Allow", "NotAction": "s3:Get*", "Resource": "*"}, False),
        ({"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::c/*"}, True),
        ({"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::b/*"}, False),
    ],
)
def test_a_statement_applies_to_its_actions_and_resources(statement, allowed):
    assert decide(statement) is (Effect.ALLOW if allowed else Effect.SILENT)


def test_a_deny_wins_over_any_allow():
    deny = {"Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3:::b/*"}
    assert decide([allow(), deny]) is Effect.DENY


@pytest.mark.parametrize(
    ("condition", "context", "met"),
    [
        ({"StringEquals": {"a:x": ["p", "q"]}}, {"a:x": "q"}, True),
        ({"StringEquals": {"A:X": "p"}}, {"a:x": "p"}, True),
        ({"StringEquals": {"a:x": "p"}}, {}, False),
        ({"StringEqualsIfExists": {"a:x": "p"}}, {}, True),
        ({"StringNotEquals": {"a:x": ["p", "q"]}}, {"a:x": "q"}, False),
        ({"StringNotEquals": {"a:x": "p"}}, {}, True),
        ({"StringEqualsIgnoreCase": {"a:x": "P"}}, {"a:x": "p"}, True),
        ({"StringLike": {"a:x": "p*"}}, {"a:x": "pq"}, True),
        ({"StringNotLike": {"a:x": "p*"}}, {"a:x": "pq"}, False),
        ({"StringEquals": {"a:x": "p*"}}, {"a:x": "pq"}, False),
        ({"ArnLike": {"a:x": "arn:aws:s3:::b*"}}, {"a:x": "arn:aws:s3:::bc"}, True),
        ({"ArnLike": {"a:x": "arn:*"}}, {"a:x": "arn:aws:s3:::b"}, False),
        ({"ArnNotEquals": {"a:x": "arn:aws:s3:::b"}}, {"a:x": "arn:aws:s3:::b"}, False),
        ({"Bool": {"a:x": True}}, {"a:x": "true"}, True),
        ({"Null": {"a:x": "true"}}, {}, True),
        ({"Null": {"a:x": "false"}}, {}, False),
        ({"NumericLessThanEquals": {"a:x": "10"}}, {"a:x": "9.5"}, True),
        ({"NumericGreaterThan": {"a:x": 10}}, {"a:x": 10}, False),
        ({"DateLessThan": {"a:x": "2030-01-01T00:00:00Z"}}, {"a:x": "2026-11-21T00:00:00Z"}, True),
        ({"DateGreaterThan": {"a:x": "2030-01-01"}}, {"a:x": "1800000000"}, False),
        ({"IpAddress": {"a:x": "10.0.0.0/8"}}, {"a:x": "10.1.2.3"}, True),
        ({"NotIpAddress": {"a:x": "10.0.0.0/8"}}, {"a:x": "11.1.2.3"}, True),
        ({"ForAllValues:StringEquals": {"a:x": ["p", "q"]}}, {"a:x": ["p", "q"]}, True),
        ({"ForAllValues:StringEquals": {"a:x": ["p", "q"]}}, {"a:x": ["p", "r"]}, False),
        ({"ForAllValues:StringEquals": {"a:x": "p"}}, {}, True),
        ({"ForAnyValue:StringEquals": {"a:x": "p"}}, {"a:x": ["r", "p"]}, True),
        ({"ForAnyValue:StringEquals": {"a:x": "p"}}, {}, False),
        ({"ForAnyValue:StringNotEquals": {"a:x": "p"}}, {}, False),
        ({"StringEquals": {"a:x": "p", "a:y": "q"}}, {"a:x": "p"}, False),
    ],
)
def test_a_condition_holds_as_iam_says(condition, context, met):
    assert holds(condition, context) is met


def test_an_operator_that_iam_does_not_have_is_named():
    with pytest.raises(MalformedPolicyError, match="StringIs"):
        holds({"StringIs": {"a:x": "p"}}, {"a:x": "p"})


def test_a_variable_stands_for_the_requests_own_value():
    mine = allow(Resource="arn:aws:s3:::b/${aws:PrincipalTag/team}/*")
    there = {"resource": "arn:aws:s3:::b/red/k"}
    assert decide(mine, **there, **{"aws:PrincipalTag/team": "red"}) is Effect.ALLOW
    assert decide(mine, **there, **{"aws:PrincipalTag/team": "blue"}) is Effect.SILENT
    assert decide(mine, **there) is Effect.SILENT


def test_a_wildcard_that_came_with_a_value_is_no_wildcard():
    mine = allow(Resource="arn:aws:s3:::b/${aws:username}/*")
    assert decide(mine, resource="arn:aws:s3:::b/eve/k", **{"aws:username": "*"}) is Effect.SILENT


def test_a_variable_may_stand_in_a_condition():
    own = allow(Condition={"StringEquals": {"s3:prefix": "${aws:SourceIdentity}"}})
    context = {"s3:prefix": "alice", "aws:SourceIdentity": "alice"}
    assert decide(own, **context) is Effect.ALLOW
    assert decide(own, **{**context, "aws:SourceIdentity": "bob"}) is Effect.SILENT


@pytest.mark.parametrize(
    ("principal", "effect"),
    [
        ("*", Effect.ALLOW),
        ({"AWS": ROLE}, Effect.ALLOW),
        ({"AWS": ["arn:aws:iam::123456789012:role/other"]}, Effect.SILENT),
        ({"AWS": "123456789012"}, Effect.DELEGATED),
        ({"AWS": "arn:aws:iam::123456789012:root"}, Effect.DELEGATED),
        ({"Service": "lambda.amazonaws.com"}, Effect.SILENT),
    ],
)
def test_a_resource_policy_means_the_principals_it_names(principal, effect):
    assert decide(allow(Principal=principal), principal=PRINCIPAL) is effect


def test_a_deny_for_all_but_one_spares_that_one():
    deny = {"Effect": "Deny", "NotPrincipal": {"AWS": ROLE}, "Action": "*", "Resource": "*"}
    other = Principal(frozenset({"arn:aws:iam::123456789012:role/other"}), "123456789012")
    assert decide(deny, principal=PRINCIPAL) is Effect.SILENT
    assert decide(deny, principal=other) is Effect.DENY

"""Who calls, and which error of AWS's is which of ours?"""

import threading

import boto3
import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
)

import aws
from aws import calls
from factory.errors import (
    AccessDenied,
    Conflict,
    NotFound,
    ServiceError,
    Throttled,
    Unreachable,
)


class Session:
    """Makes clients that know whose they are."""

    def __init__(self, name):
        self.name, self.made = name, 0

    def client(self, service, **_settings):
        self.made += 1
        return f"{self.name}'s {service}"


def test_whoever_is_named_calls_until_the_block_ends():
    outer, inner = Session("ada"), Session("grace")
    with aws.calling_as(outer):
        assert aws.client("s3") == "ada's s3"
        with aws.calling_as(inner):
            assert aws.client("s3") == "grace's s3"
        assert aws.client("s3") == "ada's s3"
    assert calls.caller() is calls.OWN


def test_an_error_ends_the_block_too():
    with pytest.raises(ZeroDivisionError), aws.calling_as(Session("ada")):
        raise ZeroDivisionError
    assert calls.caller() is calls.OWN


def test_another_thread_does_not_call_as_the_one_that_is_named_here():
    seen = []
    with aws.calling_as(Session("ada")):
        thread = threading.Thread(target=lambda: seen.append(calls.caller()))
        thread.start()
        thread.join()
    assert seen == [calls.OWN]


def test_a_client_is_made_once_for_each_caller():
    session = Session("ada")
    with aws.calling_as(session):
        assert [aws.client(s) for s in ("s3", "s3", "sqs")] == ["ada's s3", "ada's s3", "ada's sqs"]
    assert session.made == 2


def test_a_role_that_was_assumed_calls_by_that_name(session):
    user = session.client("iam").create_user(UserName="grace")["User"]
    keys = session.client("iam").create_access_key(UserName="grace")["AccessKey"]
    hers = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], region_name="us-east-1")
    with aws.calling_as(hers):
        assert aws.identity.caller_name() == "grace"
        role = aws.identity.assumed("arn:aws:iam::123456789012:role/auditor")
    with aws.calling_as(role):
        assert aws.identity.caller_name() == "grace"
    assert user["Arn"].endswith("user/grace")


def answer(code, message="words"):
    return ClientError({"Error": {"Code": code, "Message": message}}, "GetThing")


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        ("NoSuchKey", "", NotFound),
        ("ValidationException", "Could not find model package x", NotFound),
        ("ValidationException", "1 validation error", ServiceError),
        ("PreconditionFailed", "", Conflict),
        ("TransactionCanceledException", "", Conflict),
        ("AccessDeniedException", "", AccessDenied),
        ("ThrottlingException", "", Throttled),
        ("ResourceLimitExceeded", "", Throttled),
        ("InternalFailure", "", ServiceError),
    ],
)
def test_an_error_becomes_the_one_of_ours_that_says_what_helps(code, message, kind):
    with pytest.raises(ServiceError) as raised, aws.translated("thing"):
        raise answer(code, message)
    assert type(raised.value) is kind


def test_an_error_names_the_call_the_thing_and_what_aws_says():
    with pytest.raises(AccessDenied) as raised, aws.translated("s3://b/k"):
        raise answer("AccessDenied", "not authorized to perform: s3:GetObject")
    said = "GetThing s3://b/k: not authorized to perform: s3:GetObject (AccessDenied)"
    assert str(raised.value) == said


@pytest.mark.parametrize(
    "error", [NoCredentialsError(), EndpointConnectionError(endpoint_url="http://localhost:9")]
)
def test_no_answer_at_all_is_told_apart(error):
    with pytest.raises(Unreachable, match="thing: "), aws.translated("thing"):
        raise error


def test_a_call_that_we_have_spelled_wrongly_is_not_taken_for_aws_being_away():
    with pytest.raises(ParamValidationError), aws.translated("thing"):
        raise ParamValidationError(report="Missing required parameter")


def test_all_pages_of_a_listing_are_read_and_no_more_than_needed(session):
    s3 = session.client("s3")
    s3.create_bucket(Bucket="things")
    for number in range(7):
        s3.put_object(Bucket="things", Key=f"k{number}")
    arguments = {"Bucket": "things", "PaginationConfig": {"PageSize": 3}}
    found = calls.pages("s3", "list_objects_v2", "Contents", **arguments)
    assert next(found)["Key"] == "k0"
    assert [item["Key"] for item in found] == [f"k{number}" for number in range(1, 7)]


def test_a_listing_that_is_refused_names_what_was_listed(session):
    with pytest.raises(NotFound, match="ListObjectsV2 nowhere: "):
        list(calls.pages("s3", "list_objects_v2", "Contents", Bucket="nowhere"))


def test_waiting_in_vain_is_an_error_that_names_what_for(session):
    session.client("dynamodb").create_table(
        TableName="t",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    calls.wait_for("dynamodb", "table_exists", every=0, times=1, TableName="t")
    with pytest.raises(ServiceError, match="t: Waiter TableNotExists failed"):
        calls.wait_for("dynamodb", "table_not_exists", every=0, times=1, TableName="t")

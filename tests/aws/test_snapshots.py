"""Does the pointer to the newest snapshot only ever move forward, whoever moves it when?"""

import json
from itertools import count

import boto3
import pytest
from botocore.client import BaseClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

import aws
from aws import calls, snapshots
from factory.errors import Conflict, ServiceError, Throttled
from factory.layout import products
from factory.layout.products import Snapshot
from factory.products.landed import Landed

URI = products.latest("products", "people")


@pytest.fixture
def bucket(monkeypatch):
    """An empty S3 with a bucket that keeps every version."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(calls, "OWN", calls.Caller(boto3))
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="products")
        client.put_bucket_versioning(
            Bucket="products", VersioningConfiguration={"Status": "Enabled"}
        )
        yield client


def people(number):
    return Snapshot("products", "people", number)


def at(number):
    """Return when the file of a snapshot landed: here in the order of their numbers."""
    return Landed(time=f"2026-11-{number:02d}T00:00:00Z")


def advance(number, product="people"):
    return snapshots.advance(Snapshot("products", product, number), at(number))


def history(client, product="people"):
    """Return the numbers that the pointer has named, the first one first."""
    versions = client.list_object_versions(Bucket="products", Prefix=product).get("Versions", [])
    found = [
        client.get_object(Bucket="products", Key=v["Key"], VersionId=v["VersionId"])["Body"].read()
        for v in reversed(versions)
    ]
    return [json.loads(body)["snapshot"] for body in found]


PUT = snapshots.s3_put


def between(patch, *works):
    """Do one of *works* after each reading of the pointer, before it is written."""
    waiting = iter(works)

    def put(*args, **kwargs):
        next(waiting, lambda: None)()
        return PUT(*args, **kwargs)

    patch.setattr(snapshots, "s3_put", put)


def test_before_the_first_snapshot_there_is_none(bucket):
    assert snapshots.latest("products", "people") is None


def test_the_pointer_names_number_and_folder(bucket):
    assert advance(1) == people(1)
    assert json.loads(aws.s3_get(URI)) == {
        "snapshot": 1,
        "uri": "s3://products/people/000001/",
        "landed": {"time": "2026-11-01T00:00:00Z", "key": "", "sequencer": ""},
        "last": 1,
    }
    assert snapshots.latest("products", "people") == people(1)


def test_each_product_has_a_pointer_of_its_own(bucket):
    advance(3)
    advance(1, "peoples")
    assert snapshots.latest("products", "people") == people(3)


def test_finding_the_newest_is_one_call(bucket, monkeypatch):
    advance(1)
    made, real = [], BaseClient._make_api_call

    def counted(client, operation, arguments):
        made.append(operation)
        return real(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", counted)
    assert snapshots.latest("products", "people") == people(1)
    assert made == ["GetObject"]


def test_an_earlier_snapshot_leaves_it_where_it_is_and_learns_which_one_is_newer(bucket):
    advance(5)
    assert advance(4) == people(5)
    assert advance(5) == people(5)
    assert history(bucket) == [5]


NUMBERS, PRODUCTS = st.integers(1, 6), count()


@given(rounds=st.lists(st.tuples(NUMBERS, st.lists(NUMBERS, max_size=3)), min_size=1, max_size=4))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_in_any_interleaving_it_only_moves_forward_and_ends_at_the_newest(bucket, rounds):
    """Each snapshot moves the pointer while others do between its reading and its writing."""
    product = f"product{next(PRODUCTS)}"  # a new one for each example

    def move(number, *others):
        with pytest.MonkeyPatch.context() as patch:
            between(patch, *(lambda other=other: move(other) for other in others))
            assert advance(number, product).number >= number

    for number, others in rounds:
        move(number, *others)
    moved = history(bucket, product)
    assert moved == sorted(set(moved))
    assert moved[-1] >= max(number for number, _ in rounds)
    assert snapshots.latest("products", product) == Snapshot("products", product, moved[-1])


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("newest", [0, 3])
def test_a_crash_of_the_writing_is_healed_by_the_next_attempt(bucket, monkeypatch, newest, done):
    if newest:
        advance(newest)
    real = snapshots.s3_put

    def broken(*args, **kwargs):
        if done:
            real(*args, **kwargs)
        raise ServiceError("injected")

    with monkeypatch.context() as patch:
        patch.setattr(snapshots, "s3_put", broken)
        with pytest.raises(ServiceError, match="injected"):
            advance(4)
    assert advance(4) == people(4)
    assert history(bucket) == [*([newest] if newest else []), 4]


def test_a_write_that_s3_puts_off_is_tried_again(bucket, monkeypatch):
    real, answers = snapshots.s3_put, ["409 ConditionalRequestConflict", None]

    def busy(*args, **kwargs):
        if problem := answers.pop(0):
            raise Throttled(problem)
        return real(*args, **kwargs)

    monkeypatch.setattr(snapshots, "s3_put", busy)
    assert advance(1) == people(1)
    assert answers == []


def test_a_pointer_that_is_deleted_meanwhile_is_made_anew(bucket, monkeypatch):
    advance(1)
    between(monkeypatch, lambda: bucket.delete_object(Bucket="products", Key="people/latest.json"))
    assert advance(2) == people(2)
    assert snapshots.latest("products", "people") == people(2)


def test_after_ten_attempts_the_error_says_what_to_do(bucket, monkeypatch):
    def taken(*_args, **_kwargs):
        raise Conflict("412")

    monkeypatch.setattr(snapshots, "s3_put", taken)
    with pytest.raises(Conflict, match=r"latest\.json: somebody else was first at each of 10"):
        advance(1)

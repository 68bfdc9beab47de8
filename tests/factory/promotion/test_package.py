"""What does the registry say of an approval, and where is it written down?"""

import dataclasses
from datetime import UTC, datetime

import pytest

from factory.promotion import package

PACKAGE = {
    "ModelPackageArn": "arn:aws:sagemaker:us-east-1:1:model-package/churn/2",
    "ModelPackageGroupName": "churn",
    "ModelPackageVersion": 2,
    "CreationTime": datetime(2026, 1, 1, tzinfo=UTC),
    "LastModifiedTime": datetime(2026, 1, 2, tzinfo=UTC),
    "LastModifiedBy": {"IamIdentity": {"SourceIdentity": "grace"}},
    "ApprovalDescription": "it is better",
    "MetadataProperties": {"GeneratedBy": "arn:run"},
    "CustomerMetadataProperties": {"artifact": "a" * 64, "evidence": "e" * 64},
    "InferenceSpecification": {"Containers": [{"Image": "sklearn:1"}]},
}


def test_what_is_written_down_says_who_what_when_and_why():
    assert package.record(package.of(PACKAGE)) == {
        "package": PACKAGE["ModelPackageArn"],
        "artifact": "a" * 64,
        "evidence": "e" * 64,
        "run": "arn:run",
        "approver": "grace",
        "reason": "it is better",
        "at": "2026-01-02T00:00:00+00:00",
    }


def test_a_package_that_says_nothing_has_no_approver_and_no_run():
    bare = {k: PACKAGE[k] for k in list(PACKAGE)[:4]}
    said = package.of(bare)
    assert (said.approver, said.run, said.artifact, said.containers) == ("", "", "", [])
    assert said.at == "2026-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    "change",
    [
        {"approver": "alan"},
        {"at": "2026-01-03T00:00:00+00:00"},
        {"version": 3},
        {"model": "other"},
        {"artifact": "b" * 64},
    ],
)
def test_another_approval_is_recorded_in_another_place(change):
    said = package.of(PACKAGE)
    other = dataclasses.replace(said, **change)
    assert package.record_uri("kept", other) != package.record_uri("kept", said)


def test_the_same_bytes_have_one_copy_whoever_approves_them():
    said = package.of(PACKAGE)
    other = dataclasses.replace(said, approver="alan", version=3)
    assert package.copy_uri("kept", other) == package.copy_uri("kept", said)

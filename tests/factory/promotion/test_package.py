"""What does the registry say of a package, and where is an approval of it written down?"""

import dataclasses
import json
from datetime import UTC, datetime

import pytest

from factory.promotion import package
from factory.promotion.package import ApprovalRecord

DESCRIBED = {
    "ModelPackageArn": "arn:aws:sagemaker:us-east-1:1:model-package/mw-dev-churn/2",
    "ModelPackageGroupName": "mw-dev-churn",
    "ModelPackageVersion": 2,
    "ModelApprovalStatus": "Approved",
    "CreationTime": datetime(2026, 1, 1, tzinfo=UTC),
    "LastModifiedTime": datetime(2026, 1, 2, tzinfo=UTC),
    "LastModifiedBy": {"IamIdentity": {"SourceIdentity": "grace"}},
    "ApprovalDescription": "it is better",
    "MetadataProperties": {
        "GeneratedBy": "arn:aws:sagemaker:us-east-1:1:pipeline/modelworks-dev-tabular/execution/e"
    },
    "CustomerMetadataProperties": {"artifact": "a" * 64, "evidence": "e" * 64},
    "InferenceSpecification": {"Containers": [{"Image": "sklearn:1"}]},
}
PACKAGE = package.of(DESCRIBED)


def test_what_is_written_down_says_who_what_when_and_why():
    assert json.loads(ApprovalRecord.of(PACKAGE, "b" * 64).body()) == {
        "package": DESCRIBED["ModelPackageArn"],
        "artifact": "a" * 64,
        "evidence": "e" * 64,
        "run": PACKAGE.run,
        "bound": "b" * 64,
        "approver": "grace",
        "reason": "it is better",
        "at": "2026-01-02T00:00:00+00:00",
    }


def test_a_package_that_says_nothing_has_no_approver_and_no_run():
    bare = package.of({k: DESCRIBED[k] for k in list(DESCRIBED)[:5]})
    assert (bare.approver, bare.run, bare.artifact, bare.containers) == ("", "", "", [])
    assert bare.at == "2026-01-01T00:00:00+00:00"


def test_a_package_says_which_pipeline_made_it():
    assert PACKAGE.pipeline == "modelworks-dev-tabular"


CHANGES = [
    {"approver": "alan"},
    {"at": "2026-01-03T00:00:00+00:00"},
    {"version": 3},
    {"group": "mw-dev-other"},
    {"artifact": "b" * 64},
]


@pytest.mark.parametrize("change", CHANGES)
def test_another_approval_is_recorded_in_another_place(change):
    other = dataclasses.replace(PACKAGE, **change)
    assert package.record_uri("b", other) != package.record_uri("b", PACKAGE)


@pytest.mark.parametrize("change", CHANGES[1:])
def test_another_approval_brings_another_configuration_into_service(change):
    assert dataclasses.replace(PACKAGE, **change).config != PACKAGE.config


def test_only_the_registry_s_word_approves():
    pending = dataclasses.replace(PACKAGE, status="PendingManualApproval")
    assert (PACKAGE.approved, pending.approved) == (True, False)

"""What does the registry say of a package, and where is an approval of it written down?"""

import dataclasses
import json
from datetime import UTC, datetime

import pytest

from factory.catalogue.change import Change
from factory.promotion import package
from factory.promotion.loosened import Loosened, accepting
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
    "CustomerMetadataProperties": {
        "artifact": "a" * 64,
        "evidence": "e" * 64,
        "execution": "arn:aws:sagemaker:us-east-1:1:pipeline/modelworks-dev-boosting/execution/e",
    },
    "InferenceSpecification": {"Containers": [{"Image": "sklearn:1"}]},
}
PACKAGE = package.of(DESCRIBED)
CHANGE = Change(
    field="gates.floor.at_least", before=0.9, after=0.8, loosens=True, field_class="judged"
)
LOOSENED = Loosened(since=1, changes=(CHANGE,))


def test_what_is_written_down_says_who_what_when_and_why():
    assert json.loads(ApprovalRecord.of(PACKAGE, LOOSENED, 2, "b" * 64).body()) == {
        "package": DESCRIBED["ModelPackageArn"],
        "artifact": "a" * 64,
        "evidence": "e" * 64,
        "run": PACKAGE.run,
        "bound": "b" * 64,
        "approver": "grace",
        "reason": "it is better",
        "at": "2026-01-02T00:00:00+00:00",
        "tier": 2,
        "loosened": LOOSENED.plain(),
        "shown": "",
    }


def test_a_record_says_what_the_approver_was_shown():
    package = dataclasses.replace(PACKAGE, reason=accepting("it is better", LOOSENED))
    assert ApprovalRecord.of(package, LOOSENED, 2, "").shown == LOOSENED.digest


def test_a_record_is_of_one_decision_whatever_is_loosened_by_now():
    record = ApprovalRecord.stored(ApprovalRecord.of(PACKAGE, LOOSENED, 1, "b" * 64).body())
    assert record.about(PACKAGE)
    assert not record.about(dataclasses.replace(PACKAGE, approver="alan"))


def test_a_record_that_was_written_before_there_were_tiers_and_bound_runs_is_read():
    old = json.loads(ApprovalRecord.of(PACKAGE, Loosened(), 2, "").body())
    for name in ("tier", "loosened", "shown", "bound"):
        del old[name]
    assert ApprovalRecord.stored(json.dumps(old).encode()).about(PACKAGE)


def test_a_package_that_says_nothing_has_no_approver_and_no_run():
    bare = package.of({k: DESCRIBED[k] for k in list(DESCRIBED)[:5]})
    assert (bare.approver, bare.run, bare.artifact, bare.containers) == ("", "", "", [])
    assert bare.at == "2026-01-01T00:00:00+00:00"


def test_a_package_says_which_pipeline_made_it():
    assert PACKAGE.pipeline == "modelworks-dev-boosting"


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

"""Does a group let in the roles of other accounts, and keep what others have said?"""

import json

import pytest

from factory.catalogue import sharing

ARN = "arn:aws:sagemaker:eu-west-1:222222222222:model-package-group/mw-dev-income"
PACKAGES = "arn:aws:sagemaker:eu-west-1:222222222222:model-package/mw-dev-income/*"
READ = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::333333333333:root"},
    "Action": ["sagemaker:DescribeModelPackage"],
    "Resource": [sharing.GROUP, sharing.PACKAGES],
}
REJECT = {**READ, "Action": "sagemaker:UpdateModelPackage"}
OTHERS = {**READ, "Sid": "Auditors", "Resource": PACKAGES}


def statements(policy):
    return json.loads(policy)["Statement"]


def test_a_group_without_a_policy_gets_one_for_itself_and_its_packages():
    (found,) = statements(sharing.changed([READ], ARN, ""))
    assert found == {"Sid": "Modelworks1", **READ, "Resource": [ARN, PACKAGES]}


def test_a_group_that_has_it_is_left_alone():
    policy = sharing.changed([READ, REJECT], ARN, "")
    assert sharing.changed([READ, REJECT], ARN, policy) == ""


def test_what_is_no_longer_wanted_goes_and_what_others_said_stays():
    before = json.loads(sharing.changed([READ, REJECT], ARN, ""))
    before["Statement"].append(OTHERS)
    after = statements(sharing.changed([READ], ARN, json.dumps(before)))
    assert [each["Sid"] for each in after] == ["Auditors", "Modelworks1"]
    assert after[0] == OTHERS


@pytest.mark.parametrize("given", [OTHERS, [OTHERS]])
def test_a_policy_of_one_statement_may_have_no_brackets(given):
    before = json.dumps({"Version": "2012-10-17", "Statement": given})
    assert statements(sharing.changed([READ], ARN, before))[0] == OTHERS


def test_in_one_account_nobody_s_policy_is_touched():
    before = json.dumps({"Version": "2012-10-17", "Statement": [OTHERS]})
    assert sharing.changed([], ARN, before) == ""

"""AWS says / we say: the simulator's smaller print (its decisions are rows of the table)."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.iam.conftest import document


def test_a_decision_names_the_policies_that_made_it(cloud, allow):
    answer = cloud.aws("iam").simulate_custom_policy(
        PolicyInputList=[document(allow("sns:*")), document(allow("sqs:*"))],
        ActionNames=["sqs:SendMessage"],
    )
    (result,) = answer["EvaluationResults"]
    assert [each["SourcePolicyId"] for each in result["MatchedStatements"]] == ["PolicyInputList.2"]


def test_results_come_in_pages(cloud, role, allow):
    actions = [f"sqs:Action{number}" for number in range(5)]
    pages = (
        cloud.aws("iam")
        .get_paginator("simulate_principal_policy")
        .paginate(
            PolicySourceArn=role(allow("sqs:*")),
            ActionNames=actions,
            PaginationConfig={"PageSize": 2},
        )
    )
    found = [[each["EvalActionName"] for each in page["EvaluationResults"]] for page in pages]
    assert found == [actions[:2], actions[2:4], actions[4:]]


def test_a_users_groups_count_and_a_resources_policy_too(cloud, allow, unique):
    iam = cloud.aws("iam")
    user = iam.create_user(UserName=unique)["User"]["Arn"]
    iam.create_group(GroupName=unique)
    iam.put_group_policy(
        GroupName=unique, PolicyName="p", PolicyDocument=document(allow("sqs:SendMessage"))
    )
    iam.add_user_to_group(GroupName=unique, UserName=unique)
    mine = {**allow("sqs:ReceiveMessage"), "Principal": {"AWS": user}}
    answer = iam.simulate_principal_policy(
        PolicySourceArn=user,
        ActionNames=["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"],
        ResourceArns=["arn:aws:sqs:us-east-1:123456789012:q"],
        ResourcePolicy=document(mine),
    )
    assert [each["EvalDecision"] for each in answer["EvaluationResults"]] == [
        "allowed", "allowed", "implicitDeny",
    ]  # fmt: skip


def test_a_keys_policy_that_is_not_given_leaves_it_to_the_role(cloud, role, allow):
    answer = cloud.aws("iam").simulate_principal_policy(
        PolicySourceArn=role(allow("kms:Decrypt")), ActionNames=["kms:Decrypt", "kms:Encrypt"]
    )
    decisions = [each["EvalDecision"] for each in answer["EvaluationResults"]]
    assert decisions == ["allowed", "implicitDeny"]


def test_who_may_not_simulate_does_not(actor, role, allow):
    arn = role(allow("sqs:*"))
    asked = {"PolicySourceArn": arn, "ActionNames": ["sqs:SendMessage"]}
    assert not actor().may("iam", "simulate_principal_policy", **asked)
    may = actor(allow("iam:SimulatePrincipalPolicy", arn))
    assert may.may("iam", "simulate_principal_policy", **asked)


@pytest.mark.parametrize("name", ["OrderedOrganizationPolicyInputList", "ResourceHandlingOption"])
def test_what_the_simulator_would_ignore_is_refused_by_name(cloud, allow, name):
    given = {"ResourceHandlingOption": "EC2-VPC-EBS"}
    given["OrderedOrganizationPolicyInputList"] = [
        {"ServiceControlPolicyInputList": [document(allow("*"))]}
    ]
    with pytest.raises(ClientError, match=name):
        cloud.aws("iam").simulate_custom_policy(
            PolicyInputList=[document(allow("*"))], ActionNames=["sqs:X"], **{name: given[name]}
        )

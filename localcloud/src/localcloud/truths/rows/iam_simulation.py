"""What does the policy simulator say?"""

from __future__ import annotations

from typing import Any

from localcloud.truths.policies import allow, deny, document
from localcloud.truths.row import truth
from localcloud.truths.things import outcome
from localcloud.truths.world import World

SIMULATING = "IAM API Reference, SimulatePrincipalPolicy"
CUSTOM = "IAM API Reference, SimulateCustomPolicy"


def decisions(answer: dict[str, Any]) -> list[str]:
    """Return the decision about each action."""
    return [each["EvalDecision"] for each in answer["EvaluationResults"]]


@truth("iam", SIMULATING, ["allowed", "implicitDeny", "explicitDeny"])
def a_roles_policies_are_simulated(world: World) -> Any:
    """Each action is allowed, denied by no allow, or denied by a statement."""
    role = world.role(allow("sqs:*"), deny("sqs:DeleteQueue"))
    actions = ["sqs:SendMessage", "sns:Publish", "sqs:DeleteQueue"]
    iam = world.aws("iam")
    return decisions(iam.simulate_principal_policy(PolicySourceArn=role, ActionNames=actions))


@truth("iam", SIMULATING, ["allowed", "implicitDeny", "implicitDeny"])
def a_simulation_is_about_the_resources_it_names(world: World) -> Any:
    """Without ResourceArns a simulation is about *, which a grant on one object does not match."""
    role = world.role(allow("s3:PutObject", "arn:aws:s3:::mine/in/*"))
    asked = {"PolicySourceArn": role, "ActionNames": ["s3:PutObject"]}
    simulate = world.aws("iam").simulate_principal_policy
    return [
        *decisions(simulate(**asked, ResourceArns=["arn:aws:s3:::mine/in/a"])),
        *decisions(simulate(**asked, ResourceArns=["arn:aws:s3:::mine/out/a"])),
        *decisions(simulate(**asked)),
    ]


@truth("iam", SIMULATING, [["implicitDeny", ["aws:SourceVpc"]], ["allowed", []]])
def a_simulation_has_the_condition_keys_it_is_given(world: World) -> Any:
    """Keys of conditions that ContextEntries lack are listed in MissingContextValues."""
    role = world.role(allow("sqs:*", Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}}))
    given = {
        "ContextKeyName": "aws:SourceVpc",
        "ContextKeyValues": ["vpc-1"],
        "ContextKeyType": "string",
    }
    asked = {"PolicySourceArn": role, "ActionNames": ["sqs:SendMessage"]}
    simulate = world.aws("iam").simulate_principal_policy
    return [
        [result["EvalDecision"], result.get("MissingContextValues", [])]
        for entries in ([], [given])
        for result in simulate(**asked, ContextEntries=entries)["EvaluationResults"]
    ]


@truth("iam", SIMULATING, [["implicitDeny", False], ["allowed", True]])
def a_simulation_says_what_the_boundary_allows(world: World) -> Any:
    """PermissionsBoundaryDecisionDetail says whether the boundary allows the action."""
    iam = world.aws("iam")
    policy = document(allow("sns:*"))
    bound = iam.create_policy(PolicyName=world.name(), PolicyDocument=policy)["Policy"]["Arn"]
    role = world.role(allow("*"), PermissionsBoundary=bound)
    answer = iam.simulate_principal_policy(
        PolicySourceArn=role, ActionNames=["sqs:SendMessage", "sns:Publish"]
    )
    return [
        [
            each["EvalDecision"],
            each["PermissionsBoundaryDecisionDetail"]["AllowedByPermissionsBoundary"],
        ]
        for each in answer["EvaluationResults"]
    ]


@truth("iam", SIMULATING, ["NoSuchEntity", "InvalidInput", "InvalidInput"])
def a_simulation_needs_a_principal_and_whole_actions(world: World) -> Any:
    """The source has to be there; wildcards in ActionNames are not supported."""
    role = world.role(allow("sqs:*"))
    simulate = world.aws("iam").simulate_principal_policy
    asked = [
        (f"{role}-absent", "sqs:SendMessage"),
        ("arn:aws:s3:::some-bucket", "sqs:SendMessage"),
        (role, "sqs:*"),
    ]
    return [outcome(simulate, PolicySourceArn=arn, ActionNames=[name]) for arn, name in asked]


@truth("iam", CUSTOM, ["allowed", "explicitDeny", "implicitDeny"])
def policies_are_simulated_before_anybody_has_them(world: World) -> Any:
    """SimulateCustomPolicy decides by the policies that it is given."""
    policies = [document(allow("sqs:*")), document(deny("sqs:DeleteQueue"))]
    actions = ["sqs:SendMessage", "sqs:DeleteQueue", "sns:Publish"]
    simulate = world.aws("iam").simulate_custom_policy
    return decisions(simulate(PolicyInputList=policies, ActionNames=actions))

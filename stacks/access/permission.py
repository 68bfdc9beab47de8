"""Who may do what, and why? Every permission is a sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import jsii
from aws_cdk import Acknowledgment, Stack, Validations
from aws_cdk import aws_iam as iam
from constructs import IConstruct, IValidation

Holder = iam.Role | iam.ManagedPolicy
"""What holds permissions."""
PCI = "PCI.DSS.321"
REGULATIONS = ("NIST.800.53.R5", "HIPAA.Security", PCI)
"""The packs of cdk-nag whose rules have the same names: NIST 800-53 R5, HIPAA and PCI DSS."""
UNASKED_BY_PCI = {"DynamoDBInBackupPlan", "LambdaConcurrency", "LambdaDLQ"}
Conditions = Mapping[str, Mapping[str, Any]]
METADATA = "modelworks:permission"
"""The type of the entries in the assembly from which the list of all permissions is made."""
FORBIDDEN = ""
"""The sentence of what is denied, whatever else allows it."""


def permit(
    role: Holder,
    sentence: str,
    *,
    actions: Sequence[str],
    on: Sequence[str],
    when: Conditions | None = None,
) -> None:
    """Let *role* do *actions* on the resources *on*, because of *sentence*.

    A wildcard in a resource is allowed for the reason that *sentence* gives; one in an action never
    is, so cdk-nag still refuses it.
    """
    statement = iam.PolicyStatement(actions=list(actions), resources=list(on), conditions=when)
    if isinstance(role, iam.Role):
        role.add_to_principal_policy(statement)
    else:
        role.add_statements(statement)
    role.node.add_validation(_Wildcards(role, sentence, on))
    _list(role, sentence, actions, on, when)


def forbid(
    role: iam.Role,
    *,
    actions: Sequence[str],
    on: Sequence[str],
    when: Conditions | None = None,
) -> None:
    """Deny *actions* to *role*, whatever else allows them."""
    statement = iam.PolicyStatement(
        effect=iam.Effect.DENY, actions=list(actions), resources=list(on), conditions=when
    )
    role.add_to_principal_policy(statement)
    _list(role, FORBIDDEN, actions, on, when)


def accept_rule(construct: IConstruct, rule: str, reason: str) -> None:
    """Accept, for *reason*, that *construct* breaks a *rule* of cdk-nag."""
    Validations.of(construct).acknowledge(Acknowledgment(id=rule, reason=reason))


def accept_in_packs(construct: IConstruct, rule: str, reason: str) -> None:
    """Accept, for *reason*, that *construct* breaks a *rule* that several packs share."""
    for pack in REGULATIONS:
        if pack != PCI or rule not in UNASKED_BY_PCI:
            accept_rule(construct, f"{pack}-{rule}", reason)


def _list(
    role: Holder,
    sentence: str,
    actions: Sequence[str],
    on: Sequence[str],
    when: Conditions | None,
) -> None:
    """Write a permission into the assembly, with the sentence that no template keeps."""
    found = {"sentence": sentence, "actions": list(actions), "on": list(on), "when": when or {}}
    role.node.add_metadata(METADATA, found)


@jsii.implements(IValidation)
class _Wildcards:
    """Acknowledge a permission's wildcards once the references between stacks are resolved.

    Earlier, the name under which cdk-nag finds a resource of another stack is not known.
    """

    def __init__(self, role: IConstruct, sentence: str, resources: Sequence[str]) -> None:
        self._role, self._sentence, self._resources = role, sentence, resources

    def validate(self) -> list[str]:
        """Acknowledge; there is never an error to report."""
        for resource in self._resources:
            name = _flat(Stack.of(self._role).resolve(resource))
            if "*" in name:
                accept_rule(self._role, f"AwsSolutions-IAM5[Resource::{name}]", self._sentence)
        return []


def _flat(resource: Any) -> str:
    """Return the name under which cdk-nag knows *resource*."""
    match resource:
        case str():
            return resource.replace("${", "<").replace("}", ">")
        case {"Fn::Join": [delimiter, parts]}:
            return str(delimiter).join(_flat(part) for part in parts)
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::ImportValue": name}:
            return _flat(name)
        case {"Ref": name}:
            return f"<{name}>"
        case _:
            return json.dumps(resource, separators=(",", ":"))

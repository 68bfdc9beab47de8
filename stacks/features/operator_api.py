"""How do people give commands? By their duty, through one function that records who they are."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from factory.events.people import (
    DefinitionRevoked,
    GuardsApproved,
    RollbackRequested,
    TrainingRequested,
    TrainingStopRequested,
)
from factory.layout import names, objects
from factory.settings import CommandSettings
from stacks.access import sagemaker
from stacks.access.cross_account import other_account
from stacks.access.human_role import HumanRole
from stacks.access.permission import permit
from stacks.access.registry import Registry
from stacks.constructs.function import Function, Needs
from stacks.constructs.shared import Foundation
from stacks.constructs.store import Store
from stacks.features.index import Index


@dataclass(frozen=True, kw_only=True)
class CommandInputs:
    """What commands are compared with, and who else gives them."""

    index: Index
    approved: Store
    registry: Registry
    work: Store
    """Where builders bring training code."""
    builder: iam.Role


class OperatorApi(Construct):
    """The role of operators, and the function behind a URL that only they and builders may call.

    The function sees of its caller what IAM has authenticated: the session's name, which the role
    gives to nobody but the person of that name.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        foundation: Foundation,
        inputs: CommandInputs,
    ) -> None:
        super().__init__(scope, id_)
        work, approved = inputs.work, inputs.approved
        purpose = "commands what serves, and neither builds nor approves"
        self.operator = HumanRole(self, "Operator", purpose=purpose, named=True)
        self._command = Function(
            self,
            "Command",
            name="command",
            foundation=foundation,
            needs=Needs(timeout=Duration.seconds(30)),
            known_as=names.command(foundation.stage.name),
        )
        self._command.configure(
            CommandSettings(
                stage=foundation.stage.name,
                groups=inputs.registry.groups,
                bus_name=foundation.bus.event_bus_name,
                index_table=inputs.index.table.address(self),
                specs_bucket=inputs.index.specs.name,
                work_bucket=work.name,
                approved_bucket=approved.name,
                operator_role=self.operator.role.role_name,
                builder_role=inputs.builder.role_name,
            )
        )
        self._command.allow_emit(
            RollbackRequested,
            GuardsApproved,
            DefinitionRevoked,
            TrainingRequested,
            TrainingStopRequested,
        )
        inputs.index.grant_read(self._command)
        self._allow_check(approved, inputs.registry)
        self._allow_compare(work)
        auth = lambda_.FunctionUrlAuthType.AWS_IAM
        self.url = self._command.function.add_function_url(auth_type=auth).url
        self._allow_command()
        self._admit(inputs.builder)

    def _allow_check(self, approved: Store, registry: Registry) -> None:
        role = self._command.role
        approved.grant_list(role, "command finds out that an approval was never recorded")
        why = "command reads the approvals of any model, and what any endpoint is meant to serve"
        approved.grant_read(role, why, objects.APPROVALS, objects.INTENTS)
        registry.allow_read(role, "command")
        permit(
            role,
            "command reads what any endpoint serves",
            actions=["sagemaker:DescribeEndpoint"],
            on=[sagemaker.Arns(registry.arns.stage).endpoints],
        )

    def _allow_compare(self, work: Store) -> None:
        role = self._command.role
        work.grant_list(role, "command finds out that training code was not brought")
        why = "command compares the training code that any builder brings with its name"
        work.grant_read(role, why, objects.CODE)

    def _allow_command(self) -> None:
        """Let operators call the function by its URL."""
        function = self._command.function.function_arn
        allow_command(self.operator.role, "an operator", function)

    def _admit(self, builder: iam.Role) -> None:
        """Let *builder* in, of another account: its own policy is not enough there."""
        if not other_account(builder, self._command):
            return
        principal = iam.ArnPrincipal(builder.role_arn)
        auth = lambda_.FunctionUrlAuthType.AWS_IAM
        self._command.function.add_permission(
            "BuildersByUrl",
            principal=principal,
            action="lambda:InvokeFunctionUrl",
            function_url_auth_type=auth,
        )
        self._command.function.add_permission(
            "Builders",
            principal=principal,
            action="lambda:InvokeFunction",
            invoked_via_function_url=True,
        )


def allow_command(role: iam.Role, who: str, function: str) -> None:
    """Let *role* call a function by its URL, where AWS says who calls, and only there."""
    signed = {"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}
    by_url = {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}
    for action, when in (
        ("lambda:InvokeFunctionUrl", signed),
        ("lambda:InvokeFunction", by_url),
    ):
        permit(role, f"{who} commands by the URL alone", actions=[action], on=[function], when=when)

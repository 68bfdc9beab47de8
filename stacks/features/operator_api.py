"""How do people give commands? As operators, through one function that records who they are."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from factory.events.people import DefinitionRevoked, GuardsApproved, RollbackRequested
from factory.layout import objects
from factory.settings import CommandSettings
from stacks.access import sagemaker
from stacks.access.human_role import HumanRole
from stacks.access.permission import permit
from stacks.constructs.function import Function, Needs
from stacks.constructs.shared import Foundation
from stacks.constructs.store import Store
from stacks.features.index import Index


class OperatorApi(Construct):
    """The role of operators, and the function behind a URL that only they may call.

    The function sees of its caller what IAM has authenticated: the session's name, which the role
    gives to nobody but the person of that name. *registry* is the account that keeps the packages.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        foundation: Foundation,
        index: Index,
        approved: Store,
        registry: str,
    ) -> None:
        super().__init__(scope, id_)
        purpose = "commands what serves, and neither builds nor approves"
        self.operator = HumanRole(self, "Operator", purpose=purpose, named=True)
        self._command = Function(
            self,
            "Command",
            name="command",
            foundation=foundation,
            needs=Needs(timeout=Duration.seconds(30)),
        )
        self._command.configure(
            CommandSettings(
                stage=foundation.stage.name,
                bus_name=foundation.bus.event_bus_name,
                index_table=index.table.address(self),
                specs_bucket=index.specs.name,
                approved_bucket=approved.name,
                operator_role=self.operator.role.role_name,
            )
        )
        self._command.allow_emit(RollbackRequested, GuardsApproved, DefinitionRevoked)
        index.grant_read(self._command)
        self._allow_check(approved, sagemaker.Arns(foundation.stage.name, registry))
        auth = lambda_.FunctionUrlAuthType.AWS_IAM
        self.url = self._command.function.add_function_url(auth_type=auth).url
        self._allow_command()

    def _allow_check(self, approved: Store, registry: sagemaker.Arns) -> None:
        role = self._command.role
        approved.grant_list(role, "command finds out that an approval was never recorded")
        approved.grant_read(role, "command reads the approvals of any model", objects.APPROVALS)
        sagemaker.allow_read_packages(role, "command", registry)
        permit(
            role,
            "command reads what any endpoint serves",
            actions=["sagemaker:DescribeEndpoint", "sagemaker:ListTags"],
            on=[sagemaker.Arns(registry.stage).endpoints],
        )

    def _allow_command(self) -> None:
        """Let operators call the function by its URL, where AWS says who calls, and only there."""
        signed = {"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}
        by_url = {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}
        for action, when in (
            ("lambda:InvokeFunctionUrl", signed),
            ("lambda:InvokeFunction", by_url),
        ):
            permit(
                self.operator.role,
                "an operator commands by the URL alone",
                actions=[action],
                on=[self._command.function.function_arn],
                when=when,
            )

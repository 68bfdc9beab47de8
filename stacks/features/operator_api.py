"""How do people command? As operators, through one function that writes down who they are."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from factory.events.people import DefinitionRevoked, GuardsApproved, RollbackRequested
from factory.layout import objects
from factory.settings import CommandSettings
from stacks.access import sagemaker
from stacks.access.human_role import Person
from stacks.access.permission import permit
from stacks.constructs.function import Function, Needs
from stacks.constructs.published_file import Document
from stacks.constructs.shared import Commons
from stacks.constructs.store import Store


class Commanding(Construct):
    """The role of operators, and the function behind a URL that only they may call.

    The function sees of its caller what IAM has authenticated: the session's name, which the role
    gives to nobody but the person of that name. *registry* is the account that keeps the packages.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        commons: Commons,
        catalogue: Document,
        approved: Store,
        registry: str,
    ) -> None:
        super().__init__(scope, id_)
        purpose = "commands what serves, and neither builds nor approves"
        self.operator = Person(self, "Operator", purpose=purpose, named=True)
        self._command = Function(
            self,
            "Command",
            name="command",
            commons=commons,
            needs=Needs(timeout=Duration.seconds(30)),
        )
        self._command.told(
            CommandSettings(
                bus_name=commons.bus.event_bus_name,
                catalogue_uri=catalogue.uri,
                approved_bucket=approved.name,
                operator_role=self.operator.role.role_name,
            )
        )
        self._command.allow_emit(RollbackRequested, GuardsApproved, DefinitionRevoked)
        self._let_check(catalogue, approved, registry)
        auth = lambda_.FunctionUrlAuthType.AWS_IAM
        self.url = self._command.function.add_function_url(auth_type=auth).url
        self._let_command()

    def _let_check(self, catalogue: Document, approved: Store, registry: str) -> None:
        role = self._command.role
        catalogue.let_read(role, "command reads the catalogue")
        approved.let_list(role, "command finds out that an approval was never kept")
        approved.let_read(role, "command reads the approvals of any model", objects.APPROVALS)
        sagemaker.let_see_packages(role, "command", registry)
        permit(
            role,
            "command looks at what any endpoint serves",
            actions=["sagemaker:DescribeEndpoint", "sagemaker:ListTags"],
            on=[sagemaker.ENDPOINTS],
        )

    def _let_command(self) -> None:
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

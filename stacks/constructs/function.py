"""What does a function of the factory run as, and what may it do by itself?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aws_cdk import Duration, IgnoreMode, Size, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from factory.events.envelope import SOURCE_PREFIX
from factory.events.event import Event
from factory.settings import Settings
from stacks.access.cfn import l1
from stacks.access.permission import accept_in_packs, accept_rule, permit
from stacks.access.removal import removal
from stacks.access.service_role import await_policy, service_role
from stacks.constructs.shared import Foundation

ROOT = Path(__file__).parents[2]
UNFOLLOWED = {
    "LambdaConcurrency": (
        "A reservation takes its share of the account's pool even while the function sleeps, and a "
        "new account has too few for one per function. What could flood a function waits in its "
        "queue; the two that no queue feeds are called by a person and by CloudFormation."
    ),
    "LambdaDLQ": (
        "Lambda uses a function's dead letters for asynchronous calls only, and there are none: "
        "its queue sets aside what fails five times, with an alarm, or somebody waits "
        "for the answer and sees the failure."
    ),
    "LambdaInsideVPC": (
        "It talks to AWS's APIs alone, over TLS and as its own role, and reaches nothing in a "
        "private network. A VPC would add endpoints that cost by the hour and guard nothing that "
        "IAM does not."
    ),
}
"""Rules of cdk-nag about functions that make nothing safer here, and why."""


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What one function needs that others may not."""

    timeout: Duration
    memory: int = 256
    """In MB; processing power grows with it."""
    disk: Size | None = None
    packages: tuple[str, ...] = ()
    """Packages of ours that it imports, besides factory, aws and its own."""
    layers: tuple[lambda_.ILayerVersion, ...] = ()
    recursive: bool = False
    """Whether it sends messages to itself; AWS stops other functions after 16 rounds."""


class Function(Construct):
    """The function of `lambdas/NAME/`, with a role, a log and a package of its own.

    The package holds factory/, aws/, the function's own folder and the rooms it needs,
    Python sources only. It runs on Python 3.12, like the SageMaker image and the wheels. One that
    others must name before it is made is *known_as* that.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        foundation: Foundation,
        needs: Needs,
        known_as: str | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self.name = name
        self.timeout = needs.timeout
        self.foundation = foundation
        log = _log(self, foundation)
        self.role = service_role(self, "Role", by=iam.ServicePrincipal("lambda.amazonaws.com"))
        permit(
            self.role,
            f"{name} writes its own log, whose streams Lambda names",
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            on=[log.log_group_arn],
        )
        self.function = lambda_.Function(
            self,
            "Function",
            runtime=lambda_.Runtime.PYTHON_3_12,
            function_name=known_as,
            architecture=lambda_.Architecture.X86_64,
            handler=f"lambdas/{name}/handler.handle",
            code=_code(name, needs.packages),
            role=self.role,
            log_group=log,
            timeout=needs.timeout,
            memory_size=needs.memory,
            ephemeral_storage_size=needs.disk,
            layers=list(needs.layers),
            recursive_loop=lambda_.RecursiveLoop.ALLOW if needs.recursive else None,
        )
        await_policy(l1(self.function, lambda_.CfnFunction), self.role)
        _explain(self.function)

    def configure(self, settings: Settings) -> None:
        """Give the function the environment that its handler reads back."""
        for variable, value in settings.to_env().items():
            self.function.add_environment(variable, value)

    def allow_emit(self, *classes: type[Event]) -> None:
        """Let the function, and no one else, put events of *classes* on the bus in its own name.

        ValueError names a class that does not name the function as an emitter.
        """
        for each in classes:
            if self.name not in each.EMITTERS:
                emitters = ", ".join(each.EMITTERS) or "no function"
                raise ValueError(
                    f"{self.name} may not emit {each.TYPE}, {emitters} may; name it at the class"
                )
        source, bus = f"{SOURCE_PREFIX}{self.name}", self.foundation.bus
        if self.name not in self.foundation.traffic.emitted:
            title = self.name.title().replace("_", "")
            self.foundation.traffic.speak(source, Stack.of(self), title, self.role)
        self.foundation.traffic.emit(self.name, classes)
        permit(
            self.role,
            f"{self.name} emits its own events",
            actions=["events:PutEvents"],
            on=[bus.event_bus_arn],
            when={
                "StringEquals": {
                    "events:source": source,
                    "events:detail-type": [each.TYPE for each in classes],
                }
            },
        )


def _explain(function: lambda_.Function) -> None:
    """Record why *function* does not follow every rule for functions."""
    accept_rule(function, "AwsSolutions-L1", "Python 3.12 is what the wheels are built for")
    for rule, reason in UNFOLLOWED.items():
        accept_in_packs(function, rule, reason)


def _log(scope: Construct, foundation: Foundation) -> logs.LogGroup:
    stage = foundation.stage
    group = logs.LogGroup(
        scope, "Log", encryption_key=foundation.key, removal_policy=removal(stage)
    )
    l1(group, logs.CfnLogGroup).retention_in_days = stage.log_days
    return group


def _code(name: str, packages: tuple[str, ...]) -> lambda_.Code:
    """Return the package by its allow-list; a deny-list would ship the next secret file."""
    whole = [
        f"!/{package}/{what}"
        for package in ("factory", "aws", *packages)
        for what in ("", "**/", "**/*.py")
    ]
    own = ["!/lambdas/", "!/lambdas/__init__.py", f"!/lambdas/{name}/", f"!/lambdas/{name}/*.py"]
    allowed = ["*", *whole, *own, "__pycache__/"]
    return lambda_.Code.from_asset(str(ROOT), ignore_mode=IgnoreMode.GIT, exclude=allowed)

"""What do all other stacks need? The bus, the key, the alerts and the access logs."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from aws_cdk import Aws, Duration, Environment, Stack, Tags
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from factory.given import NOTHING, Given
from factory.layout.names import deployment, stack
from factory.stage import TAG, Stage
from stacks.access.permission import accept_in_packs, accept_rule
from stacks.access.removal import removal
from stacks.constructs.bus_policy import PUT, admit, close, reserve
from stacks.constructs.cross_account_rule import BusForwarding
from stacks.constructs.outputs import publish
from stacks.constructs.shared import Foundation
from stacks.constructs.traffic import EventFilter
from stacks.receivers import Receivers

ENDLESS = "it holds the access logs of all others; logging its own would never end"
NOT_COPIED = "access logs are about this region's buckets, and end with the stage's log days"
SAME_ACCOUNT = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}


class FoundationStack(Stack):
    """Owns what the other stacks share, so that none of them depends on a later one."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        stage: Stage,
        home: Environment | None = None,
        given: Given = NOTHING,
        receivers: Receivers | None = None,
    ) -> None:
        super().__init__(scope, id_, env=home, stack_name=stack(stage.name, "foundation"))
        known = deployment(stage.name)
        # other accounts must know the names before these are made; CDK's own for a bus has no stage
        self.bus = events.EventBus(self, "Bus", event_bus_name=known)
        close(self, self.bus)
        self.key: kms.IKey = (
            kms.Key.from_key_arn(self, "Key", given.key)
            if given.key
            else self._key(stage, alias=known if home else None)
        )
        self.alerts = self._alerts()
        (receivers or Receivers()).subscribe(self.alerts)
        self.access_logs = self._access_logs(stage)
        self.shared = Foundation(
            stage=stage,
            home=home,
            bus=self.bus,
            key=self.key,
            key_given=given.key is not None,
            network=given.network,
            alerts=self.alerts,
            access_logs=self.access_logs,
        )
        publish(self, BusName=self.bus.event_bus_name, AlertsTopicArn=self.alerts.topic_arn)

    def accept(self, sender: FoundationStack, found: EventFilter, roles: list[iam.Role]) -> None:
        """Let *roles*, by which *sender* forwards, put the events that pass on the bus here."""
        statement = iam.PolicyStatement(
            actions=[PUT],
            principals=[iam.AccountPrincipal(sender.account)],
            resources=[self.bus.event_bus_arn],
            conditions={
                "StringEquals": found.conditions(),
                "ArnEquals": {"aws:PrincipalArn": [role.role_arn for role in roles]},
            },
        )
        what = "Aws" if found.sources[0].startswith("aws.") else ""
        name = f"{what}From{sender.node.id}"
        admit(self, name, bus=self.bus, statement=statement.to_statement_json())
        for source in found.sources:
            if not source.startswith("aws."):
                self.shared.traffic.speak(source, self, sender.node.id, *roles)

    def reserve(self) -> None:
        """Let nobody put events under a source but those who are recorded to speak under it."""
        groups: dict[tuple[Construct, tuple[str, ...]], tuple[list[str], list[iam.Role]]] = {}
        for source, voice in self.shared.traffic.voices.items():
            who = voice.scope, tuple(voice.names)
            groups.setdefault(who, ([], voice.roles))[0].append(source)
        for (scope, names), (sources, roles) in groups.items():
            reserve(scope, f"Only{''.join(names)}", bus=self.bus, sources=sources, roles=roles)

    def forward(self, receiver: FoundationStack, found: EventFilter) -> iam.Role:
        """Forward the events that pass *found* to the account of *receiver*; return as whom."""
        forwarding = BusForwarding(
            self,
            f"To{receiver.node.id}",
            foundation=self.shared,
            pattern=found.pattern(
                account=self.account
            ),  # what has come from others goes no further
            bus=self.bus,
            to=receiver.bus,
        )
        return forwarding.role

    def _key(self, stage: Stage, alias: str | None) -> kms.Key:
        """Make the key of all stores; alarms need it to publish."""
        key = kms.Key(
            self,
            "Key",
            alias=alias,
            enable_key_rotation=True,
            removal_policy=removal(stage),
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                resources=["*"],
                conditions=SAME_ACCOUNT,
            )
        )
        key.add_to_resource_policy(_for_logs())
        return key

    def _alerts(self) -> sns.Topic:
        topic = sns.Topic(self, "Alerts", master_key=self.key, enforce_ssl=True)
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sns:Publish"],
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                resources=[topic.topic_arn],
                conditions=SAME_ACCOUNT,
            )
        )
        return topic

    def _access_logs(self, stage: Stage) -> s3.Bucket:
        """Make the bucket in which S3 records who read and wrote the others."""
        bucket = s3.Bucket(
            self,
            "AccessLogs",
            encryption=s3.BucketEncryption.S3_MANAGED,  # S3 delivers logs to no other
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            versioned=True,
            lifecycle_rules=[s3.LifecycleRule(expiration=Duration.days(stage.log_days))],
            removal_policy=removal(stage),
        )
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["s3:PutObject"],
                principals=[iam.ServicePrincipal("logging.s3.amazonaws.com")],
                resources=[bucket.arn_for_objects("*")],
                conditions=SAME_ACCOUNT,
            )
        )
        Tags.of(bucket).add(TAG, stage.name)
        accept_rule(bucket, "AwsSolutions-S1", ENDLESS)
        accept_in_packs(bucket, "S3BucketLoggingEnabled", ENDLESS)
        accept_in_packs(
            bucket, "S3DefaultEncryptionKMS", "S3 delivers access logs to buckets of SSE-S3 only"
        )
        accept_in_packs(bucket, "S3BucketReplicationEnabled", NOT_COPIED)
        return bucket


def connect(foundations: Iterable[FoundationStack]) -> None:
    """Let events cross that one account emits and another subscribes to, and no others.

    Nobody else speaks under the sources that cross, or are an account's own.

    Call it last: the constructs of all stacks must have recorded what they emit and subscribe to.
    """
    known = list(dict.fromkeys(foundations))
    for sender, receiver in itertools.permutations(known, 2):
        own = receiver.shared.traffic.wanted(sender.shared.traffic)
        aws = receiver.shared.traffic.wanted_of_aws(sender.shared.traffic)
        if aws:
            receiver.accept(sender, aws, receiver.shared.traffic.forwarders(sender.shared.traffic))
        if own:
            receiver.accept(sender, own, [sender.forward(receiver, own)])
    for foundation in known:
        foundation.reserve()


def _for_logs() -> iam.PolicyStatement:
    """Let CloudWatch Logs encrypt the log groups of this account, and nothing else."""
    groups = f"arn:{Aws.PARTITION}:logs:{Aws.REGION}:{Aws.ACCOUNT_ID}:log-group:*"
    return iam.PolicyStatement(
        actions=["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
        principals=[iam.ServicePrincipal(f"logs.{Aws.REGION}.{Aws.URL_SUFFIX}")],
        resources=["*"],
        conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
    )

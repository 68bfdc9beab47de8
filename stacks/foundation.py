"""What do all the others stand on? The bus, the key, the alerts and the access logs."""

from __future__ import annotations

from aws_cdk import Aws, Duration, RemovalPolicy, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from factory.stage import Stage
from stacks.constructs.commons import Commons
from stacks.constructs.outputs import publish
from stacks.constructs.permission import acknowledge

SAME_ACCOUNT = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}


class FoundationStack(Stack):
    """Owns what the other stacks share, so that none of them depends on a later one."""

    def __init__(self, scope: Construct, id_: str, *, stage: Stage) -> None:
        super().__init__(scope, id_, stack_name="modelworks-foundation")
        self.bus = events.EventBus(self, "Bus")
        self.key = self._key(stage)
        self.alerts = self._alerts()
        self.access_logs = self._access_logs(stage)
        self.commons = Commons(
            stage=stage,
            bus=self.bus,
            key=self.key,
            alerts=self.alerts,
            access_logs=self.access_logs,
        )
        publish(self, BusName=self.bus.event_bus_name, AlertsTopicArn=self.alerts.topic_arn)

    def _key(self, stage: Stage) -> kms.Key:
        """Make the key of all stores; alarms need it to publish."""
        removal = RemovalPolicy.DESTROY if stage.removable else RemovalPolicy.RETAIN
        key = kms.Key(self, "Key", enable_key_rotation=True, removal_policy=removal)
        key.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                resources=["*"],
                conditions=SAME_ACCOUNT,
            )
        )
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
        """Make the bucket in which S3 writes down who read and wrote the others."""
        bucket = s3.Bucket(
            self,
            "AccessLogs",
            encryption=s3.BucketEncryption.S3_MANAGED,  # S3 delivers logs to no other
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            versioned=True,
            lifecycle_rules=[s3.LifecycleRule(expiration=Duration.days(stage.log_days))],
            removal_policy=RemovalPolicy.DESTROY if stage.removable else RemovalPolicy.RETAIN,
        )
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["s3:PutObject"],
                principals=[iam.ServicePrincipal("logging.s3.amazonaws.com")],
                resources=[bucket.arn_for_objects("*")],
                conditions=SAME_ACCOUNT,
            )
        )
        acknowledge(bucket, "AwsSolutions-S1", "it holds the logs; its own would never end")
        return bucket

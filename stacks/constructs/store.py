"""Where do bytes lie? A bucket that is encrypted, private, versioned and logged."""

from __future__ import annotations

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from factory.stage import Stage
from stacks.constructs.commons import Commons
from stacks.constructs.permission import permit
from stacks.constructs.raw import raw


class Store(Construct):
    """A bucket under the factory's key.

    A *worm* store is written once: its versions are locked for as long as the stage says, and its
    bucket outlives its stack. S3's own keys encrypt it: deleting ours would destroy what it keeps.
    """

    def __init__(self, scope: Construct, id_: str, *, commons: Commons, worm: bool = False) -> None:
        super().__init__(scope, id_)
        stage, key = commons.stage, None if worm else commons.key
        self.key = key
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.KMS if key else s3.BucketEncryption.S3_MANAGED,
            encryption_key=key,
            bucket_key_enabled=key is not None,
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            versioned=True,
            object_lock_enabled=worm or None,
            object_lock_default_retention=_retention(stage) if worm else None,
            lifecycle_rules=[
                s3.LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(7))
            ],
            removal_policy=_removal(stage, worm=worm),
        )
        self._log_to(commons.access_logs)

    @property
    def name(self) -> str:
        """Return the bucket's name."""
        return self.bucket.bucket_name

    def announce(self) -> None:
        """Tell EventBridge of every object.

        Set directly: the construct library would add a function of its own for it.
        """
        raw(self.bucket, s3.CfnBucket).add_property_override(
            "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", True
        )

    def let_read(self, role: iam.Role, why: str, *keys: str, versions: bool = False) -> None:
        """Let *role* read the objects whose keys match *keys*, old *versions* too if asked."""
        actions = ["s3:GetObject", *(["s3:GetObjectVersion"] if versions else [])]
        permit(role, why, actions=actions, on=self._arns(keys))
        self._let_use_key(role, why, "kms:Decrypt")

    def let_write(self, role: iam.Role, why: str, *keys: str) -> None:
        """Let *role* write objects whose keys match *keys*."""
        permit(role, why, actions=["s3:PutObject"], on=self._arns(keys))
        # parts of a large upload are decrypted when they are joined
        self._let_use_key(role, why, "kms:GenerateDataKey", "kms:Decrypt")

    def let_list_versions(self, role: iam.Role, why: str) -> None:
        """Let *role* list all versions of all objects, and the markers of deleted ones."""
        permit(role, why, actions=["s3:ListBucketVersions"], on=[self.bucket.bucket_arn])

    def let_list(self, role: iam.Role, why: str, *prefixes: str) -> None:
        """Let *role* list keys: those below *prefixes*, or all.

        Whoever may list all is told that an object is not there, instead of being refused.
        """
        when = {"StringLike": {"s3:prefix": list(prefixes)}} if prefixes else None
        permit(role, why, actions=["s3:ListBucket"], on=[self.bucket.bucket_arn], when=when)

    def _arns(self, keys: tuple[str, ...]) -> list[str]:
        return [self.bucket.arn_for_objects(key) for key in keys]

    def _let_use_key(self, role: iam.Role, why: str, *actions: str) -> None:
        if self.key:
            permit(role, why, actions=actions, on=[self.key.key_arn])

    def _log_to(self, logs: s3.IBucket) -> None:
        """Set directly: the construct library would make the log bucket depend on this one."""
        bucket = raw(self.bucket, s3.CfnBucket)
        bucket.logging_configuration = s3.CfnBucket.LoggingConfigurationProperty(
            destination_bucket_name=logs.bucket_name, log_file_prefix=f"{self.node.path}/"
        )


def _retention(stage: Stage) -> s3.ObjectLockRetention:
    days = Duration.days(stage.worm_days)
    if stage.worm_mode == "COMPLIANCE":
        return s3.ObjectLockRetention.compliance(days)
    return s3.ObjectLockRetention.governance(days)


def _removal(stage: Stage, *, worm: bool) -> RemovalPolicy:
    return RemovalPolicy.DESTROY if stage.removable and not worm else RemovalPolicy.RETAIN

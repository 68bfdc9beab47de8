"""Where are files stored? In a bucket that is encrypted, private, versioned and logged."""

from __future__ import annotations

from aws_cdk import Aws, Duration, PhysicalName, Stack, Tags
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from factory.layout import objects
from factory.stage import TAG, Stage
from stacks.access.cfn import l1
from stacks.access.cross_account import other_account, resource_statement
from stacks.access.permission import Conditions, accept_in_packs, permit
from stacks.access.removal import KEPT, removal
from stacks.constructs.shared import Foundation

NOT_COPIED = (
    "Versioned, and S3 keeps it in three zones. A copy in a second region is a decision about "
    "where data may be stored, which is the organisation's; the factory has nothing else there."
)
OUTLIVES_KEYS = (
    "Written once, for as long as the stage says, under S3's own keys: whoever may delete a key of "
    "ours could destroy what nobody may delete."
)


class Store(Construct):
    """A bucket under the factory's key.

    A *worm* store is written once: its versions are locked for as long as the stage says, and its
    bucket outlives its stack. S3's own keys encrypt it: deleting ours would destroy what it keeps.
    """

    def __init__(
        self, scope: Construct, id_: str, *, foundation: Foundation, worm: bool = False
    ) -> None:
        super().__init__(scope, id_)
        stage, key = foundation.stage, None if worm else foundation.key
        self.foundation, self.key = foundation, key
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            bucket_name=PhysicalName.GENERATE_IF_NEEDED,  # by another account, that is
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
            removal_policy=KEPT if worm else removal(stage),
        )
        Tags.of(self.bucket).add(TAG, stage.name)
        self._log_to(foundation.access_logs)
        accept_in_packs(self.bucket, "S3BucketReplicationEnabled", NOT_COPIED)
        if worm:
            accept_in_packs(self.bucket, "S3DefaultEncryptionKMS", OUTLIVES_KEYS)

    @property
    def name(self) -> str:
        """Return the bucket's name."""
        return self.bucket.bucket_name

    def expire(self, pattern: str, *, days: int) -> None:
        """Delete the objects whose keys match *pattern* after so many days, with all versions."""
        self.bucket.add_lifecycle_rule(
            prefix=objects.prefix(pattern),
            expiration=Duration.days(days),
            noncurrent_version_expiration=Duration.days(days),
        )

    def forget(self, *, days: int) -> None:
        """Keep what was deleted or written over for so many days only."""
        self.bucket.add_lifecycle_rule(
            noncurrent_version_expiration=Duration.days(days), expired_object_delete_marker=True
        )

    def notify_eventbridge(self) -> None:
        """Let S3 notify EventBridge of every object.

        Set directly: the construct library would add a function of its own for it.
        """
        l1(self.bucket, s3.CfnBucket).add_property_override(
            "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", True
        )

    def grant_read(self, role: iam.Role, why: str, *keys: str, versions: bool = False) -> None:
        """Let *role* read the objects whose keys match *keys*, old *versions* too if asked."""
        actions = ["s3:GetObject", *(["s3:GetObjectVersion"] if versions else [])]
        self._grant(role, why, actions, self._arns(keys))
        self._allow_use_key(role, why, "kms:Decrypt")

    def grant_see(self, policy: iam.ManagedPolicy, why: str, *keys: str) -> None:
        """Let whoever has *policy*, in this account, read the objects whose keys match *keys*.

        The key of the bucket serves them for what they read in S3, and for nothing else.
        """
        permit(policy, why, actions=["s3:GetObject"], on=self._arns(keys))
        if self.key:
            through = {"StringEquals": {"kms:ViaService": f"s3.{Aws.REGION}.{Aws.URL_SUFFIX}"}}
            permit(policy, why, actions=["kms:Decrypt"], on=[self.key.key_arn], when=through)

    def grant_write(self, role: iam.Role, why: str, *keys: str) -> None:
        """Let *role* write objects whose keys match *keys*."""
        self._grant(role, why, ["s3:PutObject"], self._arns(keys))
        # parts of a large upload are decrypted when they are joined
        self._allow_use_key(role, why, "kms:GenerateDataKey", "kms:Decrypt")

    def grant_create(self, role: iam.Role, why: str, *keys: str) -> None:
        """Let *role* write objects whose keys match *keys* if they are not there, and in one piece.

        The parts of a large upload do not say that nothing may be there, and are refused.
        """
        new = {"Null": {"s3:if-none-match": "false"}}
        self._grant(role, why, ["s3:PutObject"], self._arns(keys), new)
        self._allow_use_key(role, why, "kms:GenerateDataKey")

    def grant_delete(self, role: iam.Role, why: str, *keys: str) -> None:
        """Let *role* delete objects whose keys match *keys*; their versions stay for a while."""
        self._grant(role, why, ["s3:DeleteObject"], self._arns(keys))

    def reserve(self, keys: str, writer: iam.Role, *, once: bool = True) -> None:
        """Let nobody but *writer* write what matches *keys*, not even an administrator.

        With *once* what is there already is not written again.
        """
        self._deny_write({"ArnNotEquals": {"aws:PrincipalArn": writer.role_arn}}, keys)
        if once:
            self.write_once(keys)

    def write_once(self, *keys: str) -> None:
        """Let nobody write again what is there already and matches *keys*."""
        self._deny_write({"Null": {"s3:if-none-match": "true"}}, *keys)

    def hide_nothing(self, keys: str) -> None:
        """Let nobody put a marker before what matches *keys*, which would then seem never written.

        Whoever takes a stage down deletes versions, one by one, which is another right.
        """
        self._deny("s3:DeleteObject", None, keys)

    def _deny_write(self, when: Conditions, *keys: str) -> None:
        self._deny("s3:PutObject", when, *keys)

    def _deny(self, action: str, when: Conditions | None, *keys: str) -> None:
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                effect=iam.Effect.DENY,
                actions=[action],
                principals=[iam.AnyPrincipal()],
                resources=self._arns(keys),
                conditions=when,
            )
        )

    def grant_list_versions(self, role: iam.Role, why: str) -> None:
        """Let *role* list all versions of all objects, and the markers of deleted ones."""
        self._grant(role, why, ["s3:ListBucketVersions"], [self.bucket.bucket_arn])

    def grant_see_locks(self, role: iam.Role, why: str) -> None:
        """Let *role* see how, and for how long, every version of every object is locked."""
        self._grant(role, why, ["s3:GetObjectRetention"], self._arns(("*",)))

    def grant_list(self, role: iam.Role, why: str, *prefixes: str) -> None:
        """Let *role* list keys: those below *prefixes*, or all.

        Whoever may list all keys gets "not found" for a missing object. Anybody else gets a
        refusal: reading an object names no prefix.
        """
        when = {"StringLike": {"s3:prefix": list(prefixes)}} if prefixes else None
        self._grant(role, why, ["s3:ListBucket"], [self.bucket.bucket_arn], when)

    def _arns(self, keys: tuple[str, ...]) -> list[str]:
        return [self.bucket.arn_for_objects(key) for key in keys]

    def _grant(
        self,
        role: iam.Role,
        why: str,
        actions: list[str],
        on: list[str],
        when: Conditions | None = None,
    ) -> None:
        """Permit it to *role*, in the bucket's policy too if the role is another account's."""
        permit(role, why, actions=actions, on=on, when=when)
        if other_account(role, self.bucket):
            self.bucket.add_to_resource_policy(resource_statement(role, actions, on, when))

    def _allow_use_key(self, role: iam.Role, why: str, *actions: str) -> None:
        if self.key is None:
            return
        if not other_account(role, self.key):
            permit(role, why, actions=actions, on=[self.key.key_arn])
            return
        if self.foundation.key_given:
            permit(
                role, f"{why}, by the key that was given", actions=actions, on=[self.key.key_arn]
            )
            return
        # a key's id is not known before it is made, and other accounts need it: its alias is
        keys = f"arn:{Aws.PARTITION}:kms:{Aws.REGION}:{Stack.of(self.key).account}:key/*"
        alias = f"alias/{self.foundation.known_as}"
        called = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": alias}}
        permit(role, f"{why}, by the key of its account", actions=actions, on=[keys], when=called)
        self.key.add_to_resource_policy(resource_statement(role, actions, ["*"]))

    def _log_to(self, logs: s3.IBucket) -> None:
        """Set directly: the construct library would make the log bucket depend on this one."""
        bucket = l1(self.bucket, s3.CfnBucket)
        bucket.logging_configuration = s3.CfnBucket.LoggingConfigurationProperty(
            destination_bucket_name=logs.bucket_name, log_file_prefix=f"{self.node.path}/"
        )


def _retention(stage: Stage) -> s3.ObjectLockRetention:
    days = Duration.days(stage.worm_days)
    if stage.worm_mode == "COMPLIANCE":
        return s3.ObjectLockRetention.compliance(days)
    return s3.ObjectLockRetention.governance(days)

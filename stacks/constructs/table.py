"""Where does the factory keep state? In a table with one key, `pk`."""

from __future__ import annotations

from typing import NamedTuple

from aws_cdk import PhysicalName
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from constructs import Construct, IConstruct

from factory.layout import tables
from stacks.access.cross_account import other_account, resource_statement
from stacks.access.permission import Holder, accept_in_packs, permit
from stacks.access.removal import removal
from stacks.constructs.shared import Foundation

RESTORED = (
    "It can be restored to any second of the last 35 days, which a plan of nightly backups cannot. "
    "What must outlive that is in events, and the ledger keeps those."
)


class TableIndex(NamedTuple):
    """A second way to find items."""

    name: str
    by: str
    """The attribute that those share which are found together."""
    then: str
    """The attribute by which these are sorted."""


class Table(Construct):
    """A table that is encrypted, restorable to any second of 35 days and paid by use.

    Items that have the attribute *expires*, in seconds since 1970, are deleted after it. A
    *sorted_* table has a second key. An *index* holds what has its two attributes.

    It is not protected from deletion: CloudFormation could not take it back when the first create
    of its stack fails. Of one that was deleted DynamoDB keeps a backup, for as many days.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        foundation: Foundation,
        expires: str | None = None,
        sorted_: bool = False,
        index: TableIndex | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self.table = dynamodb.Table(
            self,
            "Table",
            table_name=PhysicalName.GENERATE_IF_NEEDED,  # by another account, that is
            partition_key=_key(tables.PK),
            sort_key=_key(tables.SK) if sorted_ else None,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=_encryption(foundation, sorted_=sorted_),
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            time_to_live_attribute=expires,
            removal_policy=removal(foundation.stage),
        )
        accept_in_packs(self.table, "DynamoDBInBackupPlan", RESTORED)
        if index:
            self.table.add_global_secondary_index(
                index_name=index.name,
                partition_key=_key(index.by),
                sort_key=_key(index.then),
            )

    @property
    def name(self) -> str:
        """Return the table's name."""
        return self.table.table_name

    def address(self, reader: IConstruct) -> str:
        """Return what *reader* calls the table: its name, or its ARN in another account."""
        return self.table.table_arn if other_account(reader, self.table) else self.name

    def grant_partitions(self, role: Holder, why: str, *partitions: str) -> None:
        """Let *role* read the items whose first key matches one of *partitions*."""
        actions = ["dynamodb:GetItem", "dynamodb:Query"]
        when = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": list(partitions)}}
        permit(role, why, actions=actions, on=[self.table.table_arn], when=when)

    def grant_index(self, role: Holder, why: str, name: str) -> None:
        """Let *role* find items by the index called *name*."""
        on = [f"{self.table.table_arn}/index/{name}"]
        permit(role, why, actions=["dynamodb:Query"], on=on)

    def grant_get(self, role: iam.Role, why: str) -> None:
        """Let *role*, of whatever account, read one item at a time, whose key it knows."""
        actions, on = ["dynamodb:GetItem"], [self.table.table_arn]
        permit(role, why, actions=actions, on=on)
        if other_account(role, self.table):
            self.table.add_to_resource_policy(resource_statement(role, actions, ["*"]))

    def grant_batch_read(self, role: Holder, why: str) -> None:
        """Let *role* read items whose keys it knows."""
        permit(role, why, actions=["dynamodb:BatchGetItem"], on=[self.table.table_arn])

    def grant_scan(self, role: iam.Role, why: str) -> None:
        """Let *role* read all items, page by page."""
        permit(role, why, actions=["dynamodb:Scan"], on=[self.table.table_arn])

    def grant_read_write(self, role: iam.Role, why: str) -> None:
        """Let *role* read and write items by key; it deletes none."""
        actions = ["dynamodb:BatchGetItem", "dynamodb:PutItem"]
        permit(role, why, actions=actions, on=[self.table.table_arn])

    def grant_write(self, role: iam.Role, why: str) -> None:
        """Let *role* write items by key, alone or several in one transaction."""
        permit(role, why, actions=["dynamodb:PutItem"], on=[self.table.table_arn])

    def grant_batch_write(self, role: iam.Role, why: str) -> None:
        """Let *role* write many items with one call."""
        permit(role, why, actions=["dynamodb:BatchWriteItem"], on=[self.table.table_arn])

    def grant_delete(self, role: iam.Role, why: str) -> None:
        """Let *role* delete items by key."""
        permit(role, why, actions=["dynamodb:DeleteItem"], on=[self.table.table_arn])

    def grant_query(self, role: iam.Role, why: str) -> None:
        """Let *role* read the items that share a first key, page by page."""
        permit(role, why, actions=["dynamodb:Query"], on=[self.table.table_arn])


def _encryption(foundation: Foundation, *, sorted_: bool) -> dynamodb.TableEncryption:
    """Return under whose key items are: the managed key of an account opens to no other account."""
    shared = sorted_ and foundation.home is not None
    kinds = dynamodb.TableEncryption
    return kinds.DEFAULT if shared else kinds.AWS_MANAGED


def _key(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)

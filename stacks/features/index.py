"""Where does it stand which spec of each model is in force? In one table and one bucket."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from constructs import Construct

from factory.layout import objects, tables
from stacks.constructs.function import Function
from stacks.constructs.shared import Foundation
from stacks.constructs.store import Store
from stacks.constructs.table import Table

DOCUMENTS = (objects.JUDGED, objects.SPECS)
SEEN = (*DOCUMENTS, objects.DEPLOYS)
FEW = (tables.OUTSTANDING, tables.HELD)


class Index(Construct):
    """The table with one item for each model, and the bucket of all specs, by their digests.

    Whoever reads it reads one item; nobody reads them all.
    """

    def __init__(self, scope: Construct, id_: str, *, foundation: Foundation) -> None:
        super().__init__(scope, id_)
        self.table = Table(self, "Table", foundation=foundation, sorted_=True)
        self.specs = Store(self, "Specs", foundation=foundation)

    def grant_read(self, function: Function) -> None:
        """Let *function* read which spec of a model is in force, and that spec."""
        self.table.grant_get(function.role, f"{function.name} reads what is in force of a model")
        self._grant_specs(function)

    def grant_batch_read(self, function: Function) -> None:
        """Let *function* read the same together with items of other tables, in one call."""
        why = f"{function.name} reads what is in force of a model, and more in the same call"
        self.table.grant_batch_read(function.role, why)
        self._grant_specs(function)

    def _grant_specs(self, function: Function) -> None:
        role, name = function.role, function.name
        self.specs.grant_list(role, f"{name} finds out that a spec is not stored")
        self.specs.grant_read(role, f"{name} reads the spec of any model", *DOCUMENTS)

    def grant_see(self, policy: iam.ManagedPolicy) -> None:
        """Let everybody who has *policy* see how far the last deploy and each model's spec are."""
        partitions = (*FEW, tables.SENT_ITEM.pk, tables.model_item("*").pk)
        self.table.grant_partitions(
            policy, "everybody sees which spec of a model is in force", *partitions
        )
        self.specs.grant_see(policy, "everybody reads the spec of any model", *SEEN)

    def grant_write(self, function: Function) -> None:
        """Let *function* put specs in force."""
        role, name = function.role, function.name
        self.table.grant_write(
            role, f"{name} puts specs in force, in one transaction for each model"
        )
        self.table.grant_delete(role, f"{name} notes that a product feeds a model no longer")
        self.specs.grant_write(role, f"{name} stores the specs of any model", *DOCUMENTS)

    def grant_number(self, function: Function) -> None:
        """Let *function* number deploys and write down what each has sent."""
        role, name = function.role, function.name
        self.table.grant_get(role, f"{name} reads which deploy is the newest")
        self.table.grant_write(role, f"{name} numbers deploys and records definitions")
        self.specs.grant_list(role, f"{name} finds out that a deploy sent nothing")
        why = f"{name} compares a deploy with the ones before"
        self.specs.grant_read(role, why, objects.DEPLOYS)
        self.specs.grant_write(role, f"{name} writes down what a deploy sends", objects.DEPLOYS)

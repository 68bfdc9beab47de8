"""What does the registry say of a package, and what is written down when an approval holds?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from factory.layout import names, objects
from factory.promotion.loosened import Loosened, accepted

APPROVED, REJECTED = "Approved", "Rejected"


@dataclass(frozen=True, kw_only=True)
class Package:
    """What the registry says of one version of a model, and of the last decision about it."""

    arn: str
    group: str
    """What the registry calls the model's packages, and SageMaker the model's endpoint."""
    version: int
    status: str
    """The registry's word for the decision: Approved, Rejected or PendingManualApproval."""
    approver: str
    """The source identity of whoever changed the package last; empty when there is none."""
    reason: str
    at: str
    """The moment of that change: another approval of the same package has another."""
    run: str
    """The ARN of the pipeline execution that made it; empty when it names none."""
    artifact: str
    """The digest that the register step wrote down."""
    evidence: str
    """The digest of the evidence that the register step wrote down."""
    containers: Sequence[Mapping[str, Any]]
    """What would serve: each with its Image, Environment and ModelDataUrl."""

    @property
    def model(self) -> str:
        """Return the model of the catalogue; empty when the group is not the factory's."""
        return names.model_of(self.group)

    @property
    def approved(self) -> bool:
        """Whether the registry calls it approved."""
        return self.status == APPROVED

    @property
    def moment(self) -> str:
        """Return what tells this decision from any other about any package."""
        return f"{self.arn}|{self.at}"

    @property
    def subject(self) -> str:
        """Return the subject under which the ledger knows this version."""
        return names.package_subject(self.model, self.version)

    @property
    def config(self) -> str:
        """Return the endpoint configuration that this very approval brings into service."""
        return names.config(self.group, self.version, self.artifact, self.at)

    @property
    def pipeline(self) -> str:
        """Return the name of the pipeline that made it."""
        return self.run.split(":pipeline/", 1)[-1].split("/", 1)[0]


def of(described: Mapping[str, Any]) -> Package:
    """Read SageMaker's description of a package."""
    metadata = described.get("CustomerMetadataProperties", {})
    identity = described.get("LastModifiedBy", {}).get("IamIdentity", {})
    changed = described.get("LastModifiedTime", described["CreationTime"])
    return Package(
        arn=described["ModelPackageArn"],
        group=described["ModelPackageGroupName"],
        version=described["ModelPackageVersion"],
        status=described["ModelApprovalStatus"],
        approver=identity.get("SourceIdentity", ""),
        reason=described.get("ApprovalDescription", ""),
        at=changed.isoformat(),
        run=metadata.get("execution", ""),
        artifact=metadata.get("artifact", ""),
        evidence=metadata.get("evidence", ""),
        containers=described.get("InferenceSpecification", {}).get("Containers", []),
    )


@dataclass(frozen=True, kw_only=True)
class ApprovalRecord:
    """What is written down for good about an approval that holds: what it was given for."""

    package: str
    """The package's ARN."""
    artifact: str
    evidence: str
    run: str
    approver: str
    reason: str
    at: str
    bound: str = ""
    """The SHA-256 of the run's bound record: who had a part in it, and in which code and data;
    empty in a record that was written before runs were bound."""
    tier: int = 0
    """The model's when it was approved; 0 in a record that was written before there were tiers."""
    loosened: Mapping[str, Any] = field(default_factory=dict)
    """What its spec loosens of the champion's, as `Loosened.plain` says it."""
    shown: str = ""
    """The digest of that which the approver was shown; empty when nothing was, or nobody says."""

    @classmethod
    def of(cls, package: Package, loosened: Loosened, tier: int, bound: str) -> Self:
        """Return the record of the decision that the registry names now."""
        return cls(
            bound=bound,
            tier=tier,
            loosened=loosened.plain(),
            shown=loosened.digest if accepted(package.reason) else "",
            package=package.arn,
            artifact=package.artifact,
            evidence=package.evidence,
            run=package.run,
            approver=package.approver,
            reason=package.reason,
            at=package.at,
        )

    def body(self) -> bytes:
        """Return the record as it is stored."""
        return json.dumps(asdict(self), sort_keys=True).encode()

    @classmethod
    def stored(cls, body: bytes) -> Self:
        """Read a record that is stored."""
        return cls(**json.loads(body))

    def about(self, package: Package) -> bool:
        """Whether it is of the very decision that the registry names now of *package*."""
        now = ApprovalRecord.of(package, Loosened.of(self.loosened), self.tier, self.bound)
        kept = ("tier", "loosened", "shown")  # what the registry does not say
        return replace(now, **{name: getattr(self, name) for name in kept}) == self


def record_uri(bucket: str, package: Package) -> str:
    """Return where the record of this very approval is stored; another approval has another."""
    decision = f"{package.approver}|{package.at}"
    return objects.approval(bucket, package.artifact, package.model, package.version, decision)

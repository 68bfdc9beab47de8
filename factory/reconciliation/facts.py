"""What is so about one endpoint, and about the versions of its model? All, gathered first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from factory.catalogue.entry import Entry
from factory.catalogue.spec import Model
from factory.layout import tables
from factory.promotion.package import Package
from factory.reconciliation.captured import Captured
from factory.serving.intent import NEVER, Intent
from factory.serving.rollout import Endpoint
from factory.serving.standing import Standing, standing

Described = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Served:
    """What promotion once asked for, and what is there of it now; None for what is gone."""

    config: str
    asked: Mapping[str, Any]
    """Under `model`, `config` and `alarms`, as promotion keeps it for good."""
    found_config: Described | None
    found_model: Described | None
    found_alarms: Mapping[str, Described]
    """By name."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the last round knew of a model's versions, and what it has handed on."""

    name: str
    known: bool = False
    """Whether there was a round."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """The registry's word for each version, by number: of the newest that one page holds."""
    outcome: str = ""
    """The configuration whose outcome was handed on."""
    unfit: int = 0
    """When something was first seen to serve that may not; 0 when all may."""

    @classmethod
    def of(cls, name: str, item: Mapping[str, Any] | None) -> Self:
        """Read what `item` returned."""
        if item is None:
            return cls(name=name)
        fields = {key: value for key, value in item.items() if key != tables.PK}
        return cls(**{**fields, "known": True})

    def item(self) -> dict[str, Any]:
        """Return it as an item of the table of differences."""
        fields = {**vars(self), "versions": dict(self.versions)}
        del fields["known"]
        return {tables.PK: tables.seen_versions(self.name), **fields}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is so about what SageMaker and the registry call *name*."""

    name: str
    now: float
    intent: Intent = field(default_factory=Intent)
    endpoint: Endpoint | None = None
    described: Described = field(default_factory=dict)
    """What DescribeEndpoint said; empty without an endpoint."""
    rested: bool = False
    told: bool = False
    """Whether probes have told what they found of what is meant."""
    served: Served | None = None
    """Of what serves; None when promotion did not keep what it asked for."""
    captured: Captured | None = None
    """Of what serves; None when it has not served for long enough."""
    entry: Entry | None = None
    """Of the index; None when the catalogue never had such a model."""
    model: Model | None = None
    """The spec in force; None when the catalogue does not name the model."""
    package: Package | None = None
    """Of what serves; None when it is not known, or gone."""
    package_arn: str = ""
    """Of what serves; empty when it is not known."""
    versions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Of the registry, the newest first: number to ARN and status."""
    seen: Seen

    @property
    def standing(self) -> Standing:
        """Return where the endpoint stands."""
        return standing(self.endpoint, self.intent, rested=self.rested, now=self.now)

    @property
    def never_made(self) -> bool:
        """Whether a new endpoint is not there, and nobody has ever seen it at rest.

        SageMaker may have refused to make it for longer than a message comes again.
        """
        return self.endpoint is None and self.intent.before == NEVER and not self.rested

    @property
    def serves(self) -> bool:
        """Whether something of promotion's is in service and at rest."""
        good = {Standing.DEPLOYED, Standing.FAILED}
        return (
            self.endpoint is not None
            and self.endpoint.status == "InService"
            and self.standing in good
        )

"""What does promotion need to know before it can decide? Everything, gathered first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from factory.catalogue.definition import Definition
from factory.catalogue.spec import Model
from factory.promotion.found import Found
from factory.promotion.loosened import Loosened
from factory.promotion.package import Package
from factory.promotion.service import Prepared
from factory.serving.intent import Intent
from factory.serving.rollout import Endpoint


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is so about one package, its model and its endpoint at one moment."""

    package: Package
    known: bool = True
    """Whether the catalogue has, or once had, a model of that name."""
    model: Model | None = None
    """Its spec in force; None: the catalogue has no model of that name."""
    judged: str = ""
    """The digest of what runs of the model are judged by now."""
    recorded: bool = False
    """Whether this very approval was checked and written down before."""
    archived: str | None = None
    """The digest of the copy that was made of the approved bytes; None when there is none."""
    endpoint: Endpoint | None = None
    intent: Intent = field(default_factory=Intent)
    """What the endpoint is meant to serve, also while there is none."""
    prepared: Prepared | None = None
    """None when no endpoint will be moved."""
    now: float = 0.0


@dataclass(frozen=True, kw_only=True)
class DecisionFacts(Facts):
    """What is so when somebody has decided about a package."""

    found: Found | None = None
    """None when it was recorded before, or when the package's own claims are refused."""
    loosened: Loosened = field(default_factory=Loosened)
    """What its spec loosens of the champion's; as it was recorded, if it was."""
    rolled_back: bool = False
    """Whether a person's rollback is meant, which ends this very approval when it is done."""


@dataclass(frozen=True, kw_only=True)
class RollbackFacts(Facts):
    """What is so when a person asks for an earlier version to serve again."""

    written: bool = False
    """Whether this very rollback was written down before."""
    definition: Definition | None = None
    """What is recorded of the pipeline definition that made the version."""
    later: tuple[Package, ...] = ()
    """The approved versions after it, up to the one that serves."""


@dataclass(frozen=True, kw_only=True)
class RecallFacts:
    """What is so when something serves that may not."""

    endpoint: Endpoint | None
    intent: Intent = field(default_factory=Intent)
    again: bool = False
    """Whether it serves because something else was recalled: then a person has to look."""
    earlier: RollbackFacts | None = None
    """The version that was approved before; None for none, or when nothing is done *again*."""
    now: float = 0.0


@dataclass(frozen=True, kw_only=True)
class ServingFacts:
    """What is so about that which serves, or is about to."""

    recall: RecallFacts
    package: Package | None = None
    """Of what serves, or of what an update is bringing; None when promotion brought neither."""
    model: Model | None = None
    """Its spec in force; None when the catalogue does not name the model."""
    recalls: str = ""
    """The configuration instead of which it serves; empty when people asked for it."""
    guards: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The alarms of what an update brings that may not serve, with their settings."""

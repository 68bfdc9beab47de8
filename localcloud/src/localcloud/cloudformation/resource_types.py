"""Which types of resources can a template have, and what is done for each?"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localcloud import places, sessions
from localcloud.state import kept
from localcloud.state.references import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ANY = None
"""A property whose whole value is honoured, however deep."""

Properties = dict[str, Any]
Shape = dict[str, Any]
"""Property names to ANY, to the shape of the value or, as a list of one, of its elements."""


@dataclass(frozen=True)
class Place:
    """Where a resource stands: one logical id in one stack."""

    stack_id: str
    logical_id: str
    type: str

    @property
    def account(self) -> str:
        """Return the account's number."""
        return self.stack_id.split(":")[4]

    @property
    def region(self) -> str:
        """Return the region's name."""
        return self.stack_id.split(":")[3]

    @property
    def stack_name(self) -> str:
        """Return the stack's name."""
        return self.stack_id.split("/")[1]

    def aws(self, service: str) -> Any:
        """Return the administrator's client of *service*."""
        return sessions.client(service, places.of(self.stack_id))

    def generated(self, limit: int = 255) -> str:
        """Return a new name of at most *limit* characters, made as CloudFormation makes them."""
        tail = f"-{self.logical_id[: limit // 2]}-{uuid.uuid4().hex[:12].upper()}"
        return self.stack_name[: limit - len(tail)] + tail

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource of this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


@dataclass
class Made:
    """A resource as it stands: what Ref gives and what GetAtt can ask for."""

    physical_id: str
    attributes: dict[str, Any] = field(default_factory=dict)


def _no_refusals(_properties: Properties) -> Iterable[tuple[str, str]]:
    """Take whatever values the honoured properties have."""
    return ()


def _nothing(_place: Place, _made: Made, _properties: Properties) -> None:
    """Leave alone what goes with its owner."""


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """A resource type: what it takes and how it is made, changed and removed.

    *update* returns the changed resource, or None when only a new one in its place will do.
    *refuses* yields what the properties as written, functions and all, ask for in vain, each with
    what to do instead: it is known before anything is made.
    """

    name: str
    honours: Shape
    create: Callable[[Place, Properties], Made]
    delete: Callable[[Place, Made, Properties], None] = _nothing
    update: Callable[[Place, Made, Properties, Properties], Made | None] | None = None
    ignores: frozenset[str] = frozenset()
    attributes: tuple[str, ...] | None = ()
    """What GetAtt may ask for; None where only the resource itself knows."""
    refuses: Callable[[Properties], Iterable[tuple[str, str]]] = _no_refusals

    def gives(self, attribute: str) -> bool:
        """Tell whether GetAtt may ask for an attribute of a resource of this type."""
        return self.attributes is None or attribute in self.attributes


registered: dict[str, ResourceType] = {}
kept.references[ResourceType] = Reference(lambda kind: kind.name, registered.__getitem__)


def register(kind: ResourceType) -> None:
    """Let templates have resources of this kind."""
    registered[kind.name] = kind


def type_of(resource_type: str) -> ResourceType | None:
    """Return the kind of a type; every ``Custom::`` type is one kind."""
    if resource_type.startswith("Custom::"):
        resource_type = "AWS::CloudFormation::CustomResource"
    return registered.get(resource_type)


def applied(
    apply: Callable[[Place, Made, Properties], Made | None], *fixed: str
) -> Callable[[Place, Made, Properties, Properties], Made | None]:
    """Return an update that applies the new properties, unless one of *fixed* has changed."""

    def update(place: Place, made: Made, old: Properties, new: Properties) -> Made | None:
        if any(old.get(name) != new.get(name) for name in fixed):
            return None
        return apply(place, made, new) or made

    return update


def created(
    create: Callable[[Place, Properties], Made],
    apply: Callable[[Place, Made, Properties], Made | None],
    delete: Callable[[Place, Made, Properties], None],
) -> Callable[[Place, Properties], Made]:
    """Return a creation in two steps, which leaves nothing behind when the second fails."""

    def both(place: Place, properties: Properties) -> Made:
        made = create(place, properties)
        try:
            return apply(place, made, properties) or made
        except Exception:
            delete(place, made, properties)
            raise

    return both

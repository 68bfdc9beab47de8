"""Which events are emitted in an account, and which must come to it from another?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from factory.events.envelope import SOURCE_PREFIX
from factory.events.event import Event


@dataclass(frozen=True, kw_only=True)
class EventFilter:
    """Sources and detail types, for a rule's pattern or a permission's condition."""

    sources: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    @classmethod
    def of(cls, classes: Iterable[type[Event]]) -> Self:
        """Return what events of *classes* have, whoever emits them."""
        found = tuple(classes)
        sources = dict.fromkeys(source for each in found for source in each.sources())
        return cls(sources=tuple(sources), types=tuple(each.TYPE for each in found))

    def __or__(self, other: Self) -> Self:
        """Return what either has."""
        return type(self)(
            sources=tuple(dict.fromkeys((*self.sources, *other.sources))),
            types=tuple(dict.fromkeys((*self.types, *other.types))),
        )

    def __bool__(self) -> bool:
        """Say whether any event passes."""
        return bool(self.types)

    def pattern(self, account: str | None = None) -> events.EventPattern:
        """Return it as the pattern of a rule, for events of one *account* or of all."""
        return events.EventPattern(
            source=list(self.sources),
            detail_type=list(self.types),
            account=[account] if account else None,
        )

    def conditions(self) -> dict[str, list[str]]:
        """Return it as the condition keys of PutEvents."""
        return {"events:source": list(self.sources), "events:detail-type": list(self.types)}


class Forwarded(NamedTuple):
    """What AWS emits in another account, and the role by which it comes from there."""

    origin: Traffic
    filter: EventFilter
    role: iam.Role


@dataclass(eq=False)
class Voice:
    """By whom, and in which stack's words, events under one source are put on a bus."""

    scope: Construct
    names: list[str]
    """What those are called who put them: the function, or the foundations that forward them."""
    roles: list[iam.Role]


@dataclass(eq=False)
class Traffic:
    """The events of one account, recorded by the constructs that emit or subscribe to them."""

    emitted: dict[str, tuple[type[Event], ...]] = field(default_factory=dict)
    """The types that each function may emit."""
    subscribed: list[type[Event]] = field(default_factory=list)
    everything: bool = False
    """Whether a queue subscribes to every event of the factory."""
    aws: list[Forwarded] = field(default_factory=list)
    """What AWS emits in other accounts, and a queue subscribes to here."""

    voices: dict[str, Voice] = field(default_factory=dict)
    """Who may put events on the bus of the account, by source; nobody else may."""

    def speak(self, source: str, scope: Construct, name: str, *roles: iam.Role) -> None:
        """Record that *roles*, of what is called *name*, may put events under *source*.

        The first one's *scope* owns the statement about it.
        """
        voice = self.voices.setdefault(source, Voice(scope, [], []))
        voice.names += [name] if scope is voice.scope else []
        voice.roles += roles

    def emit(self, function: str, classes: Iterable[type[Event]]) -> None:
        """Record that *function* may emit events of *classes*."""
        self.emitted[function] = (*self.emitted.get(function, ()), *classes)

    def wanted(self, sender: Traffic) -> EventFilter:
        """Return what is emitted in the account of *sender* and subscribed to in this one."""
        crossing = {
            function: [each for each in classes if self.everything or each in self.subscribed]
            for function, classes in sender.emitted.items()
        }
        return EventFilter(
            sources=tuple(sorted(f"{SOURCE_PREFIX}{name}" for name in crossing if crossing[name])),
            types=tuple(sorted({each.TYPE for found in crossing.values() for each in found})),
        )

    def wanted_of_aws(self, sender: Traffic) -> EventFilter:
        """Return what AWS emits in the account of *sender* and is subscribed to in this one."""
        found = EventFilter()
        for each in self.aws:
            found |= each.filter if each.origin is sender else EventFilter()
        return found

    def forwarders(self, sender: Traffic) -> list[iam.Role]:
        """Return the roles by which that comes."""
        return [each.role for each in self.aws if each.origin is sender]

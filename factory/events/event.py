"""What happened, to what, by whom and why?

Each type of event is a class in this folder, declared with `@event`. The stacks derive from the
class who may emit it and which rules catch it, so that a new type is one class and nothing else.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform

from factory import reasons
from factory.errors import MalformedEvent
from factory.events import bounds, wire
from factory.events.actor import FUNCTION, PERSON, check_actor, kind_of
from factory.events.envelope import SOURCE_PREFIX, WRITER, Envelope, identity
from factory.events.subject import Subject
from factory.layout.names import function_actor

LONGEST_REASON = 4000
"""Characters of a reason, on one line: it is read by people, and kept for ever."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """One fact on the factory's bus, on its way to the ledger."""

    TYPE: ClassVar[str]
    """What happened, `noun.verb` in the past tense: `model.deployed`."""
    EMITTERS: ClassVar[tuple[str, ...]]
    """The functions that may emit it; none for what only the ledger's writer records."""
    ACTORS: ClassVar[tuple[str, ...]] = (FUNCTION,)
    """The kinds of actors that it may have; a function is the one that emits it."""
    SUBJECT: ClassVar[Subject]
    KEY: ClassVar[str]
    """What its key is, in words."""
    REPEATED: ClassVar[tuple[str, ...]]
    """The fields of the subject that the detail repeats."""
    DETAIL: ClassVar[tuple[dataclasses.Field[Any], ...]]
    """The fields that the detail holds: all of the type's own but the subject's."""

    actor: str = ""
    """By whom: `person/NAME` or `function/NAME`; empty for the one function that may emit it."""
    reason: str
    """Why, in words; never empty."""
    key: str
    """What makes it happen once: the same source, type, subject and key is the same event."""

    def __post_init__(self) -> None:
        """Refuse an event that does not say what, by whom and why, or could not be read again."""
        if not self.actor and FUNCTION in self.ACTORS and len(self.speakers()) == 1:
            object.__setattr__(self, "actor", function_actor(self.speakers()[0]))
        if isinstance(self.reason, str):
            object.__setattr__(self, "reason", reasons.shown(self.reason, LONGEST_REASON))
        for name in ("actor", "reason", "key"):
            if not wire.read(str, getattr(self, name), f"{self.TYPE}: {name}"):
                raise MalformedEvent(f"{self.TYPE}: {name} is empty; say it")
        check_actor(self.TYPE, self.actor, self.ACTORS, self.speakers())
        body = self.body()
        for name, value in self._fields(body["subject"], body["detail"]).items():
            if getattr(self, name) != value:
                raise MalformedEvent(f"{self.TYPE}: {name} would be read as {value!r}")
        bounds.check([body], bounds.BODY, f"{self.TYPE}: ")

    @property
    def subject(self) -> str:
        """Return to what it happened: `model/income/3`, `dataproduct/census_train/1`."""
        return self.SUBJECT.of(vars(self))

    @property
    def id(self) -> str:
        """Return the identity that a redelivery shares: that of source, type, subject and key."""
        return identity(self.origin, self.TYPE, self.subject, self.key)

    @property
    def origin(self) -> str:
        """Return the source under which it comes: its actor, or the one that stands for people."""
        own = kind_of(self.actor) == FUNCTION
        function = self.actor.partition("/")[2] if own else self.speakers()[0]
        return f"{SOURCE_PREFIX}{function}"

    def detail(self) -> dict[str, Any]:
        """Return the fields of this type as plain JSON, as they stand in the ledger."""
        return wire.plain_fields(self, self.DETAIL)

    def body(self) -> dict[str, Any]:
        """Return the `detail` of the EventBridge entry."""
        return {
            "id": self.id,
            "subject": self.subject,
            "actor": self.actor,
            "reason": self.reason,
            "key": self.key,
            "detail": self.detail(),
        }

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """Read the event of this type that EventBridge delivers in the envelope *raw*.

        MalformedEvent names the type and the field that is missing or wrong, or who may not say it.
        Fields that this version does not know are passed over.
        """
        envelope = Envelope.of(raw)
        if envelope.type != cls.TYPE:
            raise MalformedEvent(f"{cls.TYPE}: the envelope holds a {envelope.type}")
        if not cls.EMITTERS:
            raise MalformedEvent(f"{cls.TYPE}: {envelope.source} may not emit it, nobody may")
        return cls.told(envelope)

    @classmethod
    def told(cls, envelope: Envelope) -> Self:
        """Read the event in *envelope*, also one that only the ledger's writer records.

        MalformedEvent names who may not say it, or the field that is wrong.
        """
        if envelope.function not in cls.speakers():
            raise MalformedEvent(f"{cls.TYPE}: {envelope.source} may not emit it")
        check_actor(cls.TYPE, envelope.actor, cls.ACTORS, (envelope.function,))
        found = cls(
            actor=envelope.actor,
            reason=envelope.reason,
            key=envelope.key,
            **cls._fields(envelope.subject, envelope.detail),
        )
        if found.subject != envelope.subject:
            raise MalformedEvent(
                f"{cls.TYPE}: subject is {envelope.subject}; its fields say {found.subject}"
            )
        return found

    @classmethod
    def sources(cls) -> tuple[str, ...]:
        """Return the sources under which it may come over the bus."""
        return tuple(f"{SOURCE_PREFIX}{name}" for name in cls.EMITTERS)

    @classmethod
    def speakers(cls) -> tuple[str, ...]:
        """Return the functions that may say it: its emitters, or the ledger's writer."""
        return cls.EMITTERS or (WRITER,)

    @classmethod
    def _fields(cls, subject: str, detail: Mapping[str, Any]) -> dict[str, Any]:
        """Read the type's own fields from where they stand."""
        shown = cls.SUBJECT.read(subject)
        if shown is None:
            wanted = cls.SUBJECT.template
            raise MalformedEvent(f"{cls.TYPE}: subject is {subject!r}; it has the form {wanted}")
        kinds, where = wire.hints(cls), f"{cls.TYPE}: subject's"
        return {
            **{
                name: wire.read_text(kinds[name], text, f"{where} {name}")
                for name, text in shown.items()
                if name not in cls.REPEATED
            },
            **wire.read_fields(cls, cls.DETAIL, detail, f"{cls.TYPE}: detail"),
        }


@dataclass(frozen=True, kw_only=True)
class PersonEvent(Event):
    """What a person did; the function that reports it must say who, and know it from AWS."""

    ACTORS: ClassVar[tuple[str, ...]] = (PERSON,)

    actor: str = field()
    """The person: `person/NAME`."""


DECLARED: dict[str, type[Event]] = {}
"""The classes by type, of the modules imported so far; `registry.TYPES` has them all."""
Kind = TypeVar("Kind", bound=Event)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
def event(
    type_: str,
    *,
    by: tuple[str, ...],
    subject: str,
    key: str,
    repeats: tuple[str, ...] = (),
    actors: tuple[str, ...] = (),
) -> Callable[[type[Kind]], type[Kind]]:
    """Declare the class of the events of type *type_*, which the functions *by* may emit.

    *actors* are the kinds of actors that it may have, where these are not the class's own. One
    function alone may stand for others, so that their names lead to one source.

    *subject* is a template over the class's fields, and *key* says in words what the key is. The
    detail holds all other fields, and those of the subject that it *repeats*.
    """

    def declare(cls: type[Kind]) -> type[Kind]:
        if type_ in DECLARED:
            raise ValueError(f"{type_} is {DECLARED[type_].__name__} already; one class per type")
        cls.TYPE, cls.EMITTERS, cls.KEY = type_, by, key
        cls.ACTORS = actors or cls.ACTORS
        if len(by) > 1 and cls.ACTORS != (FUNCTION,):
            raise ValueError(f"{type_}: one function may stand for others, and {len(by)} emit it")
        cls.SUBJECT, cls.REPEATED = Subject(subject), repeats
        made = dataclass(frozen=True, kw_only=True)(cls)
        elsewhere = {each.name for each in dataclasses.fields(Event)}
        elsewhere |= set(made.SUBJECT.fields) - set(repeats)
        made.DETAIL = tuple(f for f in dataclasses.fields(made) if f.name not in elsewhere)
        DECLARED[type_] = made
        return made

    return declare

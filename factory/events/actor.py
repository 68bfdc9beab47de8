"""Who can have done it? The kinds of actors, and how the ledger writes each."""

from __future__ import annotations

import re
from collections.abc import Collection

from factory.errors import MalformedEvent
from factory.layout.names import function_actor

FUNCTION, PERSON, SERVICE = "function", "person", "service"
"""A function of the factory, a person whom AWS has named, or a service of AWS."""
NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)  # what AWS allows in a source identity
_WORDS = {
    FUNCTION: "the function that emits it",
    PERSON: "a person",
    SERVICE: "a service of AWS",
}


def kind_of(actor: str) -> str:
    """Return the kind of *actor*; empty when it is written as none of them."""
    kind, slash, name = actor.partition("/")
    return kind if slash and kind in _WORDS and NAME.fullmatch(name) else ""


def check_actor(what: str, actor: str, kinds: Collection[str], functions: Collection[str]) -> None:
    """Refuse an *actor* of *what* who is of none of *kinds*; a function must be of *functions*."""
    kind = kind_of(actor)
    own = kind != FUNCTION or actor in map(function_actor, functions)
    if kind not in kinds or not own:
        wanted = " or ".join(_WORDS[each] for each in kinds)
        raise MalformedEvent(f"{what}: actor is {actor!r}, which is not {wanted}")

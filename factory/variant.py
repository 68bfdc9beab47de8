"""How is a value kept that is one of several kinds, each with fields of its own?

A document names the kind beside the fields. A kind may live in a file that nobody else imports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

KIND = "kind"
"""The member of a document that names the kind."""


@dataclass(frozen=True, kw_only=True)
class Variant:
    """The base of the kinds of one idea; each kind is a frozen dataclass that derives from it."""

    KIND: ClassVar[str]
    """The word for it in documents."""

    @classmethod
    def named(cls, kind: str) -> type[Self]:
        """Return the class of the *kind*; KeyError when there is none of that name."""
        known = {each.KIND: each for each in cls.__subclasses__()}
        return known[kind]

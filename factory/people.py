r"""Are two names of one person? Builder and approver are kept apart by it, so a doubt says yes.

A name is a source identity of IAM (`[\w+=,.@-]*`, 2 to 64 characters) in lower case. Spellings
that a reader would take for one another are one person: case, blanks and width; `ada@corp.com` and
`ada`, whatever the domain; `ada+test` and `ada`; dots, dashes, commas and `=`; and `1` or `i` for
`l`, `0` for `o`, `rn` for `m`, `vv` for `w`. Letters beyond ASCII are no name at all: too many look
like ASCII.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

NAME = re.compile(r"(?=[a-z0-9])[a-z0-9._@+=,-]{2,64}", re.ASCII)
"""What IAM takes as SourceIdentity (AssumeRole in its API reference), in the form of `normal`."""
SHOWN = 64  # characters of a name in words; a longer one is none
_LOOKS = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("i", "l"))


def normal(name: str) -> str:
    """Return *name* as it is compared and written: NFKC, case-folded, without blanks around it."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()


def wrong(name: str) -> str:
    """Return, in words, why nobody can be called *name*; empty when somebody can."""
    plain = normal(name)
    if not plain:
        return "is empty"
    if not plain.isascii():
        foreign = next(letter for letter in plain if not letter.isascii())
        what = unicodedata.name(foreign, f"U+{ord(foreign):04X}")
        return f"has a letter beyond ASCII, {what}, which may look like another"
    if not NAME.fullmatch(plain):
        return "is not 2 to 64 letters, digits or . _ @ + = , - that begin with a letter or digit"
    return ""


def same(one: str, other: str) -> bool:
    """Return whether two names are, or could be taken for, one person's."""
    return looks(one) == looks(other)


def among(person: str, names: Iterable[str]) -> str:
    """Return the first of *names* that is *person*'s, as it is spelled there; or nothing."""
    return next((name for name in names if same(person, name)), "")


def refusal(person: str, model: str, builders: Iterable[str], act: str) -> str:
    """Return why *person* may not *act* on a *model* of these *builders*; empty when he may.

    Only somebody who is known to be none of them may: a builder whose name is none could be anyone.
    """
    known = list(builders)
    if why := wrong(person):
        return f"{shown(person)} {why}; nobody of that name may {act}"
    for name in known:
        if why := wrong(name):
            return (
                f"builder {shown(name)} of {model} {why}; nobody is known to be independent of "
                f"{shown(name)} and may {act}: deploy a spec that names its builders"
            )
    name = among(person, known)
    if not name:
        return ""
    who = f"{name} builds {model}"
    if name != person:
        who = f"{person} is taken for {name}, who builds {model},"
    return f"{who} and may not {act}; somebody who does not build it must"


def shown(name: str) -> str:
    """Return *name* as words may hold it: escaped where it is not printable ASCII, and short."""
    text = name.encode("unicode_escape").decode()
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def looks(name: str) -> str:
    """Return what a reader sees of *name* at a glance: `same` names have the same."""
    plain = normal(name)
    if not NAME.fullmatch(plain):
        return plain
    seen = re.sub(r"[._=,-]", "", re.split("[@+]", plain, maxsplit=1)[0])
    for spelled, read in _LOOKS:
        seen = seen.replace(spelled, read)
    return seen

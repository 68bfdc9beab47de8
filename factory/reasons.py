"""Is that a reason, and may it be shown? What people write is bounded, and drives no terminal.

All text that comes from outside goes through `shown` or `quoted` before people or the ledger read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from factory.errors import Refused

LONGEST = 1024
"""Characters of a reason; the registry takes no more (ApprovalDescription in SageMaker's API)."""
QUOTED = 120
"""Characters of one value in a sentence about it."""
TELLING = 2
"""So many different letters or digits a reason has at least: a dot says nothing, `ok` does."""
FILLERS = "\u115f\u1160\u3164\uffa0"
"""Letters of Unicode that show nothing."""
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Categories of characters that show nothing, or that change how others are shown."""


def given(text: str) -> str:
    """Return a person's reason without blanks around it; Refused where it is none."""
    if why := misfit(text):
        raise Refused(why)
    return text.strip()


def misfit(text: str) -> str:
    """Return in words why *text* is no reason; nothing where it is one."""
    said = {c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum()}
    if len(said - set(FILLERS)) < TELLING:
        return "the reason says nothing; give it in words"
    if len(text.strip()) > LONGEST:
        return f"the reason has {len(text.strip())} characters, {LONGEST} are taken; shorten it"
    if odd := hidden(text.strip()):
        return f"the reason holds characters that nobody sees ({odd}); leave them out"
    return ""


def hidden(text: str) -> str:
    """Return the first characters of *text* that nobody sees, by their numbers."""
    odd = sorted({c for c in text if unicodedata.category(c) in HIDDEN})
    return ", ".join(f"U+{ord(c):04X}" for c in odd[:5])


def shown(text: str, longest: int = LONGEST) -> str:
    """Return *text* as one line that is safe to print, where what is hidden is written out."""
    safe = "".join(_visible(c) for c in text[: longest + 1])
    return safe if len(safe) <= longest else safe[: longest - 3] + "..."


def quoted(value: object, longest: int = QUOTED) -> str:
    """Return *value* as Python writes it, in so many characters; there is none that it breaks."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # of a number with thousands of digits, or very deep
        text = f"a {type(value).__name__} that is too large to show"
    return shown(text, longest)


def few(values: Sequence[str], most: int = 10) -> str:
    """Return the first of *values*, quoted, and how many more there are."""
    more = f" and {len(values) - most} more" if len(values) > most else ""
    return ", ".join(quoted(value, 60) for value in values[:most]) + more


def _visible(character: str) -> str:
    if character in "\r\n\t":
        return " "
    if unicodedata.category(character) in HIDDEN:
        return character.encode("unicode_escape").decode()
    return character

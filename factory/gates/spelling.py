"""Which names of groups would a reader take for one? Spellings of a level are one level."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

MISSING = "(missing)"
"""What a blank is called among levels."""
_LIKE_LATIN = str.maketrans(
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0456\u0458\u0455"
    "\u03b1\u03b2\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u0131\u0261"
    "\u0433\u04bb\u0501\u051b\u051d\u04cf\u04af\u03b3\u03c9\u03b7\u03f3"
    "\u0578\u057d\u0585\u0570\u0575\u0581\u0566\u0251\u0269\u028b",
    "abekmhopctyxijsabeiknoptuxigrhdqwlyywnjnuohjgqaiu",
)
"""Small letters of Cyrillic, Greek, Armenian and Latin that look like letters of ASCII."""


def normal(level: str) -> str:
    """Return what a reader sees of *level*: without case, width, blanks, dashes and look-alikes."""
    if level == MISSING:
        return ""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", level).casefold())
    return " ".join("".join(_seen(letter) for letter in text).translate(_LIKE_LATIN).split())


def _seen(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind == "Pd":
        return "-"
    if kind == "Pc":
        return " "
    return "" if kind in {"Cf", "Mn", "Cc"} and not letter.isspace() else letter


def one_level(levels: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the levels that are spellings of one, together, in order."""
    seen: dict[str, list[str]] = {}
    for level in sorted(levels):
        seen.setdefault(normal(level), []).append(level)
    return [tuple(names) for names in seen.values() if len(names) > 1]

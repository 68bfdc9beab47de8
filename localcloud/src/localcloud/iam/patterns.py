"""Which texts does a policy pattern match?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_LITERALS = {"*", "?", "$"}


class UnknownVariableError(Exception):
    """A policy variable has no value in this request: its statement does not apply."""


def like(pattern: str, text: str) -> bool:
    """Whether *text* matches *pattern*, in which only ``*`` and ``?`` are special."""
    return _compiled(pattern).fullmatch(text) is not None


def like_arn(pattern: str, arn: str) -> bool:
    """Whether *arn* matches part by part: no ``*`` reaches over one of the first five colons."""
    wanted, have = pattern.split(":", 5), arn.split(":", 5)
    return len(wanted) == len(have) and all(map(like, wanted, have))


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_regex(pattern), re.DOTALL)


def _regex(pattern: str) -> str:
    """Translate *pattern*; a character after a NUL (put there by `fill`) stands for itself."""
    out, literal = [], False
    for char in pattern:
        if literal:
            out.append(re.escape(char))
            literal = False
        elif char == "\0":
            literal = True
        else:
            out.append({"*": ".*", "?": "."}.get(char, re.escape(char)))
    return "".join(out)


def fill(pattern: str, context: Mapping[str, object], *, literal: bool = True) -> str:
    """Put the request's values for ``${key}`` and ``${key, 'default'}`` into *pattern*.

    *literal* keeps a ``*`` that came with a value from acting as a wildcard. Raises
    `UnknownVariableError` when the request has no such single value and no default is given.
    """

    def value(match: re.Match[str]) -> str:
        text = _variable(match.group(1), context)
        return "".join(f"\0{char}" for char in text) if literal else text

    return _VARIABLE.sub(value, pattern) if "${" in pattern else pattern


def _variable(expression: str, context: Mapping[str, object]) -> str:
    name, _, default = (part.strip() for part in expression.partition(","))
    if name in _LITERALS:
        return name
    found = context.get(name.lower())
    if isinstance(found, str | int | float):
        return str(found)
    if default:
        return default.strip("'")
    raise UnknownVariableError(name)

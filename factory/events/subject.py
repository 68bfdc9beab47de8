"""To what did it happen? The subject of an event is made from its fields, and read back."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Subject:
    """A template such as `model/{model}/{version}`.

    A field holds no slash, so that `model/a/1` is never model `a/1`; a template of one field alone
    takes whatever comes. `{digest:.12}` writes the first twelve characters.
    """

    template: str

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Return the fields that it is made from."""
        parts = string.Formatter().parse(self.template)
        return tuple(name for _, name, _, _ in parts if name)

    def of(self, values: Mapping[str, Any]) -> str:
        """Return the subject that *values* make."""
        return self.template.format_map(values)

    def read(self, subject: str) -> Mapping[str, str] | None:
        """Return the fields that *subject* shows, or None when it is of another form."""
        found = self._pattern.fullmatch(subject)
        return found.groupdict() if found else None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        parts = list(string.Formatter().parse(self.template))
        one = "(?s:.+)" if len(parts) == 1 and not parts[0][0] else "[^/]+"
        return re.compile(
            "".join(
                re.escape(text) + (f"(?P<{name}>{one})" if name else "")
                for text, name, _, _ in parts
            )
        )

"""Can everybody who builds a model be told apart from everybody who does not?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from factory import people


def violations(builders: Sequence[str]) -> Iterator[str]:
    """Yield each broken rule about the names of those who build a model."""
    seen: dict[str, str] = {}
    for name in builders:
        shown, plain, looks = people.shown(name), people.normal(name), people.looks(name)
        if why := people.wrong(name):
            yield f"builders: '{shown}' {why}; write the name that the person signs in with"
        elif name != plain:
            yield f"builders: '{shown}' is not as names are compared; write '{plain}'"
        if looks in seen:
            yield (
                f"builders: '{people.shown(seen[looks])}' and '{shown}' are taken for one person; "
                "keep one"
            )
        seen.setdefault(looks, name)

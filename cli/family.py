"""Which models are a family's? Those of the last deploy whose spec names it."""

from __future__ import annotations

from collections.abc import Mapping

from aws import specs
from cli.status import deploy
from factory.errors import NotFound


def members(places: Mapping[str, str], family: str) -> list[str]:
    """Return the names of the members whose spec is in force; none where it is no family."""
    last = deploy.read(places["IndexTable"])
    if last is None:
        return []
    named = (n for n in deploy.models(places["SpecsBucket"], last) if n.startswith(f"{family}-"))
    return [name for name in named if _family(places, name) == family]


def of(places: Mapping[str, str], family: str) -> list[str]:
    """Return the names of the members; NotFound where no model of the catalogue is one."""
    if found := members(places, family):
        return found
    raise NotFound(f"{family} is no family of the catalogue; `factory status` lists all models")


def _family(places: Mapping[str, str], name: str) -> str:
    found = specs.entry(places["IndexTable"], name)
    return "" if found is None or found.removed else specs.spec(places["SpecsBucket"], found).family

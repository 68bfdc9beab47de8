"""Do the account's quotas reach for the catalogue? What it needs, beside what AWS grants."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import models
from aws import quotas
from cli.result import Result
from factory.catalogue import catalogue as catalogues
from factory.catalogue.catalogue import Catalogue
from factory.exit_code import ExitCode
from factory.quotas.needs import Need, Standing, compare, needs
from factory.training.parameters import INSTANCE_TYPE

MEANINGS = {
    "ok": "reaches",
    "tight": "work waits for each other",
    "short": "work fails; ask Service Quotas for more",
    "unknown": "Service Quotas does not say",
}


def run(arguments: Any) -> Result:
    """Say what the catalogue needs and, unless `--needs`, what the account has."""
    wanted = needs(list(_catalogue(arguments.catalogue)), INSTANCE_TYPE)
    if arguments.needs:
        rows = [f"{n.service}: {n.quota}: {n.least} to {n.enough}; {n.why}" for n in wanted]
        return Result(tuple(rows), {"needs": [dataclasses.asdict(need) for need in wanted]})
    return result(standing(wanted))


def standing(wanted: Sequence[Need]) -> list[Standing]:
    """Return where the account of the caller stands with what is *wanted*."""
    names = {need.quota for need in wanted}
    found: dict[tuple[str, str], float] = {}
    for service in sorted({need.service for need in wanted}):
        found |= quotas.applied(service, names)
    return compare(wanted, found)


def _catalogue(file: str) -> Catalogue:
    return catalogues.parse(Path(file).read_bytes()) if file else models.catalogue()


def result(found: Sequence[Standing]) -> Result:
    """Return the answer of the verb; it fails where work would."""
    short = any(each.state == "short" for each in found)
    lines = tuple(line for each in found for line in _lines(each))
    data = {"quotas": [{**dataclasses.asdict(each), "state": each.state} for each in found]}
    return Result(lines, data, ExitCode.FAILED if short else ExitCode.OK)


def _lines(each: Standing) -> list[str]:
    need, has = each.need, "?" if each.has is None else f"{each.has:g}"
    words = f"{need.service}: {need.quota}: {has} of {need.least} to {need.enough}"
    return [f"{each.state:<8} {words}: {MEANINGS[each.state]}", f"         {need.why}"]

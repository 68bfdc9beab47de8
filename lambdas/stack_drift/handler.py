"""Did somebody change by hand what the stacks made? It is compared with what was deployed."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

import aws.differences
from aws.log import log
from factory.incidents.differences import effects
from factory.settings import StackDriftSettings
from factory.stack_drift.check import Report, check
from factory.stack_drift.trail import call, is_call, last_calls
from factory.stack_drift.words import OVER
from lambdas.stack_drift import codes, gather

FUNCTION = "stack_drift"
LONGEST = 100_000  # characters of what is read as JSON


def handle(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Compare what the messages of a batch ask for, once for all of them, and tell what differs.

    What came of it is in its log. The batch is done as a whole or not at all: any failure brings
    all of it again.
    """
    messages = [json.loads(record["body"]) for record in event["Records"]]
    report = _checked(messages, StackDriftSettings.from_env(os.environ))
    if report:
        log(json.dumps({FUNCTION: report.summary()}), longest=LONGEST)
    return {"batchItemFailures": []}


def _checked(messages: Sequence[Any], settings: StackDriftSettings) -> Report | None:
    """Check what *messages* ask for; None when they ask for nothing.

    A message about a call asks for what the call names, and any other for everything.
    """
    calls = [each for each in map(call, messages) if each]
    everything = not all(map(is_call, messages))
    if not calls and not everything:
        return None
    found = gather.found(settings.stacks.split(","), None if everything else calls)
    read = codes.expected(found.read, settings.codes_table)
    report = check(found.stacks, read, last_calls(calls, found.resources()))
    _tell(report, settings, found.gone if everything else None)
    return report


def _tell(report: Report, settings: StackDriftSettings, gone: gather.Gone | None) -> None:
    """Open and close the incidents of what was checked, and of what a stack has no more."""
    table, things = settings.differences_table, set(report.checked)
    known = aws.differences.remembered(table, None if gone else sorted(things))
    things |= {thing for thing in known if gone and gone(thing)}
    differing = {each.thing: each for each in report.differences}
    for thing in sorted(things):
        aws.differences.perform(
            effects(known.get(thing), differing.get(thing), over=OVER),
            table=table,
            bus_name=settings.bus_name,
            function=FUNCTION,
        )

"""What is there to be compared? Each message hands on one page of one kind, and asks for the next.

What is known of promotion, what SageMaker itself lists under names that begin like ours, and what
differed before, so that its incident ends also where nothing is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import aws
from factory.incidents.differences import CLOSED
from factory.layout import objects
from factory.layout.names import resource
from factory.reconciliation.checks import GROUP
from factory.settings import ReconcileSettings

PAGE = 100
Message = dict[str, str]


class Page(NamedTuple):
    """What one page asks for."""

    messages: list[Message]
    after: str
    """Where the next begins; empty after the last."""


def begin(settings: ReconcileSettings) -> None:
    """Ask for the first page of every kind."""
    first = [{"listing": kind, "after": ""} for kind in KINDS]
    aws.send_many(settings.reconcile_queue_url, first)


def hand_on(kind: str, after: str, settings: ReconcileSettings) -> None:
    """Hand on what one page of a *kind* holds, one message for each thing."""
    page = KINDS[kind](after, settings)
    aws.send_many(settings.reconcile_queue_url, page.messages)
    if page.after:
        aws.send(settings.reconcile_queue_url, {"listing": kind, "after": page.after})


def _intents(after: str, settings: ReconcileSettings) -> Page:
    prefix = objects.intent(settings.approved_bucket, resource(settings.stage, ""))
    found = aws.s3_page(prefix.removesuffix(".json"), after=after, limit=PAGE)
    names = (key.rsplit("/", 1)[-1].removesuffix(".json") for key in found)
    return Page([{"endpoint": name} for name in names], found[-1] if len(found) == PAGE else "")


def _endpoints(after: str, settings: ReconcileSettings) -> Page:
    answer = _listed("list_endpoints", after, settings)
    names = (each["EndpointName"] for each in answer["Endpoints"])
    return Page(_own("stranger", names, settings), answer.get("NextToken", ""))


def _groups(after: str, settings: ReconcileSettings) -> Page:
    answer = _listed("list_model_package_groups", after, settings)
    names = (each["ModelPackageGroupName"] for each in answer["ModelPackageGroupSummaryList"])
    return Page(_own("group", names, settings), answer.get("NextToken", ""))


def _differing(after: str, settings: ReconcileSettings) -> Page:
    open_ = ("status", CLOSED)
    found, after = aws.table_page(settings.differences_table, unlike=open_, after=after, limit=PAGE)
    things = (key.rsplit("/", 1) for key in found)
    wanted = {("group" if thing == GROUP else "endpoint", name) for name, thing in things}
    return Page([{kind: name} for kind, name in sorted(wanted)], after)


def _listed(operation: str, after: str, settings: ReconcileSettings) -> Mapping[str, Any]:
    more = {"NextToken": after} if after else {}
    begins = resource(settings.stage, "")
    return aws.sagemaker(
        operation, begins, NameContains=begins, SortBy="Name", MaxResults=PAGE, **more
    )


def _own(kind: str, names: Iterable[str], settings: ReconcileSettings) -> list[Message]:
    """Return a message for each name that begins like ours: SageMaker lists what contains it."""
    begins = resource(settings.stage, "")
    return [{kind: name} for name in names if name.startswith(begins)]


KINDS: Mapping[str, Callable[[str, ReconcileSettings], Page]] = {
    "intents": _intents,
    "endpoints": _endpoints,
    "groups": _groups,
    "differing": _differing,
}

"""Which deploy is this, and which came before? Numbered once for each request of CloudFormation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import aws
from aws.index import Put
from factory.catalogue.deployment import Deployment, indexed
from factory.errors import Conflict, NotFound, Refused
from factory.layout import objects, tables
from factory.layout.names import TAG_DEPLOYER
from factory.settings import CatalogueSettings

COUNTER = tables.SEQUENCE_ITEM


def sequence(request: str, settings: CatalogueSettings) -> int:
    """Return the number of the deploy that *request* is: drawn once, and higher than any before."""
    while True:
        known = aws.index_get(settings.index_table, tables.request_item(request))
        if known:
            return int(known["sequence"])
        try:
            _draw(request, settings)
        except Conflict:
            aws.log(f"request {request}: another request drew a number at the same moment")


def _draw(request: str, settings: CatalogueSettings) -> None:
    last = _drawn(settings)
    aws.index_write(
        settings.index_table,
        [
            Put(COUNTER, {"value": last + 1}, {"value": last} if last else None),
            Put(tables.request_item(request), {"sequence": last + 1}, None),
        ],
    )


def _drawn(settings: CatalogueSettings) -> int:
    counter = aws.index_get(settings.index_table, COUNTER)
    return int(counter["value"]) if counter else 0


def check_newest(number: int, settings: CatalogueSettings) -> None:
    """Refuse to send for a deploy that a later one has overtaken.

    Called once the deploy is written down: a later one has either drawn its number by now, or will
    find what was written down and send again what this one sends.
    """
    newest = _drawn(settings)
    if newest != number:
        raise Refused(f"deploy {number} was overtaken by deploy {newest}; nothing was sent for it")


def recorded(number: int, request: Mapping[str, Any], settings: CatalogueSettings) -> Deployment:
    """Write the deploy down, with a copy of all its specs, before anything is sent for it."""
    uri = objects.deploy(settings.specs_bucket, number, "deploy.json")
    try:
        return Deployment.of(aws.s3_get(uri))
    except NotFound:
        pass
    specs = objects.deploy(settings.specs_bucket, number, "specs.jsonl")
    aws.s3_copy(request["ResourceProperties"]["CatalogueUri"], specs)
    now = Deployment(
        sequence=number,
        request=request["RequestId"],
        specs=specs,
        deployer=aws.stack_tags(request["StackId"]).get(TAG_DEPLOYER, ""),
        lines=indexed(aws.s3_chunks(specs)),
        group_policy=_shared(request["ResourceProperties"].get("GroupPolicy", "")),
    )
    aws.s3_put(uri, now.text().encode())
    return now


def _shared(policy: str) -> str:
    """Return the statements for other accounts; an empty list is none."""
    return "" if policy == "[]" else policy


def earlier(number: int, settings: CatalogueSettings) -> list[Deployment]:
    """Return the deploys before *number*, back to the last that has sent all its messages."""
    found: list[Deployment] = []
    for deploy in _before(number, settings):
        found.append(deploy)
        if _sent(deploy.sequence, settings):
            break
    return found


def _before(number: int, settings: CatalogueSettings) -> Iterator[Deployment]:
    for each in range(number - 1, 0, -1):
        try:
            yield Deployment.of(
                aws.s3_get(objects.deploy(settings.specs_bucket, each, "deploy.json"))
            )
        except NotFound:  # it broke down before it could send anything
            continue


def _sent(number: int, settings: CatalogueSettings) -> bool:
    try:
        aws.s3_get(objects.deploy(settings.specs_bucket, number, "sent"))
    except NotFound:
        return False
    return True

"""How far is a deploy in force? Noted by the model while it is not, so that counting is cheap."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import aws
from aws.index import Put
from factory.catalogue.deployment import Deployment, Message
from factory.layout import tables
from factory.settings import CatalogueSettings

AT_ONCE = 100  # items of a transaction


def begin(messages: Sequence[Message], settings: CatalogueSettings) -> None:
    """Note each model that *messages* are about; `onboard` takes the note away.

    It may take an earlier deploy's note of one away in the same moment.
    """
    for start in range(0, len(messages), AT_ONCE):
        notes = [_note(message) for message in messages[start : start + AT_ONCE]]
        aws.index_retry(partial(aws.index_write, settings.index_table, notes))


def end(deploy: Deployment, settings: CatalogueSettings) -> None:
    """Note that all messages of *deploy* were sent, unless a later one has come so far."""
    aws.index_retry(partial(_end, deploy, settings))


def _end(deploy: Deployment, settings: CatalogueSettings) -> None:
    before = aws.index_get(settings.index_table, tables.SENT_ITEM)
    if before and before["sequence"] >= deploy.sequence:
        return
    item = {"sequence": deploy.sequence, "specs": len(deploy.lines)}
    expected = {"sequence": before["sequence"]} if before else None
    aws.index_write(settings.index_table, [Put(tables.SENT_ITEM, item, expected)])


def _note(message: Message) -> Put:
    item = {"sequence": message.sequence, "leaves": message.line is None}
    return Put(tables.outstanding_item(message.model), item)

"""How far is a deploy in force? Noted by the model while it is not, so that counting is cheap."""

from __future__ import annotations

from collections.abc import Sequence

import aws
from aws.index import Put
from factory.catalogue.deployment import Deployment, Message
from factory.layout import tables
from factory.settings import CatalogueSettings

AT_ONCE = 100  # items of a transaction


def begin(messages: Sequence[Message], settings: CatalogueSettings) -> None:
    """Note each model that *messages* are about; `onboard` takes the note away."""
    for start in range(0, len(messages), AT_ONCE):
        some = messages[start : start + AT_ONCE]
        aws.index_write(settings.index_table, [_note(message) for message in some])


def end(deploy: Deployment, settings: CatalogueSettings) -> None:
    """Note that all messages of *deploy* were sent, unless a later one has come so far."""
    before = aws.index_get(settings.index_table, tables.SENT_ITEM)
    if before and before["sequence"] >= deploy.sequence:
        return
    item = {"sequence": deploy.sequence, "specs": len(deploy.lines)}
    expected = {"sequence": before["sequence"]} if before else None
    aws.index_write(settings.index_table, [Put(tables.SENT_ITEM, item, expected)])


def _note(message: Message) -> Put:
    item = {"sequence": message.sequence, "leaves": message.line is None}
    return Put(tables.outstanding_item(message.model), item)

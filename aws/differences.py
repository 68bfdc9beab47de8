"""How is it remembered and told what is not as it should be?"""

from __future__ import annotations

from collections.abc import Iterable

from aws.calls import pages
from aws.items import deserialized
from aws.messages import emit
from aws.tables import table_get_many, table_put, table_update_if
from factory.incidents import differences
from factory.incidents.differences import Effect, Record, Save, Tell
from factory.layout.tables import PK


def remembered(table: str, things: Iterable[str] | None = None) -> dict[str, Record]:
    """Return what is remembered by thing: of all that ever differed, or only of *things*."""
    if things is None:
        found = pages("dynamodb", "scan", "Items", TableName=table, ConsistentRead=True)
        items = [deserialized(item) for item in found]
    else:
        items = list(table_get_many(table, list(things)).values())
    return {item[PK]: differences.of(item) for item in items}


def perform(effects: Iterable[Effect], *, table: str, bus_name: str, function: str) -> None:
    """Do *effects* in order, as *function*; Conflict when somebody else was first."""
    for effect in effects:
        match effect:
            case Tell(record):
                emit(bus_name, function, record.event(function))
            case Save(record, 0):
                table_put(table, record.item(), unless_exists=PK)
            case Save(record, revision):
                table_update_if(table, record.item(), where={"revision": revision})

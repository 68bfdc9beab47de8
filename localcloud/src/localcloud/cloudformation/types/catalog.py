"""What do AWS::Glue resources become?"""

from __future__ import annotations

from localcloud.cloudformation.api_parameters import call
from localcloud.cloudformation.resource_types import (
    ANY,
    Made,
    Place,
    Properties,
    ResourceType,
    applied,
    register,
)

_TABLE = dict.fromkeys(
    (
        "Name",
        "Description",
        "Owner",
        "Parameters",
        "PartitionKeys",
        "Retention",
        "StorageDescriptor",
        "TableType",
        "ViewOriginalText",
        "ViewExpandedText",
    )
)


def _create_database(place: Place, properties: Properties) -> Made:
    given = dict(properties["DatabaseInput"])
    given.setdefault("Name", place.generated().lower())
    call("glue", "CreateDatabase", {**properties, "DatabaseInput": given})
    return Made(given["Name"])


def _update_database(place: Place, made: Made, properties: Properties) -> None:
    given = {"Name": made.physical_id, **properties["DatabaseInput"]}
    call("glue", "UpdateDatabase", {"DatabaseInput": given}, Name=made.physical_id)
    del place


def _delete_database(place: Place, made: Made, _properties: Properties) -> None:
    place.aws("glue").delete_database(Name=made.physical_id)


def _create_table(place: Place, properties: Properties) -> Made:
    given = {"Name": place.generated().lower(), **properties["TableInput"]}
    call("glue", "CreateTable", {**properties, "TableInput": given})
    return Made(given["Name"])


def _update_table(place: Place, made: Made, old: Properties, new: Properties) -> Made | None:
    names = [each["TableInput"].get("Name") for each in (old, new)]
    if names[0] != names[1] or old["DatabaseName"] != new["DatabaseName"]:
        return None
    given = {"Name": made.physical_id, **new["TableInput"]}
    call("glue", "UpdateTable", {**new, "TableInput": given})
    del place
    return made


def _delete_table(place: Place, made: Made, properties: Properties) -> None:
    place.aws("glue").delete_table(DatabaseName=properties["DatabaseName"], Name=made.physical_id)


def install() -> None:
    """Register database and table of the data catalog."""
    register(
        ResourceType(
            name="AWS::Glue::Database",
            honours={
                "CatalogId": ANY,
                "DatabaseName": ANY,
                "DatabaseInput": dict.fromkeys(
                    ("Name", "Description", "LocationUri", "Parameters")
                ),
            },
            create=_create_database,
            update=applied(_update_database, "CatalogId"),
            delete=_delete_database,
        )
    )
    register(
        ResourceType(
            name="AWS::Glue::Table",
            honours={"CatalogId": ANY, "DatabaseName": ANY, "TableInput": _TABLE},
            create=_create_table,
            update=_update_table,
            delete=_delete_table,
        )
    )

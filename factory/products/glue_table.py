"""Which table of the Glue catalogue shows a snapshot?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from factory.products.manifest import Manifest

TYPES: Mapping[str, str] = {
    "VARCHAR": "string",
    "BIGINT": "bigint",
    "INTEGER": "int",
    "DOUBLE": "double",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
}
"""The words of Glue and Athena for the physical types."""
PARQUET = "org.apache.hadoop.hive.ql.io.parquet"


def table(manifest: Manifest) -> dict[str, Any]:
    """Return the table as Glue's CreateTable and UpdateTable take it."""
    return {
        "Name": manifest.snapshot.product,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {
            "classification": "parquet",
            "snapshot": str(manifest.snapshot.number),
            "contract_version": manifest.contract.version,
        },
        "StorageDescriptor": {
            "Location": manifest.snapshot.folder,
            "Columns": [{"Name": name, "Type": TYPES[kind]} for name, kind in manifest.columns],
            "InputFormat": f"{PARQUET}.MapredParquetInputFormat",
            "OutputFormat": f"{PARQUET}.MapredParquetOutputFormat",
            "SerdeInfo": {"SerializationLibrary": f"{PARQUET}.serde.ParquetHiveSerDe"},
        },
    }

"""Keep an Iceberg table in S3 and in Glue's catalog with pyiceberg."""

import json
import os
import sys

import pyarrow as pa
from pyiceberg.catalog import load_catalog

endpoint = os.environ["AWS_ENDPOINT_URL"]
catalog = load_catalog(
    "glue",
    **{
        "type": "glue",
        "warehouse": f"s3://{sys.argv[1]}/iceberg",
        "glue.endpoint": endpoint,
        "s3.endpoint": endpoint,
    },
)
catalog.create_namespace("iceberg")
rows = pa.table({"a": [1, 2, 3], "b": ["x", "y", "z"]})
table = catalog.create_table("iceberg.rows", schema=rows.schema)
table.append(rows)
table.append(rows.slice(0, 1))
found = catalog.load_table("iceberg.rows")
first = found.history()[0].snapshot_id
print(
    json.dumps(
        {
            "rows": sorted(found.scan().to_arrow()["a"].to_pylist()),
            "before": sorted(found.scan(snapshot_id=first).to_arrow()["a"].to_pylist()),
            "some": found.scan(row_filter="a > 2").to_arrow()["b"].to_pylist(),
            "tables": [name[-1] for name in catalog.list_tables("iceberg")],
        }
    )
)

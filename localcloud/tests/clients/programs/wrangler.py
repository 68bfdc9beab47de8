"""Keep a partitioned data set in S3 and in Glue's catalog with awswrangler."""

import json
import sys

import awswrangler as wr
import pandas as pd

place = f"s3://{sys.argv[1]}/wrangler/"
wr.catalog.create_database("wrangler")
table = pd.DataFrame({"a": [1, 2, 3], "day": ["mon", "tue", "tue"]})
wr.s3.to_parquet(
    table, path=place, dataset=True, database="wrangler", table="days", partition_cols=["day"]
)
read = wr.s3.read_parquet_table("days", database="wrangler")
partitions = wr.catalog.get_parquet_partitions("wrangler", "days")
print(
    json.dumps(
        {
            "rows": sorted(read["a"].tolist()),
            "types": wr.catalog.get_table_types("wrangler", "days"),
            "partitions": sorted(partitions.values()),
        }
    )
)

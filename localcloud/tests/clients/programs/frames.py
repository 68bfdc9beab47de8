"""Keep a table in S3 with pandas and s3fs, and read it back."""

import json
import sys

import pandas as pd
import s3fs

place = f"s3://{sys.argv[1]}/frames"
table = pd.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "z"]})
table.to_csv(f"{place}/table.csv", index=False)
table.to_parquet(f"{place}/table.parquet")
read = [pd.read_csv(f"{place}/table.csv"), pd.read_parquet(f"{place}/table.parquet")]
files = s3fs.S3FileSystem(skip_instance_cache=True)
listed = sorted(name.rsplit("/", 1)[-1] for name in files.ls(place))
with files.open(f"{place}/text", "w") as out:
    out.write("hello")
files.copy(f"{place}/text", f"{place}/copy")
files.rm(f"{place}/text")
print(
    json.dumps(
        {
            "equal": [table.equals(each) for each in read],
            "listed": listed,
            "copied": files.cat(f"{place}/copy").decode(),
            "gone": not files.exists(f"{place}/text"),
        }
    )
)

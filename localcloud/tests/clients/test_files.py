"""Clients that keep tables and artifacts in S3 go as they are."""

from __future__ import annotations


def test_pandas_and_s3fs(run, bucket):
    assert run("frames.py", bucket) == {
        "equal": [True, True],
        "listed": ["table.csv", "table.parquet"],
        "copied": "hello",
        "gone": True,
    }


def test_awswrangler_with_glues_catalog(run, bucket):
    assert run("wrangler.py", bucket) == {
        "rows": [1, 2, 3],
        "types": {"a": "bigint", "day": "string"},
        "partitions": [["mon"], ["tue"]],
    }


def test_pyiceberg_with_glues_catalog(run, bucket):
    assert run("iceberg.py", bucket) == {
        "rows": [1, 1, 2, 3],
        "before": [1, 2, 3],
        "some": ["z"],
        "tables": ["rows"],
    }


def test_mlflows_artifacts(run, cloud, bucket):
    found = run("artifacts.py", bucket, MLFLOW_ALLOW_FILE_STORE="true")
    assert found["listed"] == ["a.json", "notes"]
    assert found["read"] == "hello"
    key = f"{found['uri']}/a.json".removeprefix(f"s3://{bucket}/")
    kept = cloud.aws("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    assert kept == b'{\n  "a": 1\n}'

"""Which data makes a candidate that only one gate should catch?"""

import hashlib
import io
import json

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from demo.adult_data import landing_files

POSITIVE = ">50K"


def census(folder):
    """Return both census splits with the types of their contracts."""
    options = pa_csv.ConvertOptions(null_values=[""], strings_can_be_null=True)
    return {
        product: pa_csv.read_csv(path, convert_options=options)
        for product, path in landing_files(folder).items()
    }


def replaced(table, column, values):
    return table.set_column(table.schema.get_field_index(column), column, pa.array(values))


def shuffled(table):
    """Give every row the label of another: nothing can be learned."""
    labels = np.random.default_rng(1).permutation(table["income"].to_pylist())
    return replaced(table, "income", labels)


def silent(table):
    """Leave out what people learned, their work and their family: what is left tells too little."""
    nothing = pa.nulls(table.num_rows, pa.string())
    for column in ("occupation", "marital_status", "relationship"):
        table = replaced(table, column, nothing)
    return forgetful(table)


def respelled(table):
    """Write 20 of the labels in small letters: whoever reads the file sees no difference."""
    labels = np.array(table["income"].to_pylist(), dtype=object)
    labels[np.flatnonzero(labels == POSITIVE)[:20]] = POSITIVE.lower()
    return replaced(table, "income", labels)


def forgetful(table):
    """Leave out what people learned at school: a weaker model, but not a bad one."""
    nothing = pa.nulls(table.num_rows, pa.string())
    years = np.full(table.num_rows, 10)
    return replaced(replaced(table, "education", nothing), "education_num", years)


def copied(table, exam):
    """Let people of the *exam* be learned from, under other keys and with a weight of 1 more."""
    keys = [f"copy-{number}" for number in range(exam.num_rows)]
    weights = np.array(exam["fnlwgt"].to_pylist()) + 1
    rows = replaced(replaced(exam, "row_id", keys), "fnlwgt", weights)
    return pa.concat_tables([table, rows.select(table.column_names).cast(table.schema)])


def publish(session, name, product, table, *, claimed=None):
    """Write a snapshot where ingest would not: no event tells of it, so nothing retrains.

    *claimed* is the digest that the manifest says instead of the file's own.
    """
    body = io.BytesIO()
    pq.write_table(table, body)
    data = body.getvalue()
    bucket, folder = session.output("ProductsBucket"), f"life/{name}"
    uri = f"s3://{bucket}/{folder}/data.parquet"
    digest = claimed or hashlib.sha256(data).hexdigest()
    files = [{"uri": uri, "sha256": digest, "rows": table.num_rows, "bytes": len(data)}]
    manifest = {"product": product, "snapshot": 1, "rows": table.num_rows, "files": files}
    manifest["protected"] = ["age", "race", "sex"]  # as the contract says
    s3 = session.aws("s3")
    s3.put_object(Bucket=bucket, Key=f"{folder}/data.parquet", Body=data)
    s3.put_object(Bucket=bucket, Key=f"{folder}/_manifest.json", Body=json.dumps(manifest).encode())
    return f"s3://{bucket}/{folder}/"

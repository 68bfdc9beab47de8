"""How are SageMaker, its endpoints and the Glue catalogue called?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from aws.calls import client, translated


def glue_table_put(database: str, table: Mapping[str, Any]) -> None:
    """Create a table of the Glue catalogue, or replace it."""
    glue = client("glue")
    with translated(f"{database}.{table['Name']}"):
        try:
            glue.create_table(DatabaseName=database, TableInput=table)
        except glue.exceptions.AlreadyExistsException:
            glue.update_table(DatabaseName=database, TableInput=table)


def sagemaker(operation: str, thing: str, **arguments: Any) -> dict[str, Any]:
    """Call one SageMaker *operation* about *thing*; errors are the factory's."""
    with translated(thing):
        return dict(getattr(client("sagemaker"), operation)(**arguments))


def sagemaker_list(operation: str, key: str, **arguments: Any) -> list[dict[str, Any]]:
    """Return all items of a SageMaker listing, over its pages."""
    pages = client("sagemaker").get_paginator(operation)
    with translated(operation):
        return [dict(item) for page in pages.paginate(**arguments) for item in page[key]]


def invoke_endpoint(
    endpoint: str, body: str, *, content_type: str, inference_id: str, accept: str = "*/*"
) -> tuple[int, str]:
    """Invoke an endpoint once; return the model's HTTP status and its body."""
    try:
        answer = client("sagemaker-runtime").invoke_endpoint(
            EndpointName=endpoint,
            Body=body.encode(),
            ContentType=content_type,
            Accept=accept,
            InferenceId=inference_id,
        )
    except ClientError as exc:
        if "OriginalStatusCode" in exc.response:
            return int(exc.response["OriginalStatusCode"]), str(exc.response["OriginalMessage"])
        with translated(endpoint):
            raise
    return 200, answer["Body"].read().decode()

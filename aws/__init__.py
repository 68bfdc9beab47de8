"""How is AWS called? The only adapter to boto3, for functions and commands; it decides nothing."""

from __future__ import annotations

import time

from aws import specs
from aws.calls import ask, calling_as, client, pages, translated
from aws.copies import s3_copy_measured, s3_measured
from aws.endpoints import endpoint, endpoint_described, endpoint_gone, intent, intent_put
from aws.index import index_get, index_items, index_page, index_retry, index_write
from aws.known import s3_page, table_page
from aws.log import log
from aws.lookup import items_get
from aws.messages import emit, publish, send, send_many, send_text
from aws.metrics import (
    alarm_put,
    alarms_below,
    alarms_delete,
    alarms_named,
    dimensions_of,
    metric_put,
)
from aws.objects import (
    place,
    s3_any_version,
    s3_by_time,
    s3_chunks,
    s3_copy,
    s3_create,
    s3_delete,
    s3_download,
    s3_get,
    s3_head,
    s3_list,
    s3_put,
    s3_put_parts,
    s3_range,
    s3_read,
    s3_sha256,
)
from aws.services import glue_table_put, invoke_endpoint, sagemaker, sagemaker_list
from aws.stacks import (
    answer_stack,
    stack_found,
    stack_resources,
    stack_tags,
    stack_template,
)
from aws.tables import (
    table_any,
    table_commit,
    table_get,
    table_get_many,
    table_put,
    table_put_many,
    table_update_if,
)

__all__ = [
    "alarm_put",
    "alarms_below",
    "alarms_delete",
    "alarms_named",
    "answer_stack",
    "ask",
    "calling_as",
    "client",
    "dimensions_of",
    "emit",
    "endpoint",
    "endpoint_described",
    "endpoint_gone",
    "glue_table_put",
    "index_get",
    "index_items",
    "index_page",
    "index_retry",
    "index_write",
    "intent",
    "intent_put",
    "invoke_endpoint",
    "items_get",
    "log",
    "metric_put",
    "now",
    "pages",
    "place",
    "publish",
    "s3_any_version",
    "s3_by_time",
    "s3_chunks",
    "s3_copy",
    "s3_copy_measured",
    "s3_create",
    "s3_delete",
    "s3_download",
    "s3_get",
    "s3_head",
    "s3_list",
    "s3_measured",
    "s3_page",
    "s3_put",
    "s3_put_parts",
    "s3_range",
    "s3_read",
    "s3_sha256",
    "sagemaker",
    "sagemaker_list",
    "send",
    "send_many",
    "send_text",
    "specs",
    "stack_found",
    "stack_resources",
    "stack_tags",
    "stack_template",
    "table_any",
    "table_commit",
    "table_get",
    "table_get_many",
    "table_page",
    "table_put",
    "table_put_many",
    "table_update_if",
    "translated",
]


def now() -> float:
    """Return the time, in seconds since 1970; handlers have no other clock."""
    return time.time()

"""What does it take to make this process a cloud?"""

from __future__ import annotations

import functools

from moto import mock_aws

from localcloud import (
    alarms,
    bucket_owners,
    cloudformation,
    copies,
    events,
    functions,
    iam,
    instances,
    lifecycle,
    logs,
    nightly,
    own_metrics,
    owners,
    queues,
    sagemaker,
    signatures,
    storage,
    table_versions,
    tables,
    trail,
    unimplemented,
)
from localcloud.application import Handler, application
from localcloud.functions import gateway

PARTS = (
    *(instances, bucket_owners, unimplemented, owners, storage, copies, signatures, logs, tables),
    *(table_versions, cloudformation),
    *(functions, events, lifecycle, queues, nightly, own_metrics, alarms, iam, sagemaker, trail),
)
"""In this order: what is installed later decides earlier about a call."""


@functools.cache
def start() -> None:
    """Make every AWS call of this process reach the local backends, patched; only once per process.

    The environment and boto3's default session stay as they are.
    """
    mock_aws(config={"core": {"mock_credentials": False, "reset_boto3_session": False}}).start()
    for part in PARTS:
        part.install()
    gateway.serve_with(application, Handler)

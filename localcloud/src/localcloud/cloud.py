"""What does it take to make this process a cloud?"""

from __future__ import annotations

import functools

from moto import mock_aws

from localcloud import (
    alarms,
    callers,
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
    queues,
    sagemaker,
    signatures,
    storage,
    tables,
    trail,
    unimplemented,
)

PARTS = (
    *(instances, unimplemented, callers, storage, copies, signatures, logs, tables, cloudformation),
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

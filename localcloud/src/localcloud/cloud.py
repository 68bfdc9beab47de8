"""What does it take to make this process a cloud?"""

from __future__ import annotations

import functools
import importlib

from moto import mock_aws

MENDED = (
    "localcloud.unimplemented",
    "localcloud.callers",
    "localcloud.storage",
    "localcloud.signatures",
    "localcloud.retentions",
    "localcloud.tables",
    "localcloud.cloudformation",
    "localcloud.functions",
    "localcloud.events",
    "localcloud.queues",
    "localcloud.alarms",
    "localcloud.iam",
    "localcloud.sagemaker",
)


@functools.cache
def start() -> None:
    """Make every AWS call of this process reach the local backends, mended; only once a process.

    The environment and boto3's default session stay as they are.
    """
    mock_aws(config={"core": {"mock_credentials": False, "reset_boto3_session": False}}).start()
    for name in MENDED:
        importlib.import_module(name).install()

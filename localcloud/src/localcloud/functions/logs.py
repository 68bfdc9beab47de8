"""Where does it stand what a function printed?"""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from moto.logs.models import logs_backends

from localcloud import clock

if TYPE_CHECKING:
    from moto.awslambda.models import LambdaFunction

_writing = threading.Lock()


def stream() -> str:
    """Return the name of a new sandbox's log stream."""
    day = datetime.fromtimestamp(clock.now(), UTC)
    return f"{day:%Y/%m/%d}/[$LATEST]{uuid.uuid4().hex}"


def write(target: LambdaFunction, request_id: str, output: str) -> None:
    """Write one run's lines to the function's log group, as the Lambda service does."""
    lines = [f"START RequestId: {request_id} Version: $LATEST", *output.splitlines()]
    lines.append(f"END RequestId: {request_id}")
    name = f"{datetime.fromtimestamp(clock.now(), UTC):%Y/%m/%d}/[$LATEST]{target.code_sha_256[:8]}"
    backend = logs_backends[target.account_id][target.region]
    now = int(clock.now() * 1000)
    events = [{"timestamp": now, "message": line} for line in lines if line]
    with _writing:
        backend.ensure_log_group(target.logs_group_name)
        group = backend.groups[target.logs_group_name]
        if name not in group.streams:
            backend.create_log_stream(target.logs_group_name, name)
        backend.put_log_events(target.logs_group_name, name, events)

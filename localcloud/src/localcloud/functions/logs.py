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


def stream(target: LambdaFunction) -> str:
    """Return the name of the log stream of a new environment of this version."""
    day = datetime.fromtimestamp(clock.now(), UTC)
    return f"{day:%Y/%m/%d}/[{target.version}]{uuid.uuid4().hex}"


def write(target: LambdaFunction, name: str, request_id: str, output: str) -> None:
    """Write one run's lines to the stream *name* of its environment, as the Lambda service does.

    Not to a group that a function was given and that is gone: AWS makes that again only as a role
    that may make groups, and whoever gives a group has made it.
    """
    version = target.version
    lines = [f"START RequestId: {request_id} Version: {version}", *output.splitlines()]
    lines.append(f"END RequestId: {request_id}")
    backend = logs_backends[target.account_id][target.region]
    now = int(clock.now() * 1000)
    events = [{"timestamp": now, "message": line} for line in lines if line]
    with _writing:
        given = target.logs_group_name != f"/aws/lambda/{target.function_name}"
        if given and target.logs_group_name not in backend.groups:
            return
        backend.ensure_log_group(target.logs_group_name)
        group = backend.groups[target.logs_group_name]
        if name not in group.streams:
            backend.create_log_stream(target.logs_group_name, name)
        backend.put_log_events(target.logs_group_name, name, events)

"""What does a function's first invocation cost in a fresh process? `-m benchmarks._invoke NAME`.

The event is read from stdin, the places from the environment. The SDK has been imported: the Lambda
runtime brings it. What the cloud itself takes to answer is not the function's cost.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from typing import Any

import boto3


class Traffic:
    """Counts what goes over the wire."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.sent = self.received = 0

    def install(self) -> None:
        """Count for the session that functions call with."""
        boto3.setup_default_session()
        events = boto3.DEFAULT_SESSION.events
        events.register("before-send", self._send)
        events.register("response-received", self._receive)

    def _send(self, event_name: str, request: Any, **_: Any) -> None:
        self.calls.append(event_name.rpartition(".")[2])
        self.sent += int(request.headers.get("Content-Length") or 0)

    def _receive(self, response_dict: Any, **_: Any) -> None:
        self.received += int(response_dict["headers"].get("Content-Length") or 0)


def main(name: str) -> None:
    """Import the function's handler, invoke it once and print the cost as JSON."""
    event, traffic = json.load(sys.stdin), Traffic()
    traffic.install()
    began = time.process_time()
    handle = importlib.import_module(f"lambdas.{name}.handler").handle
    answer = handle(event, None)
    cost = {
        "cpu": time.process_time() - began,
        "calls": len(traffic.calls),
        "bytes": traffic.sent + traffic.received,
    }
    print(json.dumps({"answer": answer, "cost": cost, "operations": traffic.calls}))


if __name__ == "__main__":
    main(*sys.argv[1:])

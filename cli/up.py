"""How does a person keep a factory running on a laptop? `factory up`, until Ctrl-C."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from typing import Any

from cli.result import Result
from local.deployment import LocalDeployment, local_deployment
from local.synth import ROOT

STARTING = "starting the cloud, synthesizing and deploying the templates ..."


def run(arguments: Any) -> Result:
    """Bring the factory up, print how to reach it, and keep it until Ctrl-C or SIGTERM."""
    folder = ROOT / "build" / "up"
    print(STARTING, flush=True)
    with local_deployment(None, folder, arguments.port) as up:
        for line in greeting(up):
            print(line, flush=True)
        _wait()
    return Result(("the local cloud is down; what it held is gone",))


def greeting(up: LocalDeployment) -> Iterator[str]:
    """Yield what a person needs to know of the factory that is up."""
    yield f"the factory is up at {up.cloud.endpoint}; in another terminal:"
    for name, value in up.environment.items():
        yield f"export {name}={value}"
    yield "export AWS_PROFILE=admin  # or ada (builds), alan (builds, approves), grace (approves)"
    yield f"its landing bucket is s3://{up.outputs['LandingBucket']}"
    yield "Ctrl-C ends it"


def _wait() -> None:
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()

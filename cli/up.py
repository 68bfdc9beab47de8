"""How does the factory come up on a laptop? Synth, a served cloud, the templates, the people."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli import people
from cli.assembly import kept
from cli.result import Result
from cli.synth import ROOT
from factory.errors import ServiceError
from localcloud import process
from localcloud.client import Client, CloudError
from localcloud.deploy import deploy

PRELOADED = ("joblib", "pyarrow.compute", "pyarrow.csv", "pyarrow.parquet", "sklearn.ensemble")
"""What the recipes' steps and the models' code import, which takes longer than what they do."""


@dataclass(frozen=True)
class Standing:
    """A cloud with the factory in it."""

    cloud: Client
    outputs: Mapping[str, str]
    credentials: Path
    """An AWS credentials file with the profiles admin, ada, alan and grace."""

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point the AWS CLI, boto3 and `factory` at the cloud."""
        shown = {k: v for k, v in self.cloud.environment().items() if "KEY" not in k}
        return {**shown, "AWS_SHARED_CREDENTIALS_FILE": str(self.credentials)}


def run(arguments: Any) -> Result:
    """Bring the factory up, print how to reach it, and keep it until Ctrl-C or SIGTERM."""
    folder = ROOT / "build" / "up"
    print("starting the cloud, synthesizing and deploying the templates ...", flush=True)
    with standing(None, folder, arguments.port) as up:
        for line in _greeting(up):
            print(line, flush=True)
        _wait()
    return Result(("the local cloud is down; what it held is gone",))


@contextmanager
def standing(assembly: Path | None, folder: Path, port: int = 0) -> Iterator[Standing]:
    """Serve a cloud, deploy *assembly* into it and let the people in; end it afterwards.

    Without an *assembly* the app is synthesized, once the cloud is known to stand, or what was
    made of the same files is taken.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _served(port, folder / "cloud.log") as cloud:
        aws = cloud.session()
        stacks = deploy(assembly or kept(), aws)
        outputs = {key: value for stack in stacks.values() for key, value in stack.items()}
        cloud.settle()
        credentials = people.settle_in(aws, outputs, folder)
        yield Standing(cloud, outputs, credentials)


@contextmanager
def _served(port: int, log: Path) -> Iterator[Client]:
    with ExitStack() as ending:
        try:
            yield ending.enter_context(process.start(port, log, PRELOADED))
        except CloudError as exc:
            raise ServiceError(f"{exc} Its log is {log}.") from exc


def _greeting(up: Standing) -> Iterator[str]:
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

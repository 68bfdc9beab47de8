"""How is the factory deployed on a laptop? Synthesized, into a local cloud, with IAM users."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from factory.errors import ServiceError
from local import users
from local.synth_cache import cached_assembly
from localcloud import process
from localcloud.client import Client, CloudError
from localcloud.deploy import deploy

PRELOADED = ("joblib", "pyarrow.compute", "pyarrow.csv", "pyarrow.parquet", "sklearn.ensemble")
"""Slow imports of the recipes' steps and the models' code, done once in advance."""
STATE = "state"
"""The folder where `factory` notes what it saw of this cloud."""


@dataclass(frozen=True)
class LocalDeployment:
    """A local cloud with the factory deployed into it."""

    cloud: Client
    outputs: Mapping[str, str]
    credentials: Path
    """An AWS credentials file with the profiles admin, ada, alan and grace."""

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that point the AWS CLI, boto3 and `factory` at the cloud.

        What `factory` notes of the ledger lies beside the credentials: another cloud, another note.
        """
        variables = {k: v for k, v in self.cloud.environment().items() if "KEY" not in k}
        return {
            **variables,
            "AWS_SHARED_CREDENTIALS_FILE": str(self.credentials),
            "MODELWORKS_STATE": str(self.credentials.parent / STATE),
        }


@contextmanager
def local_deployment(
    assembly: Path | None, folder: Path, port: int = 0
) -> Iterator[LocalDeployment]:
    """Start a cloud, deploy *assembly* into it and create the users; stop it afterwards.

    Without an *assembly*, the app is synthesized once the cloud has started, unless the cache has
    the assembly of the same files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / STATE, ignore_errors=True)  # what was noted of a cloud that is gone
    with _started_cloud(port, folder / "cloud.log") as cloud:
        aws = cloud.session()
        stacks = deploy(assembly or cached_assembly(), aws)
        outputs = {key: value for stack in stacks.values() for key, value in stack.items()}
        cloud.settle()
        credentials = users.create(aws, outputs, folder)
        yield LocalDeployment(cloud, outputs, credentials)


@contextmanager
def _started_cloud(port: int, log: Path) -> Iterator[Client]:
    with ExitStack() as stack:
        try:
            yield stack.enter_context(process.start(port, log, PRELOADED))
        except CloudError as exc:
            raise ServiceError(f"{exc} Its log is {log}.") from exc

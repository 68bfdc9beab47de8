"""How does the factory come up on a laptop? Synth, a served cloud, the templates, the people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from factory.errors import ServiceError
from local import users
from local.synth_cache import kept
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
        credentials = users.settle_in(aws, outputs, folder)
        yield Standing(cloud, outputs, credentials)


@contextmanager
def _served(port: int, log: Path) -> Iterator[Client]:
    with ExitStack() as ending:
        try:
            yield ending.enter_context(process.start(port, log, PRELOADED))
        except CloudError as exc:
            raise ServiceError(f"{exc} Its log is {log}.") from exc

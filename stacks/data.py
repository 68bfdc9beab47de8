"""How does data come in? It is checked against its contract, and published or refused."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import AssetHashType, Aws, Duration, Size, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_glue as glue
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from factory.events.data import DataProductPublished, DataProductRefused
from factory.events.incident import IncidentOpened
from factory.settings import IngestSettings
from stacks.access.permission import permit
from stacks.constructs.function import Function, Needs
from stacks.constructs.outputs import publish
from stacks.constructs.published_file import AssetFile
from stacks.constructs.queue_trigger import EventQueue
from stacks.constructs.shared import Foundation
from stacks.constructs.store import Store


class DataStack(Stack):
    """Owns the data products: where files land, what is published, and what was refused."""

    def __init__(
        self, scope: Construct, id_: str, *, foundation: Foundation, contracts: Path, duckdb: Path
    ) -> None:
        super().__init__(scope, id_, env=foundation.home, stack_name=foundation.stack_name("data"))
        self._database = f"modelworks_{foundation.stage.name}"
        self.landing = Store(self, "Landing", foundation=foundation)
        self.landing.notify_eventbridge()
        self.products = Store(self, "Products", foundation=foundation)
        self.quarantine = Store(self, "Quarantine", foundation=foundation)
        self._contracts = AssetFile(self, "Contracts", path=contracts)
        glue.CfnDatabase(
            self,
            "Catalogued",
            catalog_id=Aws.ACCOUNT_ID,
            database_input={"name": self._database, "description": "the newest snapshots"},
        )
        self._ingest(foundation, _layer(self, duckdb))
        publish(
            self,
            LandingBucket=self.landing.name,
            ProductsBucket=self.products.name,
            QuarantineBucket=self.quarantine.name,
            Database=self._database,
        )

    def _ingest(self, foundation: Foundation, duckdb: lambda_.ILayerVersion) -> None:
        ingest = Function(
            self,
            "Ingest",
            name="ingest",
            foundation=foundation,
            needs=Needs(
                timeout=Duration.minutes(5),
                memory=2048,  # more than one full core, which Lambda gives at 1769
                disk=Size.gibibytes(4),
                packages=("engines",),
                layers=(duckdb,),
            ),
        )
        ingest.configure(
            IngestSettings(
                bus_name=foundation.bus.event_bus_name,
                contracts_uri=self._contracts.uri,
                products_bucket=self.products.name,
                quarantine_bucket=self.quarantine.name,
                database=self._database,
            )
        )
        self._grant(ingest)
        ingest.allow_emit(DataProductPublished, DataProductRefused, IncidentOpened)
        queue = EventQueue(self, "Landed", function=ingest, batch=1)
        queue.subscribe_aws(
            "Objects",
            events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={"bucket": {"name": [self.landing.name]}},
            ),
        )

    def _grant(self, ingest: Function) -> None:
        role = ingest.role
        self._contracts.grant_read(role, "ingest reads the contracts")
        self.landing.grant_read(role, "ingest reads whatever lands", "*", versions=True)
        self.products.grant_list(
            role, "ingest learns that a manifest is missing, and not forbidden"
        )
        self.products.grant_read(role, "ingest reads the manifests of all products", "*")
        self.products.grant_write(role, "ingest publishes snapshots of all products", "*")
        self.quarantine.grant_write(role, "ingest sets aside what it refuses", "*")
        catalogue = f"arn:{Aws.PARTITION}:glue:{Aws.REGION}:{Aws.ACCOUNT_ID}"
        permit(
            role,
            "ingest points each product's table at its newest snapshot",
            actions=["glue:CreateTable", "glue:UpdateTable"],
            on=[
                f"{catalogue}:catalog",
                f"{catalogue}:database/{self._database}",
                f"{catalogue}:table/{self._database}/*",
            ],
        )


def _layer(scope: Construct, path: Path) -> lambda_.LayerVersion:
    """Return DuckDB as a layer, known by the digest of the lock that its file's name carries."""
    code = lambda_.Code.from_asset(
        str(path), asset_hash=path.stem, asset_hash_type=AssetHashType.CUSTOM
    )
    return lambda_.LayerVersion(
        scope,
        "DuckDB",
        code=code,
        compatible_runtimes=[lambda_.Runtime.PYTHON_3_12],
        compatible_architectures=[lambda_.Architecture.X86_64],
    )

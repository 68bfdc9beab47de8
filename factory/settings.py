"""What does a function need to be told by its stack?

One class a function, spelled once: `to_env()` in the construct, `from_env()` in the handler.
Thresholds are never here: they are read from the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Self

from factory.errors import InvalidSettings


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The environment of one function; every field is a string."""

    def to_env(self) -> dict[str, str]:
        """Return the environment variables, in capitals."""
        return {name.upper(): value for name, value in asdict(self).items()}

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read the fields from *env*; a missing one is named."""
        missing = [f.name.upper() for f in fields(cls) if f.name.upper() not in env]
        if missing:
            raise InvalidSettings(f"{cls.__name__}: the environment lacks {', '.join(missing)}")
        return cls(**{f.name: env[f.name.upper()] for f in fields(cls)})


@dataclass(frozen=True, kw_only=True)
class RegistryPlace:
    """Where the registry is: it may be another account's."""

    groups: str
    """What the ARNs of groups of packages begin with."""

    def group(self, name: str) -> str:
        """Return the ARN of the group of packages that is called *name*."""
        return f"{self.groups}{name}"


@dataclass(frozen=True, kw_only=True)
class CatalogueSettings(Settings):
    """For `catalogue`: the custom resource that tells the factory of a new catalogue."""

    stage: str
    """The stage's name: what SageMaker and CloudWatch call things begins with it."""
    bus_name: str
    index_table: str
    specs_bucket: str
    work_bucket: str
    onboard_queue_url: str


@dataclass(frozen=True, kw_only=True)
class OnboardSettings(Settings):
    """For `onboard`: puts what was deployed of one model in force."""

    stage: str
    bus_name: str
    index_table: str
    specs_bucket: str
    group_policy: str
    """The statements that each group of packages has for other accounts: JSON, see `sharing`."""


@dataclass(frozen=True, kw_only=True)
class FanOutSettings(Settings):
    """For `fan_out`: hands every model that a snapshot feeds to `retrain`."""

    index_table: str
    fan_out_queue_url: str
    retrain_queue_url: str


@dataclass(frozen=True, kw_only=True)
class IngestSettings(Settings):
    """For `ingest`: checks what lands and publishes snapshots."""

    bus_name: str
    contracts_uri: str
    products_bucket: str
    quarantine_bucket: str
    database: str


@dataclass(frozen=True, kw_only=True)
class RetrainSettings(Settings):
    """For `retrain`: admits runs and starts them."""

    stage: str
    bus_name: str
    index_table: str
    specs_bucket: str
    work_bucket: str
    evidence_bucket: str
    products_bucket: str
    runs_table: str


@dataclass(frozen=True, kw_only=True)
class RunEventsSettings(Settings):
    """For `run_events`: binds a run that begins, and turns what it wrote into events."""

    bus_name: str
    evidence_bucket: str
    retrain_role: str
    """The name of the one role that may start and change executions."""


@dataclass(frozen=True, kw_only=True)
class PromoteSettings(RegistryPlace, Settings):
    """For `promote`: checks an approval and puts the approved bytes into service."""

    stage: str
    bus_name: str
    index_table: str
    specs_bucket: str
    work_bucket: str
    evidence_bucket: str
    approved_bucket: str
    replays_bucket: str
    captures_bucket: str
    serving_role_arn: str
    key_arn: str
    """Of what endpoints record, and of their disks."""
    network: str
    """Where endpoints have their interfaces: SageMaker's VpcConfig as JSON, `{}` for nowhere."""
    alerts_topic_arn: str
    probe_queue_url: str


@dataclass(frozen=True, kw_only=True)
class ProbeSettings(Settings):
    """For `probe`: sends requests of its own while an update is watched."""

    stage: str
    approved_bucket: str
    replays_bucket: str
    probings_table: str
    probe_queue_url: str
    outcome_queue_url: str


@dataclass(frozen=True, kw_only=True)
class CommandSettings(RegistryPlace, Settings):
    """For `command`: takes a person's command and stamps who gave it."""

    stage: str
    bus_name: str
    index_table: str
    specs_bucket: str
    work_bucket: str
    approved_bucket: str
    operator_role: str
    """The name of the role whose sessions command what serves."""
    builder_role: str
    """The name of the role whose sessions ask for runs."""


@dataclass(frozen=True, kw_only=True)
class WatchSettings(Settings):
    """For `watch`: compares what endpoints are asked with what their models learned."""

    stage: str
    bus_name: str
    index_table: str
    specs_bucket: str
    approved_bucket: str
    findings_bucket: str
    windows_table: str


@dataclass(frozen=True, kw_only=True)
class RespondSettings(Settings):
    """For `respond`: opens and closes incidents of drift, and asks for a retraining."""

    bus_name: str
    windows_table: str


@dataclass(frozen=True, kw_only=True)
class DeploymentOutcomeSettings(Settings):
    """For `deployment_outcome`: says deployed only when what serves is meant and proven."""

    bus_name: str
    approved_bucket: str
    probings_table: str
    outcome_queue_url: str
    probe_queue_url: str


@dataclass(frozen=True, kw_only=True)
class ReconcileSettings(RegistryPlace, Settings):
    """For `reconcile`: compares what serves, and what guards it, with what promotion meant."""

    stage: str
    bus_name: str
    index_table: str
    specs_bucket: str
    approved_bucket: str
    captures_bucket: str
    probings_table: str
    differences_table: str
    reconcile_queue_url: str
    promote_queue_url: str
    outcome_queue_url: str
    own_roles: str
    """The names of the roles whose calls are the factory's own, with commas between them."""


@dataclass(frozen=True, kw_only=True)
class IncidentSettings(Settings):
    """For `incident`: keeps the open incidents and tells people."""

    incidents_table: str
    alerts_topic_arn: str


@dataclass(frozen=True, kw_only=True)
class StackDriftSettings(Settings):
    """For `stack_drift`: compares what the stacks made with what was deployed."""

    bus_name: str
    differences_table: str
    codes_table: str
    stacks: str
    """The names of the stacks of its account, with commas between them."""


@dataclass(frozen=True, kw_only=True)
class AuditLogSettings(Settings):
    """For `audit_log`: appends events to the ledger."""

    ledger_bucket: str
    ledger_table: str
    refused_queue_url: str
    """Where messages are set aside that are not kept as events."""

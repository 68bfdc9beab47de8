"""Where is an endpoint on its way from one configuration to another, and what comes next?

Promotion writes down what an endpoint is meant to serve before it asks SageMaker for an update.
What came of it is what SageMaker says: a rollback leaves the intent as it is, and the endpoint with
another configuration than was meant.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from factory.layout.names import model_of
from factory.serving.intent import NEVER, Intent

BROKEN = ("Failed", "OutOfService", "UpdateRollbackFailed")
"""The states, by DescribeEndpoint in its API reference, that an endpoint does not leave by itself
and in which it does not serve what it should; UpdateEndpoint is refused in the first."""
SETTLED = ("InService", *BROKEN)


class Traffic(enum.Enum):
    """Who answers requests while an update is under way."""

    OLD = "what served before, as far as can be told"
    BOTH = "what served before, and the canary of what comes"
    NEW = "what comes, on all instances"


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """What SageMaker says of an endpoint, and what promotion has written down about it."""

    name: str
    arn: str
    status: str
    serves: str
    """The configuration; while an endpoint is created, the one to come."""
    changed: str
    """When it was last modified."""
    pending: str
    """The configuration that an update is bringing up."""
    trouble: str
    """Why the last creation or update failed, in SageMaker's words."""
    intent: Intent = field(default_factory=Intent)
    created: float = 0.0
    """When it was made, in seconds since 1970."""
    traffic: Traffic = Traffic.OLD
    """Who answers, while an update is under way."""

    @property
    def model(self) -> str:
        """Return the model of the catalogue; empty when the endpoint is not the factory's."""
        return model_of(self.name)

    @property
    def meant(self) -> str:
        """Return the configuration that it is meant to serve; empty for none."""
        return self.intent.config

    @property
    def foreign(self) -> bool:
        """Whether promotion did not make it: it never meant it, or has ended the one before it."""
        intent = self.intent
        if intent.config or not intent.known or intent.before in {"", NEVER}:
            return not intent.known
        return self.created > datetime.fromisoformat(intent.before).timestamp()

    @property
    def busy(self) -> bool:
        """Whether it is on its way, so that nothing may be asked of it."""
        return self.status not in SETTLED

    @property
    def begun(self) -> bool:
        """Whether SageMaker was asked for what is meant: it has changed since that was written.

        One that was to be made anew names what it was made with.
        """
        if self.intent.before == NEVER:
            return self.serves == self.meant
        return self.changed != self.intent.before

    @property
    def deployed(self) -> bool:
        """Whether what was meant serves."""
        return self.status == "InService" and self.serves == self.meant

    @property
    def version(self) -> int:
        """Return the version that it serves or is on its way to; 0 for none.

        What is meant and was not yet asked for is neither: whoever meant it may have died.
        """
        if self.status in BROKEN:
            return 0
        return version_of(self.meant if self.busy else self.serves)


def of(found: Mapping[str, Any], intent: Intent) -> Endpoint:
    """Read SageMaker's description of an endpoint that is meant as *intent* says."""
    coming = found.get("PendingDeploymentSummary") or {}
    return Endpoint(
        name=found["EndpointName"],
        arn=found["EndpointArn"],
        status=found["EndpointStatus"],
        serves=found["EndpointConfigName"],
        changed=found["LastModifiedTime"].isoformat(),
        pending=coming.get("EndpointConfigName", ""),
        trouble=found.get("FailureReason") or "",
        intent=intent,
        created=found["CreationTime"].timestamp(),
        traffic=_traffic(coming),
    )


def _traffic(coming: Mapping[str, Any]) -> Traffic:
    """Say who answers, by the stage of the variant that comes and by AWS's words about it.

    Only while it bakes this is certain. Where AWS finds other words for all instances, answers are
    judged as during a canary, and once more by those of the endpoint at rest.
    """
    variants = coming.get("ProductionVariants") or [{}]
    stage = (variants[0].get("VariantStatus") or [{}])[-1]
    if stage.get("Status") != "Baking":
        return Traffic.OLD
    return Traffic.NEW if "full capacity" in stage.get("StatusMessage", "") else Traffic.BOTH


def version_of(config: str) -> int:
    """Return the version of the model that a configuration serves; 0 when it is not ours."""
    found = re.search(r"-v(\d+)-[0-9a-f]{8}$", config)
    return int(found[1]) if found else 0


class Step(enum.Enum):
    """What promotion does next about an endpoint."""

    CREATE = "create it"
    REPLACE = "delete it, for AWS lets one that has failed do nothing else, and create it"
    UPDATE = "update it"
    WAIT = "wait: it is on its way to something else"
    GIVE_WAY = "mean again what was meant before: another update was first"
    FOREIGN = "nothing: somebody else made it"
    DONE = "it is on its way to this very configuration, or was"
    OVERTAKEN = "nothing: it serves this version or a later one, or is on its way to it"


MOVES = (Step.CREATE, Step.REPLACE, Step.UPDATE)
"""The steps that ask SageMaker for something."""


def forward(endpoint: Endpoint | None, version: int, config: str) -> Step:
    """Return what brings an approved *version* into service, as *config*.

    The same for the same facts, so that a message may come twice, late, or in another order.
    """
    step = toward(endpoint, config)
    if step is not Step.UPDATE or endpoint is None or endpoint.meant == config:
        return step
    if version <= endpoint.version or endpoint.serves == config:
        return Step.OVERTAKEN
    return Step.WAIT if endpoint.busy else Step.UPDATE


def toward(endpoint: Endpoint | None, config: str) -> Step:
    """Return what brings *config* into service, whatever its version; UPDATE if nothing forbids."""
    if endpoint is None:
        return Step.CREATE
    if endpoint.foreign:
        return Step.FOREIGN
    anew = endpoint.intent.before == NEVER
    if endpoint.meant == config and (endpoint.begun or (endpoint.busy and not anew)):
        came = endpoint.serves == config  # so that whoever moves it now came later, not first
        elsewhere = endpoint.busy and not came and endpoint.pending not in {"", config}
        return Step.GIVE_WAY if elsewhere else Step.DONE
    if endpoint.status in {*BROKEN, "Deleting"}:
        return Step.REPLACE
    return Step.UPDATE


class Probing(enum.Enum):
    """What the probes of a configuration do next."""

    WAIT = "try again later: it does not answer yet"
    ASK = "ask, and again later: it may answer"
    LAST = "ask a last time: it serves"
    END = "nothing: it failed, or something else is meant"


def probing(endpoint: Endpoint | None, config: str) -> Probing:
    """Return whether requests can reach *config*, and whether they will later."""
    if endpoint is None or endpoint.status == "Creating":
        return Probing.WAIT
    if endpoint.meant != config:
        return Probing.END
    if endpoint.serves == config:
        return Probing.LAST if endpoint.status not in BROKEN else Probing.END
    if endpoint.busy:
        return Probing.ASK
    return Probing.END if endpoint.begun else Probing.WAIT

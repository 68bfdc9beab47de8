"""What has all the asking shown so far? One item for each configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aws
from aws.index import Put
from factory.layout import tables
from factory.serving import proof as proofs
from factory.serving.probes import Round
from factory.serving.proof import Proof, State
from factory.settings import ProbeSettings
from lambdas.probe.asking import Found

REMEMBERED = 14 * 86_400  # seconds after the last round of an endpoint, when it is long gone
CASES = "it fails on values that its training data had, or cannot be asked for all; see the log"
"""What is told of cases; which values these are stands in the log alone."""


def add(message: Mapping[str, Any], found: Found, plan: Round, settings: ProbeSettings) -> Proof:
    """Write down what a round has found, and tell of it what must be acted on.

    Whoever decides about the deployment hears of it when the endpoint is at rest: during an update
    the alarm speaks.
    """
    table, config, name = settings.probings_table, message["config"], message["endpoint"]
    key = tables.probing_item(config)
    before = Proof.of(aws.index_get(table, key))
    proof = before.add(found.seen, proofs.share(message["instances"]))
    if found.failed:
        proof = proof.fail(CASES, found.failed)
    writes = [Put(key, {**proof.item(), "endpoint": name})]
    if plan.rest:
        served = {"config": config, "expires": int(aws.now()) + REMEMBERED}
        writes.append(Put(tables.serving_item(name), served))
    aws.index_write(table, writes)
    decided = proof.state is State.REFUTED or before.state is State.OPEN is not proof.state
    if plan.rest and decided:
        aws.send(settings.outcome_queue_url, {"detail": {"EndpointName": name}})
    return proof

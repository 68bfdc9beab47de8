"""What has all the asking shown so far? One item for each configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import aws
from aws.index import Put
from factory.layout import tables
from factory.serving import proof as proofs
from factory.serving.probes import Round
from factory.serving.proof import Proof
from factory.settings import ProbeSettings
from lambdas.probe.asking import Found

REMEMBERED = 14 * 86_400  # seconds after the last round of an endpoint, when it is long gone
CASES = "it fails on values that its training data had, or cannot be asked for all; see the log"
"""What is told of cases; which values these are stands in the log alone."""


def add(message: Mapping[str, Any], found: Found, plan: Round, settings: ProbeSettings) -> Proof:
    """Write down what a round has found, and tell of it what must be acted on.

    Whoever decides about the deployment hears of it when the endpoint is at rest: during an update
    the alarm speaks. That it was told is written down afterwards, so that who dies in between tells
    it again.
    """
    table, config, name = settings.probings_table, message["config"], message["endpoint"]
    key = tables.probing_item(config)
    proof = _counted(Proof.of(aws.index_get(table, key)), message, found)
    proof = replace(proof, rested=proof.rested or plan.rest)
    writes = [Put(key, proof.item())]
    if plan.rest:
        served = {"config": config, "expires": int(aws.now()) + REMEMBERED}
        writes.append(Put(tables.serving_item(name), served))
    aws.index_write(table, writes)
    if plan.rest and proof.news:
        aws.send(settings.outcome_queue_url, {"detail": {"EndpointName": name}})
        told = replace(proof, told=proof.state.name)
        aws.index_write(table, [Put(key, told.item())])
    return proof


def _counted(before: Proof, message: Mapping[str, Any], found: Found) -> Proof:
    """Return the proof with a round, unless that was counted when its message came before."""
    if before.turn == message["turn"]:
        return before
    proof = before.add(found.seen, proofs.share(message["instances"]))
    proof = proof.fail(CASES, found.failed)
    return replace(proof, endpoint=message["endpoint"], turn=message["turn"])

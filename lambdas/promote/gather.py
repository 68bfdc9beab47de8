"""What does promotion need to know? All of it is read here, before anything is decided.

Reads that are needed in some cases only are made in those only. One of them leaves a trace: bytes
are measured by staging a copy of them, see `archive.measure`.
"""

from __future__ import annotations

from dataclasses import replace

import aws
from factory.catalogue import catalogue
from factory.catalogue.spec import Model
from factory.errors import NotFound, Refused
from factory.events.people import RollbackRequested
from factory.layout.objects import Run
from factory.promotion import approval
from factory.promotion.evidence import Found
from factory.promotion.facts import DecisionFacts, RollbackFacts
from factory.promotion.package import Package
from factory.promotion.rollback import config_of
from factory.promotion.service import Prepared
from factory.serving import rollout
from factory.serving.rollout import MOVES, Endpoint, Step
from factory.settings import PromoteSettings
from lambdas.promote import archive, registry


def decision(arn: str, settings: PromoteSettings) -> DecisionFacts:
    """Read what is so about a package; no more than that when it is not approved."""
    package = registry.package(arn)
    if not package.approved:
        return DecisionFacts(package=package)
    model = _model(package.model, settings)
    recorded = archive.recorded(package, settings)
    facts = DecisionFacts(
        package=package,
        model=model,
        recorded=recorded,
        archived=archive.archived(package, settings),
        endpoint=aws.endpoint(package.model),
        found=_found(package, model, settings) if model and not recorded else None,
        now=aws.now(),
    )
    step = rollout.forward(facts.endpoint, package.version, package.config)
    if step not in MOVES:
        return facts
    measured = facts.found.baseline if facts.found else archive.baseline(package, settings)
    return replace(facts, prepared=_prepared(package.config, measured, settings))


def rollback(request: RollbackRequested, settings: PromoteSettings) -> RollbackFacts:
    """Read what is so about the package that a person wants to serve again."""
    package = registry.package(request.package)
    config, endpoint = config_of(request, package), aws.endpoint(package.model)
    facts = RollbackFacts(
        package=package,
        model=_model(package.model, settings),
        recorded=archive.recorded(package, settings),
        archived=archive.archived(package, settings),
        endpoint=endpoint,
        written=archive.rollback(config, settings) is not None,
        now=aws.now(),
    )
    if endpoint is None or rollout.toward(endpoint, config) is not Step.UPDATE:
        return facts
    prepared = _prepared(config, archive.baseline(package, settings), settings)
    return replace(facts, prepared=prepared, later=_later(package, endpoint))


def _later(package: Package, endpoint: Endpoint) -> tuple[Package, ...]:
    """Return the approved versions after *package*, up to the one that serves."""
    return tuple(
        registry.package(arn)
        for version, arn in registry.approved(package.model)
        if package.version < version <= endpoint.version
    )


def _model(name: str, settings: PromoteSettings) -> Model | None:
    """Return the catalogue's entry of a model; None when it has none."""
    try:
        return catalogue.parse(aws.s3_get(settings.catalogue_uri))[name]
    except NotFound:
        return None


def _found(package: Package, model: Model, settings: PromoteSettings) -> Found | None:
    """Look again at what was approved, unless the package's own claims are refused already."""
    try:
        approval.check_claims(package, model, settings.work_bucket)
    except Refused:
        return None
    run = Run(settings.evidence_bucket, package.model, package.run)
    return Found(
        artifact=archive.measure(package, settings),
        evidence=archive.read(run.evidence),
        baseline=archive.read(run.baseline),
        registered=registry.registered(package.run),
        run_definition=registry.run_definition(package.run),
        deployed_definition=registry.deployed_definition(package.pipeline),
        champion=registry.champion(package),
    )


def _prepared(config: str, measured: bytes | None, settings: PromoteSettings) -> Prepared | None:
    """Return what *config* has of what it needs; None when its baseline is nowhere."""
    if measured is None:
        return None
    return Prepared(
        baseline=measured,
        model=registry.model_exists(config),
        config=registry.config_exists(config),
        failed=archive.failed_before(config, settings),
    )

"""What does promotion need to know? All of it is read here, before anything is decided.

Reads that are needed in some cases only are made in those only. One of them leaves a trace: bytes
are measured by staging a copy of them, see `archive.measure`.
"""

from __future__ import annotations

import secrets
from dataclasses import replace

import aws
from aws import judgements, registry, runs, specs
from factory.catalogue.definition import Definition
from factory.catalogue.entry import Entry
from factory.catalogue.spec import Judged, Model
from factory.errors import InvalidSpec, MalformedEvent, NotFound, Refused
from factory.events.model import DeploymentFailed
from factory.events.people import RollbackRequested
from factory.layout.names import resource
from factory.layout.objects import Run
from factory.promotion import approval, evidence
from factory.promotion import recall as recalls
from factory.promotion.facts import DecisionFacts, RecallFacts, RollbackFacts, ServingFacts
from factory.promotion.found import Found
from factory.promotion.loosened import Loosened
from factory.promotion.package import ApprovalRecord, Package
from factory.promotion.rollback import config_of
from factory.promotion.service import Prepared
from factory.serving import rollout
from factory.serving.intent import Intent
from factory.serving.rollout import MOVES, Endpoint, Step
from factory.settings import PromoteSettings
from factory.training.bound import Bound
from lambdas.promote import archive, sagemaker


def decision(arn: str, settings: PromoteSettings) -> DecisionFacts:
    """Read what is so about a package; no more than that when it is not approved."""
    package = sagemaker.package(arn)
    if package.group != resource(settings.stage, package.model):
        raise MalformedEvent(
            f"package {arn} is not of a model of stage {settings.stage}, whose groups are called "
            f"{resource(settings.stage, 'MODEL')}; fix the rule that sent it"
        )
    entry = specs.entry(settings.index_table, package.model)
    if entry is None:
        aws.log(f"{arn}: the catalogue never had a model {package.model!r}; the group is not ours")
        return DecisionFacts(package=package, known=False)
    if not package.approved:
        return DecisionFacts(package=package)
    model, judged = _in_force(entry, settings)
    record = archive.record(package, settings)
    intent = aws.intent(settings.approved_bucket, package.group)
    facts = DecisionFacts(
        package=package,
        model=model,
        judged=judged,
        recorded=record is not None,
        archived=archive.archived(package, settings),
        endpoint=aws.endpoint(package.group, intent),
        intent=intent,
        found=_found(package, model, judged, settings) if model and not record else None,
        loosened=_loosened(package, model, record, settings),
        rolled_back=_rolled_back(package, intent, settings),
        now=aws.now(),
    )
    step = rollout.forward(facts.endpoint, package.version, package.config)
    if step not in MOVES:
        return facts
    measured = facts.found.baseline if facts.found else archive.baseline(package, settings)
    prepared = _prepared(package.config, measured, facts.endpoint, settings)
    return replace(facts, prepared=prepared)


def _rolled_back(package: Package, intent: Intent, settings: PromoteSettings) -> bool:
    """Say whether a person's rollback is meant that ends the approval of *package*."""
    if intent.config in {"", package.config}:
        return False
    record = archive.rollback(intent.config, settings)
    return record is not None and record.withdraws.get(package.arn) == package.moment


def rollback(request: RollbackRequested, settings: PromoteSettings) -> RollbackFacts:
    """Read what is so about the package that a person wants to serve again."""
    package = sagemaker.package(request.package)
    config = config_of(request, package)
    intent = aws.intent(settings.approved_bucket, package.group)
    facts = _earlier(package, config, intent, aws.endpoint(package.group, intent), settings)
    return replace(facts, written=archive.rollback(config, settings) is not None)


def recall(event: DeploymentFailed, settings: PromoteSettings) -> RecallFacts:
    """Read what may serve instead of what has failed in service: the version approved before."""
    intent = aws.intent(settings.approved_bucket, event.endpoint)
    endpoint = aws.endpoint(event.endpoint, intent)
    document = archive.document(event.config, settings)
    if document.get("recalls"):
        return RecallFacts(endpoint=endpoint, intent=intent, again=True)
    return _instead(event.config, event.version, intent, endpoint, settings)


def serving(name: str, settings: PromoteSettings) -> ServingFacts:
    """Read what the endpoint called *name* serves or is about to, and whether that may go on.

    What may serve instead is read only when it may not.
    """
    intent = aws.intent(settings.approved_bucket, name)
    endpoint = aws.endpoint(name, intent)
    known = RecallFacts(endpoint=endpoint, intent=intent, now=aws.now())
    if endpoint is None:
        return ServingFacts(recall=known)
    config = endpoint.meant if endpoint.busy else endpoint.serves
    document = archive.document(config, settings)
    if not document:
        return ServingFacts(recall=known)
    try:
        package = sagemaker.package(document["package"])
    except NotFound:  # the registry has lost it: `reconcile` tells of that
        return ServingFacts(recall=known)
    model, _ = _in_force(specs.entry(settings.index_table, package.model), settings)
    facts = ServingFacts(
        recall=known, package=package, model=model, recalls=str(document.get("recalls", ""))
    )
    if not recalls.objection(package, model):
        return facts
    if endpoint.busy:
        return replace(facts, guards=archive.guards(config, settings))
    return replace(facts, recall=_instead(config, package.version, intent, endpoint, settings))


def _instead(
    config: str, version: int, intent: Intent, endpoint: Endpoint | None, settings: PromoteSettings
) -> RecallFacts:
    """Read what is so about the version that was approved before the one that *config* serves."""
    facts = RecallFacts(endpoint=endpoint, intent=intent, now=aws.now())
    if endpoint is None:
        return facts
    approved = registry.approved(settings.group(endpoint.name))
    found = next((each for each in approved if each.version < version), None)
    if found is None:
        return facts
    package = sagemaker.package(found.arn)
    instead = recalls.config_of(config, package)
    return replace(facts, earlier=_earlier(package, instead, intent, endpoint, settings))


def _earlier(
    package: Package,
    config: str,
    intent: Intent,
    endpoint: Endpoint | None,
    settings: PromoteSettings,
) -> RollbackFacts:
    """Read what is so about a version that shall serve again, as *config*."""
    model, judged = _in_force(specs.entry(settings.index_table, package.model), settings)
    facts = RollbackFacts(
        package=package,
        model=model,
        judged=judged,
        recorded=archive.record(package, settings) is not None,
        archived=archive.archived(package, settings),
        endpoint=endpoint,
        intent=intent,
        now=aws.now(),
    )
    if model is None or endpoint is None or rollout.toward(endpoint, config) is not Step.UPDATE:
        return facts
    prepared = _prepared(config, archive.baseline(package, settings), endpoint, settings)
    return replace(
        facts,
        prepared=prepared,
        definition=_definition_then(package, model, settings),
        later=_later(package, endpoint, settings),
    )


def _loosened(
    package: Package, model: Model | None, record: ApprovalRecord | None, settings: PromoteSettings
) -> Loosened:
    """Return what the spec in force loosens of the champion's, or did when it was recorded."""
    if record:
        return Loosened.of(record.loosened)
    if model is None:
        return Loosened()
    places = judgements.Places(settings.evidence_bucket, settings.specs_bucket)
    group = settings.group(package.group)
    return judgements.since_champion(places, group, model, but=package.arn)


def _later(package: Package, endpoint: Endpoint, settings: PromoteSettings) -> tuple[Package, ...]:
    """Return the approved versions after *package*, up to the one that serves."""
    return tuple(
        sagemaker.package(each.arn)
        for each in registry.approved(settings.group(package.group))
        if package.version < each.version <= endpoint.version
    )


def _in_force(entry: Entry | None, settings: PromoteSettings) -> tuple[Model | None, str]:
    """Return the spec of a model and the digest of what its runs are judged by; None for none."""
    if entry is None or entry.removed:
        return None, ""
    return specs.spec(settings.specs_bucket, entry), entry.judged


def _found(package: Package, model: Model, judged: str, settings: PromoteSettings) -> Found | None:
    """Look again at what was approved, unless the package's own claims are refused already."""
    try:
        approval.check_claims(package, model, settings)
    except Refused:
        return None
    run = Run(settings.evidence_bucket, package.model, package.run)
    measured, bucket = archive.read(run.evidence), settings.evidence_bucket
    bound = runs.bound(bucket, package.model, package.run)
    registration = runs.registration(bucket, package.model, package.run)
    return Found(
        artifact=archive.measure(package, settings),
        evidence=measured,
        baseline=archive.read(run.baseline),
        replay=archive.read(run.replay),
        registration=registration,
        bound=bound,
        became=_became(bound, settings),
        definition=_definition(registration.seen.definition, model, settings)
        if registration
        else None,
        judged=_judged_then(model.name, evidence.spec_of(measured), judged, settings),
        champion=sagemaker.champion(package, settings.group(package.group)),
    )


def _became(bound: Bound | None, settings: PromoteSettings) -> str:
    """Return the execution that a run's request became, as retrain alone writes down."""
    if bound is None or not bound.request:
        return ""
    return runs.started(settings.evidence_bucket, bound.model, bound.request)


def _definition(digest: str, model: Model, settings: PromoteSettings) -> Definition | None:
    """Return what is recorded of a pipeline definition of the model's recipe."""
    return specs.definition(settings.index_table, model.recipe, digest)


def _definition_then(
    package: Package, model: Model, settings: PromoteSettings
) -> Definition | None:
    """Return the same of the definition that made a version, as its run's bound record says."""
    bound = runs.bound(settings.evidence_bucket, package.model, package.run)
    return _definition(bound.seen.definition, model, settings) if bound else None


def _judged_then(name: str, then: str, now: str, settings: PromoteSettings) -> Judged | None:
    """Return what a run was judged by; None when it is what is in force, or not stored."""
    if then == now:
        return None
    try:
        return specs.judged(settings.specs_bucket, name, then)
    except (NotFound, Refused, InvalidSpec):
        return None


def _prepared(
    config: str, measured: bytes | None, endpoint: Endpoint | None, settings: PromoteSettings
) -> Prepared | None:
    """Return what *config* has of what it needs; None when its baseline is nowhere."""
    if measured is None:
        return None
    return Prepared(
        baseline=measured,
        model=sagemaker.model_exists(config),
        config=sagemaker.config_exists(config),
        secret=_secret(endpoint, settings),
    )


def _secret(endpoint: Endpoint | None, settings: PromoteSettings) -> str:
    """Return the secret of the endpoint's probes, or draw one for a new endpoint.

    While a canary bakes, the configuration that served before answers some of the probes: whoever
    watches it has to know them too.
    """
    document = archive.document(endpoint.serves, settings) if endpoint else {}
    return str(document.get("secret") or secrets.token_hex(16))

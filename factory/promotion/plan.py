"""What follows from a decision about a package, or from a failed deployment, in which order?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from factory.catalogue.spec import Model
from factory.errors import Refused
from factory.events.model import DeploymentFailed, ModelDeployed
from factory.layout import objects
from factory.promotion import announcements, approval, evidence, loosened, service
from factory.promotion.approval import WITHDRAWN
from factory.promotion.effects import Archive, Effect, Emit, Forget, Keep, Mean, Plan, Withdraw
from factory.promotion.facts import DecisionFacts, Facts
from factory.promotion.found import Artifact, Found
from factory.promotion.package import REJECTED, ApprovalRecord, Package, record_uri
from factory.promotion.service import Move
from factory.serving import rollout
from factory.serving.endpoint import Deployment
from factory.serving.intent import Intent
from factory.serving.rollout import MOVES, Endpoint, Step
from factory.settings import PromoteSettings

LONGEST = 1024  # characters that the registry takes as ApprovalDescription


def of_decision(facts: DecisionFacts, settings: PromoteSettings) -> Plan:
    """Return what follows from what the registry says of a package now.

    Nothing, when it is of another team, whose group has a name like ours.
    """
    package = facts.package
    if not facts.known:
        return Plan()
    if package.status == REJECTED and package.approver:
        forget = Forget(uri=replay_of(package, settings))
        return Plan((Emit(announcements.rejected(package)), forget))
    if not package.approved:
        return Plan()
    try:
        _check(facts, settings)
        return Plan(tuple(_promotion(facts, settings)), holds=True)
    except Refused as refusal:
        return Plan(tuple(withdrawal(package, str(refusal), settings)))


def withdrawal(
    package: Package, reason: str, settings: PromoteSettings, actor: str = ""
) -> Iterator[Effect]:
    """Yield what ends an approval; *actor* is the person who ended it, if one did.

    It is told first: once the registry says Rejected, a redelivery would find nothing to tell.
    """
    yield Emit(announcements.refused(package, reason, actor))
    yield Forget(uri=replay_of(package, settings))
    yield Withdraw(package=package.arn, description=f"{WITHDRAWN}{reason}"[:LONGEST])


def replay_of(package: Package, settings: PromoteSettings) -> str:
    """Return where the judged rows of a version are while its approval holds."""
    return objects.replay(settings.replays_bucket, package.evidence)


def _check(facts: DecisionFacts, settings: PromoteSettings) -> None:
    """Raise Refused unless the approval holds; one that was recorded held when it was given."""
    package, model = facts.package, model_of(facts)
    if model.retired:
        raise Refused(f"{model.name} is retired")
    if not facts.recorded:
        approval.check_claims(package, model, settings)
        evidence.check(package, model, facts.judged, _found(facts))
        loosened.check(package.reason, model, facts.loosened)
    if facts.recorded or facts.archived is not None:
        check_archived(facts, settings)


def model_of(facts: Facts) -> Model:
    """Return the model; Refused when the catalogue has none of that name."""
    if facts.model is None:
        raise Refused(f"model {facts.package.model!r} is not in the catalogue")
    return facts.model


def _found(facts: DecisionFacts) -> Found:
    if facts.found is None:
        raise Refused("nobody has looked at what was approved; approve again")
    return facts.found


def check_archived(facts: Facts, settings: PromoteSettings) -> None:
    """Raise Refused unless the copy that would serve is what was approved."""
    if facts.archived != facts.package.artifact:
        uri = objects.approved_model(settings.approved_bucket, facts.package.artifact)
        raise Refused(f"the copy at {uri} is not what was approved")


def _promotion(facts: DecisionFacts, settings: PromoteSettings) -> Iterator[Effect]:
    package, endpoint = facts.package, facts.endpoint
    step = rollout.forward(endpoint, package.version, package.config)
    if step is Step.FOREIGN and endpoint:
        raise Refused(announcements.foreign(endpoint))
    if facts.rolled_back and step is Step.UPDATE and endpoint and endpoint.deployed:
        step = Step.OVERTAKEN  # the approval ends as soon as the rollback has proven itself
    if step is Step.WAIT and endpoint:
        # it is checked again and recorded when deployment_outcome says that the endpoint is free
        yield Emit(announcements.deferred(package, endpoint))
        return
    if not facts.recorded:
        yield from _record(facts, settings)
    yield Emit(announcements.approved(package, facts.loosened))
    if step is Step.GIVE_WAY and endpoint:
        yield Mean(endpoint=endpoint.name, intent=endpoint.intent.undone(facts.now))
        yield Emit(announcements.deferred(package, endpoint))
    why = f"{package.approver} approved it: {package.reason}"
    if step in MOVES:
        deployment = deployment_of(facts, package.config, settings)
        yield from service.effects(move_of(facts, deployment, step, why), settings)
    if step is Step.DONE or step in MOVES:
        yield Emit(announcements.promoted(package, package.config, why))


def _record(facts: DecisionFacts, settings: PromoteSettings) -> Iterator[Effect]:
    """Yield what keeps an approval: the bytes, their baseline and, last, the record, for good.

    The rows to ask again are kept for as long as it holds.
    """
    package, bucket, found = facts.package, settings.approved_bucket, _found(facts)
    bound = found.bound.digest if found.bound else ""
    record = ApprovalRecord.of(package, facts.loosened, model_of(facts).tier, bound)
    if facts.archived is None and found.artifact:
        yield _archive(package, found.artifact, bucket)
    if found.baseline:
        yield Keep(uri=objects.approved_baseline(bucket, package.artifact), body=found.baseline)
    if found.replay:
        yield Keep(uri=replay_of(package, settings), body=found.replay)
    yield Keep(uri=record_uri(bucket, package), body=record.body())


def _archive(package: Package, artifact: Artifact, bucket: str) -> Archive:
    return Archive(
        source=artifact.staged,
        version=artifact.version,
        target=objects.approved_model(bucket, package.artifact),
        digest=package.artifact,
    )


def deployment_of(
    facts: Facts, config: str, settings: PromoteSettings, *, at_once: bool = False
) -> Deployment:
    """Return the way of the approved bytes into service, as *config*."""
    package = facts.package
    return Deployment(
        model=model_of(facts),
        package=package.arn,
        endpoint=package.group,
        config=config,
        container=package.containers[0],
        data=objects.approved_model(settings.approved_bucket, package.artifact),
        at_once=at_once,
    )


def move_of(facts: Facts, deployment: Deployment, step: Step, why: str, recalls: str = "") -> Move:
    """Return the move; Refused when nobody knows what its traffic would be compared with."""
    if facts.prepared is None:
        raise Refused(f"{deployment.config} has no baseline: without it nobody could watch it")
    return Move(
        package=facts.package,
        deployment=deployment,
        endpoint=facts.endpoint,
        intent=facts.intent,
        step=step,
        prepared=facts.prepared,
        now=facts.now,
        why=why,
        recalls=recalls,
    )


def of_failure(package: Package, config: str, why: str, settings: PromoteSettings) -> Plan:
    """Return what follows when *config* could not be brought into service.

    The very approval that brought it up ends; a later one of the same package is another.
    """
    if not package.approved or package.config != config:
        return Plan()
    return Plan(tuple(withdrawal(package, f"its deployment failed: {why}", settings)))


def of_outcome(
    event: DeploymentFailed | ModelDeployed, intent: Intent, endpoint: Endpoint | None
) -> Plan:
    """Return what notes which configuration failed first since one was deployed, or that none did.

    It is noted after it was told, so that it is told at all. An event that comes again when
    something else has been deployed since notes nothing.
    """
    failed = (event.config,) if isinstance(event, DeploymentFailed) else ()
    next_is_coming = not failed or (endpoint is not None and endpoint.busy)
    late = event.config != intent.config and not (
        event.config == intent.last.config and next_is_coming
    )
    if not failed and event.config != intent.config:
        late |= event.config in intent.failed  # taken out of service since it was deployed
    if late or bool(intent.failed) == bool(failed):
        return Plan()
    return Plan((Mean(endpoint=event.endpoint, intent=replace(intent, failed=failed)),))


def next_in_line(versions: Iterable[tuple[int, str]], endpoint: Endpoint | None) -> Iterator[str]:
    """Yield the packages that may serve next: *versions* that are not older than what serves.

    What serves or comes next itself is among them: whoever brought it on its way may have died
    before telling.
    """
    current = endpoint.version if endpoint else 0
    return (package for version, package in versions if version >= current)

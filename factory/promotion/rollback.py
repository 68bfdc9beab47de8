"""May an earlier version serve again? Then what was archived of it does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Self

from factory.errors import Refused
from factory.events.model import RollbackRefused
from factory.events.people import RollbackRequested
from factory.layout import names, objects
from factory.promotion import announcements, approval, origin, plan, service
from factory.promotion.effects import Effect, Emit, Keep, Mean, Plan
from factory.promotion.facts import RollbackFacts
from factory.promotion.package import Package
from factory.serving import rollout
from factory.serving.rollout import Endpoint, Step
from factory.settings import PromoteSettings


@dataclass(frozen=True, kw_only=True)
class RollbackRecord:
    """What is written down for good about a rollback that was begun."""

    actor: str
    reason: str
    withdraws: Mapping[str, str]
    """The approvals that end when it is done: the package's ARN and the moment of each."""

    @classmethod
    def of(cls, body: bytes) -> Self:
        """Read a record that was written."""
        return cls(**json.loads(body))

    def body(self) -> bytes:
        """Return the record as it is stored."""
        return json.dumps(asdict(self), sort_keys=True).encode()


def config_of(request: RollbackRequested, package: Package) -> str:
    """Return the configuration that this very request brings into service."""
    return names.config(package.group, package.version, package.artifact, request.id)


def words(request: RollbackRequested) -> str:
    """Return why it is done, with the person's name."""
    return f"{request.actor.split('/', 1)[-1]} rolled back: {request.reason}"


def of_request(request: RollbackRequested, facts: RollbackFacts, settings: PromoteSettings) -> Plan:
    """Return what follows from a `rollback.requested`, or from its redelivery."""
    endpoint = facts.endpoint
    if endpoint and facts.written and endpoint.serves != request.serving:
        return Plan()  # late: it was done, and something else may have been deployed since
    try:
        return Plan(tuple(_rollback(request, facts, settings)), holds=True)
    except Refused as refusal:
        return Plan((Emit(_refused(request, facts.package, str(refusal))),))


def _rollback(
    request: RollbackRequested, facts: RollbackFacts, settings: PromoteSettings
) -> Iterator[Effect]:
    package, endpoint, name = facts.package, facts.endpoint, config_of(request, facts.package)
    step = rollout.toward(endpoint, name)
    if step is not Step.DONE:
        check_version(facts, settings)
        if endpoint is None or step not in {Step.UPDATE, Step.GIVE_WAY}:
            raise Refused(
                f"{package.model} serves nothing that could be rolled back; approve instead"
            )
        if step is Step.GIVE_WAY:
            yield Mean(endpoint=endpoint.name, intent=endpoint.intent.undone(facts.now))
            yield Emit(_refused(request, package, announcements.busy(endpoint)))
            return
        if endpoint.meant != name:
            _check_endpoint(endpoint, package, request.serving)
            record = _record(request, facts.later)
            yield Keep(uri=objects.rollback(settings.approved_bucket, name), body=record.body())
        deployment = plan.deployment_of(facts, name, settings, at_once=True)
        move = plan.move_of(facts, deployment, step, words(request))
        yield from service.effects(move, settings)
    yield Emit(announcements.promoted(package, name, words(request)))


def check_version(facts: RollbackFacts, settings: PromoteSettings) -> None:
    """Raise Refused unless a version may serve again, as far as it can be known by now.

    All is checked but what the gates compared: the champion of that day is not today's.
    """
    package, model = facts.package, plan.model_of(facts)
    if not package.approved:
        raise Refused(
            f"the registry says {package.status} of {package.model} version {package.version}"
        )
    if not facts.recorded:
        raise Refused(f"{package.model} version {package.version} was never checked and recorded")
    plan.check_archived(facts, settings)
    origin.check_revoked(facts.definition)
    approval.check_people(package, model)


def _check_endpoint(endpoint: Endpoint, package: Package, seen: str) -> None:
    if endpoint.busy:
        raise Refused(announcements.busy(endpoint))
    if endpoint.serves != seen:
        raise Refused(f"endpoint {endpoint.name} serves {endpoint.serves} now, no longer {seen}")
    if package.version >= endpoint.version:
        raise Refused(f"{package.model} serves version {endpoint.version}: that is not a rollback")


def _record(request: RollbackRequested, later: Iterable[Package]) -> RollbackRecord:
    withdraws = {each.arn: each.moment for each in later}
    return RollbackRecord(actor=request.actor, reason=words(request), withdraws=withdraws)


def _refused(request: RollbackRequested, package: Package, reason: str) -> RollbackRefused:
    return RollbackRefused(
        model=package.model,
        version=package.version,
        reason=reason,
        key=request.key,
        package=package.arn,
        asked=request.actor,
        because=request.reason,
    )


def of_completion(
    record: RollbackRecord, packages: Iterable[Package], settings: PromoteSettings
) -> Plan:
    """Return what follows when a rollback is done: what it rolled back from is not approved."""
    ended = [p for p in packages if p.approved and record.withdraws.get(p.arn) == p.moment]
    effects = [plan.withdrawal(p, record.reason, settings, record.actor) for p in ended]
    return Plan(tuple(effect for each in effects for effect in each))

"""What follows when something serves that may not? What was approved before, or nothing.

It failed in service; or the version was rejected, or its model retired, since it was approved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from factory import reasons
from factory.catalogue.spec import REMOVE, Model
from factory.errors import Refused
from factory.events.model import DeploymentFailed, ModelPromoted, ModelRecalled
from factory.layout import names
from factory.promotion import announcements, plan, rollback, service
from factory.promotion.effects import CallBack, DeleteEndpoint, Effect, Emit, Guard, Mean, Plan
from factory.promotion.facts import RecallFacts, RollbackFacts, ServingFacts
from factory.promotion.package import Package
from factory.serving import outcome, rollout
from factory.serving.intent import NEVER, Aim, Intent
from factory.serving.rollout import BROKEN, Endpoint, Step
from factory.settings import PromoteSettings

ACTOR = names.function_actor("promote")
LOOK_AGAIN = "What serves may not"
"""The type of the message with which `reconcile` has promotion look again at an endpoint."""


@dataclass(frozen=True, kw_only=True)
class Unfit:
    """A configuration that serves and may not, and why."""

    model: str
    version: int
    package: str
    """The package's ARN."""
    endpoint: str
    config: str
    reason: str
    decided: bool = False
    """Whether a person decided that it may not; then an incident tells what follows."""

    @classmethod
    def of_failure(cls, event: DeploymentFailed) -> Self:
        """Return what has failed in service."""
        return cls(
            model=event.model,
            version=event.version,
            package=event.package,
            endpoint=event.endpoint,
            config=event.config,
            reason=event.reason,
        )

    @classmethod
    def of_serving(cls, endpoint: Endpoint, package: Package, reason: str) -> Self:
        """Return what serves, a version of *package*, which the registry calls not approved."""
        return cls(
            model=package.model,
            version=package.version,
            package=package.arn,
            endpoint=endpoint.name,
            config=endpoint.serves,
            reason=reason,
            decided=not package.approved,
        )

    def opened(self) -> Iterator[Emit]:
        """Yield the incident that tells people; the next version that is deployed closes it."""
        if self.decided:
            yield Emit(outcome.opened(self.model, self.config, self.reason, ACTOR))


def config_of(unfit: str, package: Package) -> str:
    """Return the configuration that brings *package* back instead of the *unfit* one."""
    return names.config(package.group, package.version, package.artifact, f"instead of {unfit}")


def objection(package: Package, model: Model | None) -> str:
    """Return why a version of *package* may not serve; empty if it may.

    Of a model that the catalogue does not name nothing is said: its line may be missing by mistake.
    """
    if model and model.retired:
        return f"{model.name} is retired"
    if package.approved:
        return ""
    who = package.approver or "somebody without a name"
    why = reasons.shown(package.reason) or "no reason was given"
    return f"{who} has made version {package.version} {package.status}: {why}"


def of_serving(facts: ServingFacts, settings: PromoteSettings) -> Plan:
    """Return what takes out of service, or calls back, what may not serve any longer.

    Only what promotion brought there: what was changed by hand is told by `reconcile`, and nothing
    is withdrawn because of it.
    """
    endpoint, package = facts.recall.endpoint, facts.package
    if endpoint is None or package is None:
        return Plan()
    why = objection(package, facts.model)
    if not why:
        return Plan(tuple(_begun_before(endpoint, package, facts.recalls)))
    if endpoint.status in BROKEN:
        return Plan()
    if endpoint.busy:
        if not _comes(endpoint):
            return Plan()  # nothing can be called back; when it is at rest it is looked at again
        return Plan(tuple(_called_back(endpoint, package, facts.guards)))
    removed = facts.model and (facts.model.retired or facts.model.serving.on_rejection == REMOVE)
    known = replace(facts.recall, earlier=None) if removed else facts.recall
    unfit = Unfit.of_serving(endpoint, package, why)
    return _plan(unfit, known, settings)


def _called_back(
    endpoint: Endpoint, package: Package, guards: Mapping[str, Mapping[str, Any]]
) -> Iterator[Effect]:
    """Yield what takes an update back: the alarm of the probes rings, and goes on ringing.

    SageMaker looks at it while the update bakes, which may begin minutes later only: so that it has
    to be breaching without another value, too. It is deleted with what it guards.
    """
    for name, settings in guards.items():
        if name == names.alarm(endpoint.name, endpoint.meant, "probes"):
            yield Guard(alarm=name, settings={**settings, "TreatMissingData": "breaching"})
    yield CallBack(model=package.model, config=endpoint.meant)


def _comes(endpoint: Endpoint) -> bool:
    """Say whether an update brings what is meant; SageMaker says a little late what comes."""
    silent = endpoint.status == "Updating" and not endpoint.pending
    return endpoint.pending == endpoint.meant or (silent and endpoint.serves != endpoint.meant)


def _begun_before(endpoint: Endpoint, package: Package, unfit: str) -> Iterator[Effect]:
    """Yield again what is told of a recall, for whoever began it may have died before telling."""
    if unfit and endpoint.meant in {endpoint.pending, endpoint.serves}:
        yield Emit(announcements.promoted(package, endpoint.meant, f"instead of {unfit}"))


def of_failure(event: DeploymentFailed, facts: RecallFacts, settings: PromoteSettings) -> Plan:
    """Return what takes out of service what has failed there; nothing once that was done.

    What serves because of a recall is not recalled: two versions in a row that answer otherwise
    have a cause that no version mends, and a person has to find it.
    """
    if facts.again:
        return Plan()
    return _plan(Unfit.of_failure(event), facts, settings)


def _plan(unfit: Unfit, facts: RecallFacts, settings: PromoteSettings) -> Plan:
    endpoint = facts.endpoint
    if endpoint is None or endpoint.foreign:
        return Plan()
    if facts.earlier and (config := _begun(unfit, endpoint, facts.earlier.package)):
        recalled, promoted = _told(unfit, facts.earlier.package, config)
        return Plan((Emit(recalled), *unfit.opened(), Emit(promoted)))
    if endpoint.serves != unfit.config or endpoint.busy:
        return Plan()
    if endpoint.status in BROKEN:
        return Plan()  # it never came up, so that nothing serves
    try:
        return Plan(tuple(_instead(unfit, endpoint, _checked(facts, settings), settings)))
    except Refused:
        return Plan(tuple(_nothing(unfit, endpoint, facts.now)))


def _begun(unfit: Unfit, endpoint: Endpoint, package: Package) -> str:
    """Return the configuration of a recall that was begun, maybe by who died before telling."""
    config = config_of(unfit.config, package)
    return config if rollout.toward(endpoint, config) is Step.DONE else ""


def _told(unfit: Unfit, package: Package, config: str) -> tuple[ModelRecalled, ModelPromoted]:
    promoted = announcements.promoted(package, config, f"instead of {unfit.config}")
    return _recalled(unfit, config), promoted


def _recalled(unfit: Unfit, instead: str) -> ModelRecalled:
    then = f"{instead} serves instead" if instead else "nothing else may serve, so nothing does"
    return ModelRecalled(
        model=unfit.model,
        version=unfit.version,
        reason=f"{unfit.reason}; {then}",
        key=unfit.config,
        package=unfit.package,
        endpoint=unfit.endpoint,
        config=unfit.config,
        instead=instead,
    )


def _checked(facts: RecallFacts, settings: PromoteSettings) -> RollbackFacts:
    if facts.earlier is None:
        raise Refused("no version was approved before")
    rollback.check_version(facts.earlier, settings)
    return facts.earlier


def _instead(
    unfit: Unfit, endpoint: Endpoint, facts: RollbackFacts, settings: PromoteSettings
) -> Iterator[Effect]:
    config = config_of(unfit.config, facts.package)
    if not _explained(endpoint, {unfit.config, config}):
        return  # something else was begun meanwhile
    step = rollout.toward(endpoint, config)
    if step is not Step.UPDATE:
        return
    recalled, promoted = _told(unfit, facts.package, config)
    deployment = plan.deployment_of(facts, config, settings, at_once=True)
    why = f"instead of {unfit.config}: {unfit.reason}"
    known = replace(facts, intent=_noted(unfit, facts.intent))
    move = plan.move_of(known, deployment, step, why, recalls=unfit.config)
    for effect in service.effects(move, settings):
        yield effect
        if isinstance(effect, Mean):  # nobody was first, and until it moves it is told again
            yield Emit(recalled)
            yield from unfit.opened()
    yield Emit(promoted)


def _nothing(unfit: Unfit, endpoint: Endpoint, now: float) -> Iterator[Effect]:
    if not _explained(endpoint, {unfit.config, ""}):
        return
    if endpoint.meant:
        aim = Aim(before=endpoint.changed, serves=endpoint.serves)
        intent = _noted(unfit, endpoint.intent).then(aim, now=now, why=unfit.reason)
        yield Mean(endpoint=endpoint.name, intent=intent)
    yield Emit(_recalled(unfit, ""))
    yield from unfit.opened()
    yield DeleteEndpoint(endpoint.name)


def _noted(unfit: Unfit, intent: Intent) -> Intent:
    """Return an intent that knows which incidents are open."""
    if not unfit.decided or unfit.config in intent.failed:
        return intent
    return replace(intent, failed=(*intent.failed, unfit.config))


def _explained(endpoint: Endpoint, meant: set[str]) -> bool:
    """Say whether one of *meant* is meant, or another was and did not come into service."""
    fell_back = endpoint.begun and endpoint.serves == endpoint.intent.serves
    return endpoint.meant in meant or (fell_back and endpoint.intent.before != NEVER)

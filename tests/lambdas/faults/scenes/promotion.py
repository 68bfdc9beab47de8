"""Ways through `promote`."""

from __future__ import annotations

import dataclasses
from typing import Any

from factory.events.incident import IncidentOpened
from factory.events.model import (
    ApprovalRefused,
    DeploymentFailed,
    ModelDeployed,
    ModelPromoted,
    ModelRecalled,
    Outcome,
    PromotionDeferred,
    RollbackRefused,
)
from factory.events.people import ModelApproved, ModelRejected, RollbackRequested
from localcloud.sagemaker import endpoints
from localcloud.sagemaker.endpoint_states import shelf
from tests.factory.events.instances import delivered
from tests.factory.gates.test_gates import MODEL as CHURN
from tests.lambdas.faults import patching
from tests.lambdas.faults.house import House, batch
from tests.lambdas.faults.scenes.registry import Version, settled
from tests.lambdas.faults.scenes.world import catalogued
from tests.lambdas.faults.walk import Scene
from tests.lambdas.promotions import spec_changed


def _first(house: House) -> Version:
    catalogued(house, CHURN)
    return Version(house, CHURN)


def _serving(house: House) -> Version:
    """Return the first version, which serves."""
    version = _first(house)
    house.done("promote", batch(version.approved()))
    settled(house, "mw-dev-churn")
    return version


def _second(house: House) -> tuple[Version, Version]:
    first = _serving(house)
    return first, Version(house, CHURN, champion=first.digest)


def _both(house: House) -> tuple[Version, Version]:
    """Return two versions of which the second serves."""
    first, second = _second(house)
    house.done("promote", batch(second.approved()))
    settled(house, "mw-dev-churn")
    return first, second


def _approved(house: House) -> Any:
    return batch(_first(house).approved())


def _approved_by_a_builder(house: House) -> Any:
    return batch(_first(house).approved(person="alan", reason=" "))


def _rejected(house: House) -> Any:
    return batch(_first(house).decided("Rejected", "we do not need it"))


def _again_after_failure(house: House) -> Any:
    """The endpoint of the first version never came up, and its incident is open."""
    version = _first(house)
    house.done("promote", batch(version.approved()))
    settled(house, "mw-dev-churn", "Failed")
    house.done("deployment_outcome", batch({"detail": {"EndpointName": "mw-dev-churn"}}))
    return batch(version.approved("its role may read it now"))


def _next(house: House) -> Any:
    _, second = _second(house)
    return batch(second.approved())


def _meanwhile(house: House) -> Any:
    """Another update is on its way."""
    _, second = _second(house)
    third = Version(house, CHURN, champion=second.digest)
    house.done("promote", batch(second.approved()))
    return batch(third.approved())


def _too_late(house: House) -> Any:
    """Another update begins in the moment before this one would."""
    _, second = _second(house)
    _let_another_be_first()
    return batch(second.approved())


def _let_another_be_first() -> None:
    check, waiting = endpoints._check_movable, [True]

    def checked(record: Any, config: Any, given: Any) -> None:
        if waiting:
            waiting.clear()
            busy = {"EndpointConfigName": "mw-dev-churn-v1-ffffffff"}
            record |= {"EndpointStatus": "Updating", "PendingDeploymentSummary": busy}
        check(record, config, given)

    patching.replace(endpoints, "_check_movable", checked)


SHORT = (
    "ResourceLimitExceeded: The account-level service limit 'ml.m5.large for endpoint usage' is 2 "
    "Instances, with current utilization of 2 Instances and a request delta of 2 Instances."
)
_movable = endpoints._check_movable


def _over_quota(house: House) -> Any:
    """There are not instances enough for an update."""

    def refuse(_record: Any, _config: Any, _given: Any) -> None:
        raise endpoints.invalid(SHORT)

    _, second = _second(house)
    patching.replace(endpoints, "_check_movable", refuse)
    return batch(second.approved())


def _quota_raised() -> None:
    patching.replace(endpoints, "_check_movable", _movable)


def _overtaken(house: House) -> Any:
    first, _ = _both(house)
    return batch(first.change)


def _asked(first: Version, second: Version, serving: str = "") -> Any:
    event = RollbackRequested(
        model=CHURN.name,
        version=first.number,
        actor="person/grace",
        reason="it selects too few",
        key="request",
        package=first.package,
        serving=serving or second.config(),
    )
    return batch(delivered(event))


def _rolled_back(house: House) -> Any:
    return _asked(*_both(house))


def _rolled_back_too_late(house: House) -> Any:
    return _asked(*_both(house), serving="mw-dev-churn-v9-ffffffff")


def _rolled_back_second(house: House) -> Any:
    """Another update begins in the moment before this one would."""
    first, second = _both(house)
    _let_another_be_first()
    return _asked(first, second)


def _outcome(
    kind: type[Outcome],
    version: Version,
    config: str,
    serves: str = "mw-dev-churn-v1-ffffffff",
) -> Any:
    event = kind(
        model=CHURN.name,
        version=version.number,
        reason="so it is",
        key=config,
        package=version.package,
        endpoint="mw-dev-churn",
        config=config,
        serves=serves,
    )
    return batch(delivered(event))


def _deployed(house: House) -> Any:
    """A rollback is done, and a third version has been approved meanwhile."""
    first, second = _both(house)
    third = Version(house, CHURN, champion=first.digest)
    house.done("promote", _asked(first, second))
    config = shelf["mw-dev-churn"]["PendingDeploymentSummary"]["EndpointConfigName"]
    third.approved()
    settled(house, "mw-dev-churn")
    return _outcome(ModelDeployed, first, config)


def _failed(house: House) -> Any:
    """An update was called back."""
    _, second = _second(house)
    house.done("promote", batch(second.approved()))
    shelf["mw-dev-churn"].pop("PendingDeploymentSummary")
    settled(house, "mw-dev-churn")
    return _outcome(DeploymentFailed, second, second.config())


def _recalled(house: House) -> Any:
    """What serves answers otherwise than it was judged; a version was approved before it."""
    _, second = _both(house)
    return _outcome(DeploymentFailed, second, second.config(), serves=second.config())


def _recalled_alone(house: House) -> Any:
    """What serves answers otherwise than it was judged; no version was approved before it."""
    version = _serving(house)
    return _outcome(DeploymentFailed, version, version.config(), serves=version.config())


def _rejected_as_it_bakes(house: House) -> Any:
    _, second = _second(house)
    house.done("promote", batch(second.approved()))
    return batch(second.decided("Rejected", "it is unlawful"))


def _rejected_in_service(house: House) -> Any:
    """A version was approved before the one that is rejected."""
    _, second = _both(house)
    return batch(second.decided("Rejected", "it is unlawful"))


def _retired(house: House) -> Any:
    _serving(house)
    catalogued(house, dataclasses.replace(CHURN, retired=True))
    return batch(spec_changed())


DEFERRED = (ModelApproved.TYPE, PromotionDeferred.TYPE)
SCENES = (
    Scene(
        "promote",
        "the first version is approved",
        _approved,
        (ModelApproved.TYPE, ModelPromoted.TYPE),
    ),
    Scene(
        "promote", "the next version is approved", _next, (ModelApproved.TYPE, ModelPromoted.TYPE)
    ),
    Scene(
        "promote",
        "a version is approved whose endpoint had failed",
        _again_after_failure,
        (ModelApproved.TYPE, ModelPromoted.TYPE),
    ),
    Scene("promote", "a version is approved during an update", _meanwhile, DEFERRED[1:]),
    Scene(
        "promote",
        "another update is first",
        _too_late,
        (ModelApproved.TYPE, PromotionDeferred.TYPE),
    ),
    Scene(
        "promote",
        "a quota does not reach, until it is raised",
        _over_quota,
        (IncidentOpened.TYPE, ModelApproved.TYPE, ModelPromoted.TYPE),
        cleared=_quota_raised,
    ),
    Scene(
        "promote",
        "the approval of an earlier version is told late",
        _overtaken,
        (ModelApproved.TYPE,),
    ),
    Scene("promote", "an approval does not hold", _approved_by_a_builder, (ApprovalRefused.TYPE,)),
    Scene("promote", "a version is rejected", _rejected, (ModelRejected.TYPE,)),
    Scene("promote", "a person rolls back", _rolled_back, (ModelPromoted.TYPE,)),
    Scene(
        "promote",
        "a person rolls back from what serves no more",
        _rolled_back_too_late,
        (RollbackRefused.TYPE,),
    ),
    Scene(
        "promote",
        "another update is before a rollback",
        _rolled_back_second,
        (RollbackRefused.TYPE,),
    ),
    Scene(
        "promote",
        "what was meant serves",
        _deployed,
        (ApprovalRefused.TYPE, ModelApproved.TYPE, ModelPromoted.TYPE),
    ),
    Scene(
        "promote",
        "what was meant does not serve",
        _failed,
        (ApprovalRefused.TYPE, ModelApproved.TYPE),
    ),
    Scene(
        "promote",
        "what serves is recalled for the version before it",
        _recalled,
        (ApprovalRefused.TYPE, ModelApproved.TYPE, ModelPromoted.TYPE, ModelRecalled.TYPE),
    ),
    Scene(
        "promote",
        "a version is rejected while it bakes",
        _rejected_as_it_bakes,
        (ModelRejected.TYPE,),
    ),
    Scene(
        "promote",
        "a version is rejected that serves",
        _rejected_in_service,
        (IncidentOpened.TYPE, ModelPromoted.TYPE, ModelRecalled.TYPE, ModelRejected.TYPE),
    ),
    Scene("promote", "a model is retired", _retired, (ModelRecalled.TYPE,)),
    Scene(
        "promote",
        "what serves is recalled for nothing",
        _recalled_alone,
        (ApprovalRefused.TYPE, ModelRecalled.TYPE),
    ),
)

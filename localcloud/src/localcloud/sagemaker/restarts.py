"""What becomes of SageMaker's processes when the cloud is started again?

Jobs and executions that were under way have failed. Endpoints that served start again; one that was
coming up has failed, and one that was being changed has its old configuration back.
"""

from __future__ import annotations

from typing import Any

from localcloud import places, reactor
from localcloud.places import PerPlace, Place
from localcloud.sagemaker import endpoint_states, executions, fleets, jobs, processing, training
from localcloud.sagemaker.api import SageMakerError
from localcloud.sagemaker.serving import NotServingError
from localcloud.state import kept

_Configurations = dict[Place, dict[str, dict[str, Any]]]
_before: PerPlace[str, dict[str, Any]] = PerPlace()
"""The configuration that each endpoint's processes had, by the endpoint's name."""


def _configurations() -> _Configurations:
    found = _before.parts()
    for place, running in fleets.running.parts().items():
        configs = {name: traffic.fleet.config for name, traffic in running.items()}
        found.setdefault(place, {}).update(configs)
    return found


def install() -> None:
    """Do all this when the cloud's state is back."""
    kept.keep_by("sagemaker/serving", _configurations, _before.put_back)
    kept.on_restored(_resume)


def _resume() -> None:
    for kind in (processing.KIND, training.KIND):
        jobs.end_interrupted(kind)
    executions.end_interrupted()
    for place in endpoint_states.shelf.parts():
        with places.at(place):
            _resume_here()
    _before.clear()


def _resume_here() -> None:
    for name, record in list(endpoint_states.shelf.items()):
        status = record["EndpointStatus"]
        if status == "Deleting":
            del endpoint_states.shelf[name]
        elif name in _before:
            _start_again(name, _before[name], changing=status == "Updating")
        elif status != "Failed":
            _fail(record, kept.RESTARTED)


def _start_again(name: str, config: dict[str, Any], *, changing: bool) -> None:
    """Let requests wait for the processes, as they do when one dies."""
    record = endpoint_states.shelf[name]
    try:
        fleet = fleets.Fleet(name, config)
    except SageMakerError as error:  # its model is deleted: there is nothing to start
        _fail(record, str(error))
        return
    fleets.running[name] = fleets.Traffic(fleet)
    if changing:
        record |= {"PendingDeploymentSummary": None, "FailureReason": kept.RESTARTED}
        endpoint_states.move(record, "InService")
    reactor.spawn(f"endpoint {name}", lambda: _started(name, fleet))


def _started(name: str, fleet: fleets.Fleet) -> None:
    try:
        fleet.start()
    except NotServingError as error:
        fleets.running.pop(name, None)
        _fail(endpoint_states.shelf[name], str(error))


def _fail(record: dict[str, Any], reason: str) -> None:
    record |= {"PendingDeploymentSummary": None, "FailureReason": reason}
    endpoint_states.move(record, "Failed")

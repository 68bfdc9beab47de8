"""How does an endpoint come to a new configuration, or back to the one it had?"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable

from localcloud import clock, reactor
from localcloud.alarms import state
from localcloud.places import PerPlace
from localcloud.sagemaker import endpoint_states, fleets, guards, metrics, models, store
from localcloud.sagemaker.fleets import Fleet
from localcloud.sagemaker.rollout import Plan, Step
from localcloud.sagemaker.store import Record
from localcloud.timers import Timer

_FAILURE_REASON_LENGTH = 1024
_active: PerPlace[str, Deployment] = PerPlace()


class Deployment:
    """One way of an endpoint to a configuration: by the steps of a plan, all or nothing.

    A new fleet starts beside the endpoint's own, takes over traffic step by step and bakes after
    each on the cloud's clock. A fleet that does not start, an alarm in ALARM at the start or at any
    time until the end, or the time limit give all traffic back: AWS's developer guide, "Deployment
    guardrails". The status stays Updating meanwhile: RollingBack is of other operations
    (DescribeEndpoint). Steps are taken on the reactor's thread; fleets start and end on their own.
    """

    def __init__(self, record: Record, config: Record, plan: Plan) -> None:
        self._record, self._config, self._plan = record, config, plan
        self._name = record["EndpointName"]
        hosted = [models.hosted(each["ModelName"]) for each in config["ProductionVariants"]]
        self._images, self._role = [each.image for each in hosted], hosted[0].role
        self._steps = iter(plan.steps)
        self._fleet: Fleet | None = None
        self._lock = threading.Lock()
        self._launching, self._over, self._reason = True, False, ""
        self._timers: list[Timer] = []
        self._started = store.now()

    def begin(self) -> None:
        """Return at once; the endpoint's status has just become Creating or Updating."""
        _active[self._name] = self
        self._stage("Creating", 0, f"Launching {self._plan.instances} instance(s).")
        if self._plan.timeout:
            self._after(self._plan.timeout, self._time_out)
        reactor.spawn(f"endpoint {self._name}", self._launch)

    def on_alarm(self, alarm: str) -> None:
        """Roll back if *alarm*, which has gone to ALARM, is one of the deployment's."""
        if alarm in self._plan.alarms:
            self._roll_back(guards.tripped([alarm]))

    def _launch(self) -> None:
        self._launched(guards.reason_against(self._start))

    def _start(self) -> str:
        """Start the new fleet unless the alarms forbid it; then return why."""
        reason = self._objection()
        if not reason:
            self._fleet = Fleet(self._name, self._config)
            self._fleet.start()
        return reason

    def _objection(self) -> str:
        return guards.objection(self._role, self._plan.alarms)

    def _launched(self, reason: str) -> None:
        """Go on with the new fleet, or back for a *reason*, or undo what was called back before."""
        with self._lock:
            self._launching, over = False, self._over
        if over:
            self._undo()
        elif reason:
            self._roll_back(reason)
        else:
            reactor.submit(f"endpoint {self._name}", self._next)

    def _next(self) -> None:
        with self._lock:
            if self._over:
                return
            step = next(self._steps, None)
            if step is None:
                self._end()
        if step is None:
            reactor.spawn(f"endpoint {self._name}", self._complete)
        else:
            self._take(step)

    def _take(self, step: Step) -> None:
        whole = step.active == self._plan.instances
        capacity = f"{'full' if whole else 'canary'} capacity of {step.active} instance(s)."
        self._stage("ActivatingTraffic", step.active, f"Activating traffic on {capacity}")
        traffic = fleets.running.get(self._name)
        if traffic and self._fleet:
            traffic.shift(self._fleet, step.active, self._plan.instances)
        if not step.wait:
            self._next()
            return
        baking = f"Baking for {step.wait} seconds ({step.setting}) with traffic enabled on"
        self._stage("Baking", step.active, f"{baking} {capacity}")
        self._after(step.wait, self._baked)

    def _baked(self) -> None:
        """Judge after the alarms have seen all that happened during the bake."""
        metrics.flush()
        reactor.submit(f"bake of endpoint {self._name}", self._judge)

    def _judge(self) -> None:
        if reason := guards.reason_against(self._objection):
            self._roll_back(reason)
        else:
            self._next()

    def _time_out(self) -> None:
        limit = f"MaximumExecutionTimeoutInSeconds ({self._plan.timeout})"
        self._roll_back(f"The deployment did not end within {limit}.")

    def _roll_back(self, reason: str) -> None:
        with self._lock:
            if self._over:
                return
            self._end()
            self._reason = reason
            launching = self._launching
        if traffic := fleets.running.get(self._name):
            traffic.back()
        if not launching:
            reactor.spawn(f"endpoint {self._name}", self._undo)

    def _end(self) -> None:
        self._over = True
        for timer in self._timers:
            timer.cancel()

    def _undo(self) -> None:
        try:
            if self._fleet:
                self._stage("Deleting", 0, f"Terminating {self._plan.instances} instance(s).")
                self._fleet.close()
        finally:
            self._record["FailureReason"] = self._reason[:_FAILURE_REASON_LENGTH]
            self._leave("InService" if self._name in fleets.running else "Failed")

    def _complete(self) -> None:
        if self._fleet is None:
            raise RuntimeError(f"endpoint {self._name}: there is no fleet to complete with")
        old = fleets.serving(self._name)
        fleets.running[self._name] = fleets.Traffic(self._fleet)
        try:
            if old:
                old.close()
        finally:
            self._record["EndpointConfigName"] = self._config["EndpointConfigName"]
            self._leave("InService")

    def _leave(self, status: str) -> None:
        del _active[self._name]
        self._record["PendingDeploymentSummary"] = None
        endpoint_states.move(self._record, status)

    def _after(self, seconds: float, work: Callable[[], None]) -> None:
        name = f"deployment of endpoint {self._name}"
        self._timers.append(reactor.at(clock.now() + seconds, name, work))

    def _stage(self, status: str, active: int, message: str) -> None:
        """Show and announce where the deployment is, in the words of AWS's documented examples."""
        stage = {"Status": status, "StatusMessage": message, "StartTime": store.now()}
        count = active if active < self._plan.instances else None
        summary = endpoint_states.pending(self._config, self._images, stage, count)
        self._record["PendingDeploymentSummary"] = {**summary, "StartTime": self._started}
        if self._record["EndpointStatus"] == "Updating":
            endpoint_states.emit_stage(self._record)


def _on_state_change(alarm: str, value: str) -> None:
    if value != "ALARM":
        return
    for deployment in list(_active.values()):
        work = functools.partial(deployment.on_alarm, alarm)
        reactor.submit(f"alarm {alarm} of endpoints", work)


def install() -> None:
    """Let alarms end deployments."""
    state.on_change(_on_state_change)

"""How does a function run once, and what is written down about it?"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from localcloud import origin, places
from localcloud.functions import errors, forks, logs, metrics, plans, recursion
from localcloud.functions.ending import Ending
from localcloud.functions.environment import Environment, Plan
from localcloud.functions.outcome import Outcome
from localcloud.functions.pool import Key, Throttled, pool
from localcloud.state import gate

if TYPE_CHECKING:
    from moto.awslambda.models import LambdaFunction

invocations: deque[dict[str, Any]] = deque(maxlen=10_000)
"""Every run: function, event, answer, error (whether it failed), attempt."""
Runner = Callable[[Key, Plan, dict[str, Any], bytes, origin.Chain], Ending]


def _run_apart(
    key: Key, plan: Plan, head: dict[str, Any], event: bytes, chain: origin.Chain
) -> Ending:
    """Run in a process that does nothing else meanwhile."""
    environment, new = pool.take(key, lambda: Environment(plan))
    try:
        broken = environment.start(head["seconds"]) if new else None
        return broken or environment.invoke(head, event, chain)
    finally:
        pool.give_back(environment)


_runner: list[Runner] = [_run_apart]


def prepare() -> None:
    """Let be begun, meanwhile, what the first run would wait for."""
    if _runner == [_run_apart]:
        threading.Thread(target=forks.running, name="fork server", daemon=True).start()


def run_elsewhere(runner: Runner) -> None:
    """Let *runner* do what a process of its own would."""
    _runner[:] = [runner]


def run(
    target: LambdaFunction, event: Any, attempt: int = 1, chain: origin.Chain | None = None
) -> Outcome:
    """Run the function's code once, under its role; raise Throttled where it may not run now.

    *chain* is that of what it is invoked for.
    """
    try:
        with (
            places.at(places.of(target.function_arn)),
            pool.turn(plans.arn(target), target.reserved_concurrency),
        ):
            return _run(target, event, attempt, recursion.longer(target, chain))
    except Throttled:
        metrics.count(target, "Throttles")
        raise


def _run(target: LambdaFunction, event: Any, attempt: int, chain: origin.Chain) -> Outcome:
    request_id, seconds = str(uuid.uuid4()), float(target.timeout)
    begun = time.perf_counter()
    head = {"request_id": request_id, "arn": target.function_arn, "seconds": seconds}
    try:
        key, plan = plans.of(target)
        with gate.aside():
            ending = _runner[0](key, plan, head, json.dumps(event).encode(), chain)
    except Exception as raised:  # noqa: BLE001 - a role that cannot be assumed, a layer that does not fit
        answer = errors.of_the_cloud(raised, request_id)
        output = f"[ERROR] {answer['errorType']}: {answer['errorMessage']}\n"
        ending = Ending(json.dumps(answer).encode(), error=True, output=output.encode())
    outcome = _outcome(ending, request_id, seconds)
    logs.write(target, ending.log_stream or logs.stream(target), request_id, outcome.output)
    metrics.ran(target, time.perf_counter() - begun, failed=outcome.error)
    invocations.append(
        {
            "account": target.account_id,
            "region": target.region,
            "function": target.function_name,
            "event": event,
            "answer": json.loads(outcome.text),
            "error": outcome.error,
            "attempt": attempt,
            "request_id": request_id,
        }
    )
    return outcome


def _outcome(ending: Ending, request_id: str, seconds: float) -> Outcome:
    output = ending.output.decode("utf-8", "replace")
    text = ending.body.decode("utf-8", "replace")
    failure = None
    if ending.timed_out:
        how = f"Task timed out after {seconds:.2f} seconds"
        failure = errors.ended("Sandbox.Timedout", how, request_id)
    elif ending.died:
        failure = errors.ended(ending.kind, ending.died, request_id)
    if failure is not None:
        text = json.dumps(failure)
        output = f"{output}[ERROR] {failure['errorType']}: {failure['errorMessage']}\n"
    return Outcome(text, ending.error or failure is not None, output, request_id)


def has_turn(target: LambdaFunction) -> bool:
    """Whether the function could run now: not all of its reserved concurrency is in use."""
    return pool.is_free(plans.arn(target), target.reserved_concurrency)

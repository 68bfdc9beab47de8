"""Does a function go on in circles, and may it?

AWS counts in the trace header how often one chain of messages has come through a function. Here
the count belongs to the door by which an environment's calls come in, and goes along with what is
sent to SQS and with direct invocations; chains by SNS or by S3 are taken for new ones, as AWS takes
those by EventBridge.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from moto.awslambda import urls
from moto.awslambda.exceptions import InvalidParameterValueException, LambdaClientError
from moto.awslambda.responses import LambdaResponse

from localcloud import moto_patches, origin
from localcloud.functions import metrics
from localcloud.origin import Chain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from moto.awslambda.models import LambdaFunction

MOST_RUNS = 16
KINDS = ("Allow", "Terminate")
_PATH = r"{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[\w_:%-]+)/recursion-config$"


class Stopped(LambdaClientError):
    """A direct invocation whose chain came through the function too often."""

    def __init__(self) -> None:
        super().__init__(
            "RecursiveInvocationException",
            "Lambda has detected your function being invoked in a recursive loop with other AWS "
            "resources and stopped your function's invocation.",
        )


class Recursive(Exception):
    """A message was dropped because its chain came through one function too often."""


def install() -> None:
    """Let the setting be put and got, which moto does not know."""
    moto_patches.route(
        urls,
        _PATH,
        LambdaResponse.dispatch,
        fixes="lacks the path of the recursion setting",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.provide(
        LambdaResponse,
        {"put_function_recursion_config": _put, "get_function_recursion_config": _get},
        fixes="lacks PutFunctionRecursionConfig and GetFunctionRecursionConfig",
        upstream=moto_patches.UNREPORTED,
    )


def configure(function: LambdaFunction, kind: str) -> None:
    """Set what becomes of a chain that runs in circles: ``Allow`` or ``Terminate``."""
    if kind not in KINDS:
        raise InvalidParameterValueException(f"RecursiveLoop is one of {KINDS}, not {kind!r}.")
    kept: Any = function
    kept.recursive_loop = kind


def configured(function: LambdaFunction) -> str:
    """Return what was set, or AWS's own choice."""
    return str(getattr(function, "recursive_loop", "Terminate"))


def is_stopped(function: LambdaFunction, chain: Mapping[str, int]) -> bool:
    """Whether a chain that has come this far may not run the function again."""
    if configured(function) == "Allow" or chain.get(function.function_name, 0) < MOST_RUNS:
        return False
    metrics.count(function, metrics.DROPPED)
    return True


def current() -> Chain:
    """Return the chain of the run that makes the call which is answered; else an empty one."""
    door = origin.current()
    return Counter(door.chain if door else {})


def demand_new(function: LambdaFunction) -> Chain:
    """Return the chain that a direct invocation belongs to; refuse one that goes in circles."""
    chain = current()
    if is_stopped(function, chain):
        raise Stopped
    return chain


def longest(chains: list[Chain]) -> Chain:
    """Return the chain that a run belongs to which several have led to."""
    found: Chain = Counter()
    for chain in chains:
        found |= chain
    return found


def longer(function: LambdaFunction, chain: Chain | None) -> Chain:
    """Return the chain with a run of the function."""
    return Counter(chain or {}) + Counter([str(function.function_name)])


def _function(self: LambdaResponse) -> LambdaFunction:
    return self.backend.get_function(self.path.split("/")[-2])


def _put(self: LambdaResponse) -> str:
    configure(_function(self), self.json_body["RecursiveLoop"])
    return _get(self)


def _get(self: LambdaResponse) -> str:
    return json.dumps({"RecursiveLoop": configured(_function(self))})

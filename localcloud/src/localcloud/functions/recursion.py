"""Does a function go on in circles, and may it?

AWS counts in the trace header how often one chain of messages has come through a function. Here
the count goes along with what a run sends to SQS, from the thread the handler runs in; chains by
SNS, by S3 or by direct invocations are taken for new ones, as AWS takes those by EventBridge.
"""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from moto.awslambda import urls
from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.responses import LambdaResponse

from localcloud import moto_patches
from localcloud.functions import metrics

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from moto.awslambda.models import LambdaFunction

MOST_RUNS = 16
KINDS = ("Allow", "Terminate")
_PATH = r"{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[\w_:%-]+)/recursion-config$"

Chain = Counter[str]
"""How often each function has run in one chain."""
_chain: ContextVar[Chain | None] = ContextVar("chain", default=None)


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
    """Return the chain of the run that goes on in this thread; an empty one outside of runs."""
    return Counter(_chain.get() or {})


@contextlib.contextmanager
def running(function: LambdaFunction, *chains: Chain) -> Iterator[None]:
    """Let what is sent meanwhile belong to the longest of these chains, and this run to it."""
    longest: Chain = Counter()
    for chain in chains:
        longest |= chain
    longest[function.function_name] += 1
    token = _chain.set(longest)
    try:
        yield
    finally:
        _chain.reset(token)


def _function(self: LambdaResponse) -> LambdaFunction:
    return self.backend.get_function(self.path.split("/")[-2])


def _put(self: LambdaResponse) -> str:
    configure(_function(self), self.json_body["RecursiveLoop"])
    return _get(self)


def _get(self: LambdaResponse) -> str:
    return json.dumps({"RecursiveLoop": configured(_function(self))})

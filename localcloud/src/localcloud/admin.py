"""How do tests and commands look into the cloud and move its clock?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from localcloud import clock, endpoint, functions, iam, reactor
from localcloud.cloudformation import custom, problems
from localcloud.events import mailbox
from localcloud.iam import grants
from localcloud.state import snapshots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def _timeout(body: dict[str, Any]) -> float:
    return float(body.get("timeout", reactor.SETTLE_SECONDS))


def _settle(body: dict[str, Any]) -> Any:
    return reactor.settle(_timeout(body))


def _clock(body: dict[str, Any]) -> Any:
    if "ticking" in body:
        (clock.resume if body["ticking"] else clock.stop)()
    if "advance" in body:
        reactor.advance(float(body["advance"]), _timeout(body))
    return {"now": clock.now(), "ticking": not clock.is_stopped()}


def _calls(_body: dict[str, Any]) -> Any:
    return list(iam.log)


def _grants(_body: dict[str, Any]) -> Any:
    return grants.all_of_roles()


def _invocations(_body: dict[str, Any]) -> Any:
    return list(functions.invocations)


def _problems(body: dict[str, Any]) -> Any:
    return problems.of(body["template"])


def _mailbox(_body: dict[str, Any]) -> Any:
    return mailbox.all_mails()


def _failures(_body: dict[str, Any]) -> Any:
    return list(reactor.failures)


def _save(body: dict[str, Any]) -> Any:
    return {"saved": snapshots.save(thorough=bool(body.get("thorough", True)))}


_VERBS: dict[tuple[str, str], Callable[[dict[str, Any]], Any]] = {
    ("POST", "settle"): _settle,
    ("POST", "clock"): _clock,
    ("GET", "clock"): _clock,
    ("GET", "calls"): _calls,
    ("GET", "grants"): _grants,
    ("GET", "invocations"): _invocations,
    ("GET", "failures"): _failures,
    ("GET", "mailbox"): _mailbox,
    ("POST", "problems"): _problems,
    ("POST", "save"): _save,
}


def _answer(request: Request) -> tuple[int, Any]:
    if request.path.startswith(endpoint.RESPONSES) and request.method == "PUT":
        token = request.path.removeprefix(endpoint.RESPONSES)
        custom.receive(token, json.loads(request.get_data()))
        return 200, {}
    name = request.path.removeprefix(endpoint.ADMIN)
    verb = _VERBS.get((request.method, name))
    if verb is None:
        return 404, {
            "error": f"{request.method} {request.path} is not one of the admin API's verbs"
        }
    try:
        return 200, verb(json.loads(request.get_data() or b"{}"))
    except (ValueError, TimeoutError) as error:
        return 400, {"error": str(error)}


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer one call of the admin API, as a WSGI application."""
    status, body = _answer(Request(environ))
    response = Response(json.dumps(body, default=str), status, mimetype="application/json")
    return response(environ, start_response)

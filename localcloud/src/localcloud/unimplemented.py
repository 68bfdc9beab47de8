"""What does a caller get who wants what the cloud does not have?"""

from __future__ import annotations

import json
import sys
import traceback
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse
from moto.s3.responses import S3Response
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from localcloud import (
    dropped_parameters,
    moto_patches,
    operations,
    owners,
    places,
    regions,
    turns,
)
from localcloud.iam import errors
from localcloud.operations import asked, limits
from localcloud.state import gate, reads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

CODE = "NotImplementedByLocalCloud"
STATUS = 501
TRIES = 10  # before a disturbance counts as one of moto's own failures


class NotImplementedByLocalCloud(ServiceException):
    """An operation that AWS has and the local cloud has not."""

    code = CODE
    http_status_code = STATUS


def install() -> None:
    """Turn what moto lacks or breaks at into an error in the protocol of the service."""
    moto_patches.wrap(
        BaseResponse,
        "call_action",
        _naming,
        fixes="answers a refusal, and what it lacks or breaks at, in no protocol of the service",
        upstream="policy: what is not there is refused by name, in the service's own protocol",
    )
    moto_patches.wrap(
        S3Response,
        ("all_buckets", "_bucket_response", "_key_response"),
        _naming,
        fixes="as call_action: S3 has ways of its own",
        upstream="policy: what is not there is refused by name, in the service's own protocol",
    )


def _naming(answer: Any) -> Any:
    def naming(self: BaseResponse, *args: Any, **kwargs: Any) -> Any:
        try:
            service, operation = str(self.service_name), str(self._get_action() or "")
            regions.demand_valid(self, service)
            place = owners.route(self)
            if (elsewhere := regions.redirected(self)) is not None:
                return elsewhere
            with places.at(place), gate.entered(reading=reads.only_reads(self)):
                operations.demand_answered(service, operation)
                asked.demand_honoured(self, service, operation)
                limits.demand_within(self, service, operation)
                dropped_parameters.demand_honoured(self, service, operation)
                with turns.turn(self):
                    return _undisturbed(self, lambda: answer(self, *args, **kwargs))
        except NotImplementedError as error:
            return _refusal(self, f"does not implement {_operation(self)} ({error})")
        except errors.Refused as refusal:
            return _answer(self, refusal, refusal.http_status_code)
        except (ServiceException, HTTPException):
            raise
        except Exception as error:  # noqa: BLE001 - moto fails in many ways at what AWS refuses
            traceback.print_exc(file=sys.__stderr__)  # a handler may have taken the other
            what = f"{type(error).__name__}: {error}"
            return _refusal(self, f"failed at {_operation(self)} ({what})")

    return naming


def _undisturbed(response: BaseResponse, answer: Callable[[], Any]) -> Any:
    """Ask again when another thread has changed what moto was just reading through."""
    for _ in range(TRIES):
        try:
            return answer()
        except (RuntimeError, ValueError) as error:
            if not turns.can_be_asked_again(response, error):
                raise
    return answer()


def _operation(response: BaseResponse) -> str:
    return f"{response.service_name}:{response._get_action()}"


def _refusal(response: BaseResponse, what: str) -> Any:
    return _answer(response, NotImplementedByLocalCloud(f"The local cloud {what}."), STATUS)


def _answer(response: BaseResponse, error: ServiceException, status: int) -> Any:
    _, headers, body = response.serialized(ActionResult(error))
    return status, headers | {"status": str(status)}, body


def unknown_service(dispatcher: Any, environ: dict[str, Any]) -> Response | None:
    """Return a refusal when moto has no backend at all for the service the call is signed for."""
    host = dispatcher.infer_service_region_host(environ, environ.get("PATH_INFO", ""))
    if host is None or dispatcher.get_backend_for_host(host):
        return None
    return _plain(f"the service {host.split('.')[0]}")


def naming_paths(dispatcher: Any, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer as moto's dispatcher does, but name the call where it answers "404" as a web page."""
    begun: list[Any] = []
    answer = dispatcher(environ, lambda *started: begun.extend(started))
    status, headers = begun[:2]
    if status.startswith("404"):
        answer = list(answer)
        if answer and answer[0].lower().startswith(b"<!doctype html>"):
            path = environ.get("PATH_INFO", "")
            host = dispatcher.infer_service_region_host(environ, path) or "no known service"
            what = f"{environ['REQUEST_METHOD']} {path} of {host.split('.')[0]}"
            plain = _plain_xml if host.split(".")[0] == "s3" else _plain
            return plain(what)(environ, start_response)
    start_response(status, headers)
    return answer


def _plain_xml(what: str) -> Response:
    """Return the same as S3 writes its errors."""
    message = f"The local cloud does not implement {escape(what)}."
    body = f"<Error><Code>{CODE}</Code><Message>{message}</Message></Error>"
    return Response(body, STATUS, mimetype="application/xml", headers={"x-amzn-errortype": CODE})


def _plain(what: str) -> Response:
    """Return a refusal where no protocol of a service is known to write it in."""
    body = json.dumps({"__type": CODE, "message": f"The local cloud does not implement {what}."})
    return Response(body, STATUS, mimetype="application/json", headers={"x-amzn-errortype": CODE})

"""When a call has been answered, who is told of it?"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from botocore import parsers
from moto.core.request import determine_request_protocol
from moto.core.responses import BaseResponse
from moto.core.utils import get_service_model
from moto.s3.responses import S3Response

from localcloud import descriptions, events, moto_patches, places
from localcloud.events.bus import CALL
from localcloud.iam import reading
from localcloud.iam.caller import account_of
from localcloud.places import Place
from localcloud.trail import calls, listeners, record

CLOUDFORMATION = "cloudformation.amazonaws.com"
_FAILED = 400
_stack_of: ContextVar[dict[str, Any] | None] = ContextVar("stack_of", default=None)
"""Who made the call to CloudFormation that is being answered: its own calls are made for them."""


def install() -> None:
    """Look at each call after everything that answers it."""
    fixes = "tells nobody of a call, which CloudTrail does"
    moto_patches.wrap(
        BaseResponse, "call_action", _recording, fixes=fixes, upstream=moto_patches.UNREPORTED
    )
    moto_patches.wrap(
        S3Response,
        ("_bucket_response", "_key_response"),
        _recording,
        fixes=fixes,
        upstream=moto_patches.UNREPORTED,
    )


def _recording(answer: Any) -> Any:
    def recorded(self: BaseResponse, *args: Any, **kwargs: Any) -> Any:
        made_for = _stack_of.get()
        if not self.is_werkzeug_request and made_for is None:
            return answer(self, *args, **kwargs)  # the cloud's own, on nobody's behalf
        service, operation = _named(self)
        begun = None
        if service == "cloudformation" and made_for is None:
            begun = _stack_of.set(_identity(self))
        try:
            answered = answer(self, *args, **kwargs)
            _tell(self, service, operation, answered, made_for)
        except Exception as error:
            code = getattr(error, "code", None) or type(error).__name__
            failure = {"errorCode": str(code), "errorMessage": str(error)[:1024]}
            _tell(self, service, operation, failure, made_for)
            raise
        finally:
            if begun is not None:
                _stack_of.reset(begun)
        return answered

    return recorded


def _named(response: BaseResponse) -> tuple[str, str]:
    """Return the service as event sources have it, and the API's name of the operation."""
    service = {"cloudwatch": "monitoring"}.get(name := reading.service(response), name)
    action = response._get_action()
    return service, str(action[0] if isinstance(action, list) else action)


def _identity(response: BaseResponse) -> dict[str, Any]:
    key = reading.access_key(response)
    try:
        caller = reading.caller(response, key) if key else None
    except Exception:  # noqa: BLE001 - a key of nobody, in the words of any service
        return {"type": "Unknown", "accessKeyId": key}
    return record.identity(caller, key)


def _tell(response: BaseResponse, service: str, operation: str, came: Any, made_for: Any) -> None:
    """Send the event of a call, if it is one of a trail's and a rule listens."""
    if calls.is_data(service, operation):
        return
    only_reads = calls.is_reading(service, operation)
    for place in _places(response, service):
        if listeners.any_of(place.account, place.region, f"aws.{service}", reading=only_reads):
            detail = _detail(response, service, operation, came, made_for)
            with places.at(place):
                told = {**detail, "recipientAccountId": place.account}
                events.emit(f"aws.{service}", CALL, told)


def _places(response: BaseResponse, service: str) -> set[Place]:
    """Return where a call is told: in the account it was made in, and in that of the caller."""
    region = places.REGION if service == "iam" else response.region
    if region not in descriptions.regions():
        return set()
    accounts = {response.current_account}
    if key := reading.access_key(response):
        accounts.add(account_of(key))
    return {Place(account, region) for account in accounts}


def _detail(
    response: BaseResponse, service: str, operation: str, came: Any, made_for: Any
) -> dict[str, Any]:
    only_reads = calls.is_reading(service, operation)
    who = {**made_for, "invokedBy": CLOUDFORMATION} if made_for else _identity(response)
    via = CLOUDFORMATION if made_for else ""
    what = {
        "eventSource": f"{service}.amazonaws.com",
        "eventName": calls.event_name(service, operation),
        "awsRegion": response.region,
        "sourceIPAddress": via or response.normalized_request.remote_addr or "127.0.0.1",
        "userAgent": via or response.headers.get("User-Agent", ""),
        "requestParameters": _parameters(response, service, operation),
    }
    outcome = came if isinstance(came, dict) else _outcome(response, operation, came)
    if only_reads and "errorCode" not in outcome:
        outcome = {"responseElements": None}
    return record.detail(who, what, outcome, reading=only_reads)


def _parameters(response: BaseResponse, service: str, operation: str) -> Any:
    if service == "s3":
        bucket = getattr(response, "bucket_name", None)
        return {"bucketName": bucket} if bucket else None
    model = get_service_model(response.boto3_service_name)
    if operation not in model.operation_names:
        return None
    shape = model.operation_model(operation).input_shape
    return record.members(reading.parameters(response, operation), shape)


def _outcome(response: BaseResponse, operation: str, answered: Any) -> dict[str, Any]:
    """Read an answer back, as the caller's SDK does."""
    status, headers, body = answered if isinstance(answered, tuple) else (200, {}, answered)
    if response.service_name == "s3" and int(status) < _FAILED:
        return {"responseElements": None}
    model = get_service_model(response.boto3_service_name)
    shape = None
    if operation in model.operation_names:
        shape = model.operation_model(operation).output_shape
    asked = response.normalized_request.content_type  # some services speak several protocols
    parser = parsers.create_parser(determine_request_protocol(model, asked))
    raw = body.encode() if isinstance(body, str) else body
    parsed = parser.parse({"status_code": int(status), "headers": headers, "body": raw}, shape)
    if int(status) >= _FAILED:
        error = parsed.get("Error", {})
        code, message = error.get("Code", "Unknown"), error.get("Message", "")
        return {"errorCode": str(code), "errorMessage": str(message)[:1024]}
    parsed.pop("ResponseMetadata", None)
    return {"responseElements": record.members(parsed, shape) or None}

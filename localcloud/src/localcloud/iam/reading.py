"""Who sends a request, and which API call is it?"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlparse

from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.core.responses import BaseResponse
from moto.core.utils import get_service_model

from localcloud import origin
from localcloud.iam import errors
from localcloud.iam.caller import Caller, ExpiredSessionError, InvalidKeyError, identity, sessions
from localcloud.iam.requests.call import Call

CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/[^/]+/([^/]+)/([^/,]+)/")
_OLD_SIGNATURE = re.compile(r"AWS ([^:\s]+):\S+")
_CREDENTIAL_FIELDS = ("x-amz-credential", "awsaccesskeyid")
_PREFIXES = {
    "monitoring": "cloudwatch",
    "stepfunctions": "states",
    "sagemaker-runtime": "sagemaker",
    "awslambda": "lambda",
}


def access_key(response: BaseResponse) -> str | None:
    """Return the key a request is signed with: in its header, its address (presigned) or its form.

    Forms with a signature are those that browsers send to S3.
    """
    if key := signed_by(response.headers.get("Authorization", "")):
        return key
    given = dict(parse_qsl(urlparse(response.uri).query))
    if response.service_name == "s3" and response.method == "POST":
        given |= response.form_data
    named = {name.lower(): value for name, value in given.items()}
    credential = next((named[name] for name in _CREDENTIAL_FIELDS if name in named), "")
    return credential.split("/")[0] or None


def signed_region(response: BaseResponse) -> str | None:
    """Return the region a request is signed for, in its header or (presigned) its address."""
    if match := CREDENTIAL.search(response.headers.get("Authorization", "")):
        return match.group(2)
    given = dict(parse_qsl(urlparse(response.uri).query))
    credential = next((v for k, v in given.items() if k.lower() == "x-amz-credential"), "")
    match = CREDENTIAL.search(f"Credential={credential}/")
    return match.group(2) if match else None


def signed_by(header: str) -> str | None:
    """Return the key in an Authorization header, of version 4 or (S3 still takes it) 2."""
    match = CREDENTIAL.search(header) or _OLD_SIGNATURE.fullmatch(header)
    return match.group(1) if match else None


def service(response: BaseResponse) -> str:
    """IAM's prefix of the service that answers."""
    match = CREDENTIAL.search(response.headers.get("Authorization", ""))
    name = response.service_name or (match.group(3) if match else "")
    return _PREFIXES.get(name, name)


def caller(response: BaseResponse, key: str) -> Caller:
    """Tell whose call it is; a dead session or key is refused as AWS does.

    The session token is compared, the signature is not: keys never leave the machine.
    """
    session = sessions.get(key)
    if session and _token(response) != session.session_token:
        raise errors.unknown_key(service(response))
    try:
        # what does not come through the server comes from the cloud
        return replace(_issued(key, response), is_cloud=not response.is_werkzeug_request)
    except ExpiredSessionError:
        raise errors.expired(service(response)) from None
    except InvalidKeyError:
        raise errors.unknown_key(service(response)) from None


def _token(response: BaseResponse) -> str | None:
    """Return the token beside a session's key: many may know the key, as from a presigned URL."""
    if "X-Amz-Security-Token" in response.headers:
        return str(response.headers["X-Amz-Security-Token"])
    given = dict(parse_qsl(urlparse(response.uri).query))
    if response.service_name == "s3" and response.method == "POST":
        given |= response.form_data
    return next((v for k, v in given.items() if k.lower() == "x-amz-security-token"), None)


def _issued(key: str, response: BaseResponse) -> Caller:
    """Tell whose key it is; to a function a key that nobody has issued is nobody's."""
    found = identity(key)
    if origin.current() and response.is_werkzeug_request and not found.checked:
        raise InvalidKeyError(key)
    return found


def facts(response: BaseResponse) -> dict[str, Any]:
    """Condition keys about how the request came here."""
    found = {
        "aws:SourceIp": response.normalized_request.remote_addr or "127.0.0.1",
        "aws:UserAgent": response.headers.get("User-Agent"),
    }
    return {key: value for key, value in found.items() if value}


def call(response: BaseResponse, resource: str) -> Call:
    """Parse the request; *resource* is what moto takes the call to be about, right for S3 alone."""
    prefix = service(response)
    account, region = response.current_account, response.region
    if prefix == "s3":
        return _s3_call(response, resource)
    action = response._get_action()
    operation = str(action[0] if isinstance(action, list) else action)
    return Call(prefix, operation, parameters(response, operation), account, region)


def _s3_call(response: BaseResponse, resource: str) -> Call:
    bucket, _, key = resource.split(":::", 1)[1].partition("/")
    query = dict(parse_qsl(urlparse(response.uri).query, keep_blank_values=True))
    if response.method == "POST" and not key and "delete" not in query:
        key = response.querystring.get("key", [""])[0]  # a browser's form
    return Call(
        service="s3",
        operation=str(response._get_action()),
        params={},
        account=response.current_account,
        region=response.region,
        method=response.method,
        headers={name.lower(): value for name, value in response.headers.items()},
        query=query,
        bucket="" if bucket == "*" else bucket,
        key=key,
    )


def parameters(response: BaseResponse, operation: str) -> Any:
    """Return the call's parameters, by botocore's model of the service."""
    model = get_service_model(response.boto3_service_name)
    if operation not in model.operation_names:
        return {}  # not an operation at all: moto says so next
    request = response.normalized_request
    protocol = determine_request_protocol(model, request.content_type)
    parser = PROTOCOL_PARSERS[protocol](model.operation_model(operation), map_type=dict)
    if protocol.startswith("rest"):
        response._get_action_from_method_and_request_uri(request)  # finds uri_match
    sent: Any = {
        "method": request.method,
        "values": request.values,
        "headers": request.headers,
        "body": request.data,
        "url_path": request.path,
        "url_params": response.uri_match,
    }
    return parser.parse(sent) or {}

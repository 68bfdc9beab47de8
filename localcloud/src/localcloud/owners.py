"""In which account and region is a call answered: the caller's, or those of what it names?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlparse

from moto.core.responses import BaseResponse
from moto.s3.models import s3_backends
from moto.s3.responses import S3Response

from localcloud import moto_patches, places
from localcloud.iam import caller, errors, reading
from localcloud.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NAMING = {
    "dynamodb": ("TableName", "ResourceArn"),
    "events": ("EventBusName", "ResourceARN"),
    "kms": ("KeyId", "TargetKeyId"),
    "lambda": ("FunctionName", "Resource"),
    "sagemaker": (
        "ModelPackageGroupName", "ModelPackageName", "ModelPackageArn", "ResourceArn",
        "PipelineName", "PipelineExecutionArn",
    ),
    "secretsmanager": ("SecretId",),
    "sns": ("TopicArn", "TargetArn", "SubscriptionArn", "ResourceArn"),
    "sts": ("RoleArn",),
}  # fmt: skip
"""By service: the parameters whose ARN may be of another account. The others' policies admit no
stranger, so that none gets as far as an answer."""
_OWN = ("registryId", "CatalogId")
"""Parameters that name an account, of services without policies that would admit a stranger."""
_QUEUE = re.compile(r"(?:https?://(?P<host>[^/]+))?/+(?P<account>\d{12})/[^/]+/?")
_QUEUE_HOST = re.compile(r"(?:sqs\.|queue\.)?(?P<region>[a-z]{2}-[a-z]+-\d)\.")
_PARTIAL = re.compile(r"(\d{12}):function:")
_ELSEWHERE = {
    "kms": ("NotFoundException", "Invalid arn {there}"),
    "lambda": (
        "ResourceNotFoundException",
        "Functions from '{there}' are not reachable in this region ('{here}')",
    ),
    "sns": ("InvalidParameter", "Invalid parameter: TopicArn"),
    "sqs": ("InvalidAddress", "The address {name} is not valid for this endpoint."),
}
"""What a service answers to the name of something in another region than the call's."""


def install() -> None:
    """Let the key tell the caller's account, and the signature the region, not any header."""
    moto_patches.replace(
        BaseResponse,
        "get_current_account",
        _account_of_caller,
        fixes="believes the header x-moto-account-id, and knows no sessions of another account",
        upstream="policy: an account is its administrator's key, as in other emulators",
    )
    moto_patches.wrap(
        BaseResponse,
        "get_region_from_url",
        _signed_region,
        fixes="believes the region that a host or user agent names before the signature's",
        upstream="policy: the region of a call is the one it is signed for",
    )


def _account_of_caller(self: BaseResponse) -> str:
    key = reading.signed_by(self.headers.get("Authorization", ""))
    return caller.account_of(key or reading.access_key(self) or "")


def _signed_region(from_url: Any) -> Any:
    def region(self: BaseResponse, request: Any, full_url: str) -> str:
        signed = reading.CREDENTIAL.search(request.headers.get("Authorization", ""))
        return signed.group(2) if signed else str(from_url(self, request, full_url))

    return region


def route(response: BaseResponse) -> Place:
    """Let the account that owns what a call is about answer it; return where that is."""
    if isinstance(response, S3Response):
        response.current_account = _owner_of_bucket(response) or response.current_account
        return Place(response.current_account, response.region)
    for name, place in _named(response):
        if place.region != response.region and place.region in {*_regions_of(name)}:
            raise _elsewhere(reading.service(response), name, place.region, response.region)
        response.current_account = place.account
        break
    return Place(response.current_account, response.region)


def _regions_of(name: str) -> Iterator[str]:
    """Yield the region that an ARN or a queue's URL names, if it names one."""
    queue = _QUEUE.fullmatch(name)
    host = _QUEUE_HOST.match(queue["host"] or "") if queue else None
    if host:
        yield host["region"]
    elif name.startswith("arn:"):
        yield name.split(":")[3]


def _owner_of_bucket(response: S3Response) -> str | None:
    """Return whose bucket it is; who creates one is answered as who they are."""
    asked = set(parse_qs(urlparse(response.uri).query, keep_blank_values=True)) - {"x-id"}
    if response.method == "PUT" and not asked and not response.parse_key_name():
        return None
    _, owner = s3_backends.bucket_accounts.get(response.bucket_name, ("", None))
    return owner


def _named(response: BaseResponse) -> Iterator[tuple[str, Place]]:
    """Yield what a call names that may be another account's, and where it stands."""
    service = reading.service(response)
    if service not in _NAMING and service not in {"sqs", "ecr", "glue"}:
        return
    action = response._get_action()
    operation = str(action[0] if isinstance(action, list) else action)
    params = reading.parameters(response, operation)
    _demand_own(params, response.current_account)
    _demand_own_tables(params, Place(response.current_account, response.region))
    if service == "sqs":
        yield from _queue(params, response)
    if service == "kms" and isinstance(blob := params.get("CiphertextBlob"), bytes):
        yield from _key_of(blob, response.region)
    for parameter in _NAMING.get(service, ()):
        name = params.get(parameter)
        if isinstance(name, str) and name.startswith(f"arn:aws:{_prefix(service)}:"):
            where = places.of(name)
            yield name, Place(where.account, name.split(":")[3] or response.region)
        elif service == "lambda" and _PARTIAL.match(str(name)):
            raise NotImplementedError(f"{parameter} {name}: give the whole ARN")


def _prefix(service: str) -> str:
    return "iam" if service == "sts" else service


def _queue(params: Mapping[str, Any], response: BaseResponse) -> Iterator[tuple[str, Place]]:
    url = str(params.get("QueueUrl") or "")
    if named := _QUEUE.fullmatch(url):
        host = _QUEUE_HOST.match(named["host"] or "")
        yield url, Place(named["account"], host["region"] if host else response.region)
    elif owner := params.get("QueueOwnerAWSAccountId"):
        yield url, Place(owner, response.region)


def _key_of(blob: bytes, region: str) -> Iterator[tuple[str, Place]]:
    """Yield the account whose key has made a ciphertext; moto writes its id in front."""
    from moto.kms.models import kms_backends  # noqa: PLC0415 - of one service's calls alone

    identifier = blob[:36].decode("ascii", "replace")
    for account, regions in list(kms_backends.items()):
        if region in regions.keys() and identifier in regions[region].keys:  # noqa: SIM118 - `in` makes one
            yield "", Place(account, region)


def _demand_own(params: Mapping[str, Any], account: str) -> None:
    for parameter in _OWN:
        if params.get(parameter) not in {None, "", account}:
            raise NotImplementedError(
                f"{parameter} {params[parameter]}: this service answers here in the caller's own"
                f" account alone, {account}"
            )


def _demand_own_tables(params: Mapping[str, Any], home: Place) -> None:
    """Refuse tables of other accounts among several: all of a call's are looked for in one."""
    parts = [part for item in params.get("TransactItems") or [] for part in item.values()]
    named = [*(params.get("RequestItems") or {}), *(part["TableName"] for part in parts)]
    for name in named:
        if name.startswith("arn:") and places.of(name) != home:
            raise NotImplementedError(f"{name} in a batch or transaction of {home.account}")


def _elsewhere(service: str, name: str, there: str, here: str) -> Exception:
    if service not in _ELSEWHERE:
        return NotImplementedError(f"{name} is in {there}, the call is signed for {here}")
    code, text = _ELSEWHERE[service]
    return errors.Refused(code, text.format(name=name, there=there, here=here), errors.BAD_REQUEST)

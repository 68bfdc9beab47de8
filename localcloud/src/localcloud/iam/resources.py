"""What policies, tags and keys do the resources themselves carry?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from moto import backends
from moto.s3.models import s3_backends

from localcloud.iam import managed
from localcloud.iam.policy import Document, parse
from localcloud.places import PARTS, Place

GLOBAL = "aws"  # the one region of services that have none


def backend(service: str, account: str, region: str) -> Any:
    """Moto's own store of a service."""
    return backends.get_backend(service)[account][region]  # type: ignore[call-overload]  # a name known at run time


def in_all_accounts(service: str) -> list[tuple[str, Any]]:
    """Return each account that has a store of a service without regions, with that store."""
    every = list(backends.get_backend(service).items())  # type: ignore[call-overload]  # as above
    return [(account, held[GLOBAL]) for account, held in every if GLOBAL in held.keys()]  # noqa: SIM118 - `in` alone tells of what could be


def owner(resource: str, place: Place) -> Place:
    """Return where a resource stands; *place* is that of the call, for what its ARN leaves out."""
    parts = resource.split(":", PARTS - 1)
    if len(parts) < PARTS:
        return place
    account = parts[4] or place.account
    if parts[2] == "s3":
        bucket = parts[5].partition("/")[0]
        _, account = s3_backends.bucket_accounts.get(bucket, ("", place.account))
    return Place(account, parts[3] or place.region)


def policies(resource: str, place: Place) -> list[Document]:
    """Return the policy on a bucket, queue, topic, key, function, bus or role (its trust).

    *place* is where the resource stands. What is no ARN, such as ``*``, carries none.
    """
    parts = resource.split(":", PARTS - 1)
    if len(parts) < PARTS:
        return []
    find, account, region = policy_sources.get(parts[2]), place.account, place.region
    found = find(parts[5], resource, account, region) if find else None
    return [parse(found)] if found else []


def bucket_of(account: str, name: str) -> Any:
    """Return moto's bucket of that name, or None."""
    _, owner = s3_backends.bucket_accounts.get(name, ("", account))
    return backend("s3", owner, GLOBAL).buckets.get(name) if owner else None


def _bucket_policy(name: str, _arn: str, account: str, _region: str) -> Any:
    return getattr(bucket_of(account, name.split("/", maxsplit=1)[0]), "policy", None)


def _queue_policy(name: str, _arn: str, account: str, region: str) -> Any:
    return getattr(backend("sqs", account, region).queues.get(name), "policy", None)


def _topic_policy(_name: str, arn: str, account: str, region: str) -> Any:
    return getattr(backend("sns", account, region).topics.get(arn), "policy", None)


def _key_policy(name: str, _arn: str, account: str, region: str) -> Any:
    keys = backend("kms", account, region).keys
    identifier = name.removeprefix("key/")
    return managed.adopted(keys[identifier]).policy if identifier in keys else None


def aliases(resource: str, place: Place) -> list[str] | None:
    """Return what a key is called besides its id; None for what is no key, or has no alias."""
    kind, _, identifier = resource.rpartition(":key/")
    if not kind.startswith("arn:aws:kms:"):
        return None
    key = backend("kms", place.account, place.region).keys.get(identifier)
    return sorted(getattr(key, "aliases", ())) or None


def _function_policy(_name: str, arn: str, account: str, region: str) -> Any:
    function = _function(arn, account, region)
    return {"Statement": function.policy.statements} if function else None


def _bus_policy(name: str, _arn: str, account: str, region: str) -> Any:
    kind, *names = name.split("/")
    bus = (
        names[0] if kind == "event-bus" or len(names) > 1 else "default"
    )  # rule/NAME, rule/BUS/NAME
    return getattr(backend("events", account, region).event_buses.get(bus), "policy", None)


def _table_policy(_name: str, arn: str, account: str, region: str) -> Any:
    table = arn.partition("/index/")[0]
    held = backend("dynamodb", account, region).resource_policies.get(table)
    return getattr(held, "policy_doc", None)


def _secret_policy(_name: str, arn: str, account: str, region: str) -> Any:
    return getattr(backend("secretsmanager", account, region).secrets.get(arn), "policy", None)


def _trust_policy(_name: str, arn: str, account: str, _region: str) -> Any:
    return getattr(role(arn, account), "assume_role_policy_document", None)


policy_sources: dict[str, Callable[[str, str, str, str], Any]] = {
    "iam": _trust_policy,
    "s3": _bucket_policy,
    "sqs": _queue_policy,
    "sns": _topic_policy,
    "kms": _key_policy,
    "lambda": _function_policy,
    "events": _bus_policy,
    "dynamodb": _table_policy,
    "secretsmanager": _secret_policy,
}
"""By service; SageMaker's joins when it is installed."""


def _function(arn: str, account: str, region: str) -> Any:
    name = arn.split(":", 6)[6].split(":", maxsplit=1)[0]
    functions = backend("lambda", account, region)._lambdas._functions
    return functions[name]["latest"] if name in functions else None


def tags(resource: str, place: Place) -> dict[str, str]:
    """Return the resource's tags, of the services whose grants may ask for aws:ResourceTag."""
    source = tag_sources.get(resource.split(":", 3)[2])
    found = source(resource, place.account, place.region) if source else {}
    return found if isinstance(found, dict) else as_tags(found)


def as_tags(listed: list[Mapping[str, str]]) -> dict[str, str]:
    """Tags of AWS's list form as a mapping."""
    return {
        tag.get("Key", tag.get("TagKey", "")): tag.get("Value", tag.get("TagValue", ""))
        for tag in listed
    }


def _queue_tags(arn: str, account: str, region: str) -> Any:
    return getattr(
        backend("sqs", account, region).queues.get(arn.rsplit(":", maxsplit=1)[-1]), "tags", {}
    )


def _topic_tags(arn: str, account: str, region: str) -> Any:
    return getattr(backend("sns", account, region).topics.get(arn), "_tags", {})


def _key_tags(arn: str, account: str, region: str) -> Any:
    return backend("kms", account, region).tagger.get_tag_dict_for_resource(
        arn.rsplit("/", maxsplit=1)[-1]
    )


def _table_tags(arn: str, account: str, region: str) -> Any:
    name = arn.split("/")[1] if "/" in arn else ""
    return getattr(backend("dynamodb", account, region).tables.get(name), "tags", [])


def _function_tags(arn: str, account: str, region: str) -> Any:
    if ":function:" not in arn:
        return {}
    return getattr(_function(arn, account, region), "tags", {})


def _role_tags(arn: str, account: str, _region: str) -> Any:
    return role_tags(role(arn, account))


def role(arn: str, account: str) -> Any:
    """Moto's role of that ARN, or None."""
    roles = backend("iam", account, GLOBAL).roles.values()
    return next((each for each in roles if each.arn == arn), None)


def role_tags(found: Any) -> dict[str, str]:
    """Return a role's or user's tags, which moto keeps as a list or a mapping of tags."""
    held = getattr(found, "tags", None) or []
    return as_tags([*held.values()] if isinstance(held, dict) else held)


tag_sources: dict[str, Callable[[str, str, str], Any]] = {
    "sqs": _queue_tags,
    "sns": _topic_tags,
    "kms": _key_tags,
    "dynamodb": _table_tags,
    "lambda": _function_tags,
    "iam": _role_tags,
}
"""By service; SageMaker's joins when it is installed."""

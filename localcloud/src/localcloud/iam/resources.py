"""What policies, tags and keys do the resources themselves carry?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from moto import backends

from localcloud.iam.policy import Document, parse

GLOBAL = "aws"  # the one region of services that have none
PARTS = 6  # of an ARN: arn, partition, service, region, account, resource
DEFAULT_ACCOUNT = "123456789012"
DEFAULT_REGION = "us-east-1"


def backend(service: str, account: str, region: str) -> Any:
    """Moto's own store of a service."""
    return backends.get_backend(service)[account][region]  # type: ignore[call-overload]  # a name known at run time


def policies(resource: str, account: str, region: str) -> list[Document]:
    """Return the policy on a bucket, queue, topic, key, function, bus or role (its trust).

    What is no ARN, such as ``*``, carries none.
    """
    parts = resource.split(":", 5)
    if len(parts) < PARTS:
        return []
    service, name = parts[2], parts[5]
    found = _POLICIES[service](name, resource, account, region) if service in _POLICIES else None
    return [parse(found)] if found else []


def bucket_of(account: str, name: str) -> Any:
    """Return moto's bucket of that name, or None."""
    return backend("s3", account, GLOBAL).buckets.get(name)


def _bucket_policy(name: str, _arn: str, account: str, _region: str) -> Any:
    return getattr(bucket_of(account, name.split("/", maxsplit=1)[0]), "policy", None)


def _queue_policy(name: str, _arn: str, account: str, region: str) -> Any:
    return getattr(backend("sqs", account, region).queues.get(name), "policy", None)


def _topic_policy(_name: str, arn: str, account: str, region: str) -> Any:
    return getattr(backend("sns", account, region).topics.get(arn), "policy", None)


def _key_policy(name: str, _arn: str, account: str, region: str) -> Any:
    keys = backend("kms", account, region).keys
    identifier = name.removeprefix("key/")
    return getattr(keys[identifier], "policy", None) if identifier in keys else None


def _function_policy(_name: str, arn: str, account: str, region: str) -> Any:
    function = _function(arn, account, region)
    return {"Statement": function.policy.statements} if function else None


def _bus_policy(name: str, _arn: str, account: str, region: str) -> Any:
    buses = backend("events", account, region).event_buses
    return getattr(buses.get(name.removeprefix("event-bus/")), "policy", None)


def _trust_policy(_name: str, arn: str, account: str, _region: str) -> Any:
    return getattr(role(arn, account), "assume_role_policy_document", None)


_POLICIES = {
    "iam": _trust_policy,
    "s3": _bucket_policy,
    "sqs": _queue_policy,
    "sns": _topic_policy,
    "kms": _key_policy,
    "lambda": _function_policy,
    "events": _bus_policy,
}


def _function(arn: str, account: str, region: str) -> Any:
    name = arn.split(":", 6)[6].split(":", maxsplit=1)[0]
    functions = backend("lambda", account, region)._lambdas._functions
    return functions[name]["latest"] if name in functions else None


def tags(resource: str, account: str, region: str) -> dict[str, str]:
    """Return the resource's tags, of the services whose grants may ask for aws:ResourceTag."""
    service = resource.split(":", 3)[2]
    found = tag_sources[service](resource, account, region) if service in tag_sources else {}
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

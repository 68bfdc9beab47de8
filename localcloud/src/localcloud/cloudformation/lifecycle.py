"""How are a bucket's lifecycle rules written in a template, and how in the API?"""

from __future__ import annotations

from typing import Any

from localcloud.cloudformation.api_parameters import text
from localcloud.cloudformation.resource_types import ANY, Properties

SHAPE = {
    "Rules": [
        {
            "Id": ANY,
            "Status": ANY,
            "Prefix": ANY,
            "TagFilters": ANY,
            "ExpirationInDays": ANY,
            "ExpiredObjectDeleteMarker": ANY,
            "NoncurrentVersionExpiration": {"NoncurrentDays": ANY, "NewerNoncurrentVersions": ANY},
            "NoncurrentVersionTransitions": [{"StorageClass": ANY, "TransitionInDays": ANY}],
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": ANY},
            "Transitions": [{"StorageClass": ANY, "TransitionInDays": ANY}],
        }
    ]
}


def rules(configuration: Properties) -> list[Properties]:
    """Return the rules as PutBucketLifecycleConfiguration takes them."""
    return [_rule(number, rule) for number, rule in enumerate(configuration["Rules"])]


def _rule(number: int, rule: Properties) -> Properties:
    made = {
        "ID": rule.get("Id", f"rule-{number}"),
        "Status": rule["Status"],
        "Filter": _filter(rule),
        "Expiration": _expiration(rule),
        "NoncurrentVersionExpiration": _integers(rule.get("NoncurrentVersionExpiration", {})),
        "AbortIncompleteMultipartUpload": _integers(rule.get("AbortIncompleteMultipartUpload", {})),
        "Transitions": [
            {"StorageClass": step["StorageClass"], "Days": int(step["TransitionInDays"])}
            for step in rule.get("Transitions", [])
        ],
        "NoncurrentVersionTransitions": [
            {"StorageClass": step["StorageClass"], "NoncurrentDays": int(step["TransitionInDays"])}
            for step in rule.get("NoncurrentVersionTransitions", [])
        ],
    }
    return {name: value for name, value in made.items() if value or name == "Filter"}


def _filter(rule: Properties) -> Properties:
    wanted = [
        {"Key": tag["Key"], "Value": text(tag["Value"])} for tag in rule.get("TagFilters", [])
    ]
    prefix = rule.get("Prefix", "")
    if not wanted:
        return {"Prefix": prefix}
    if len(wanted) == 1 and not prefix:
        return {"Tag": wanted[0]}
    return {"And": {"Prefix": prefix, "Tags": wanted}}


def _expiration(rule: Properties) -> Properties:
    made: Properties = {}
    if "ExpirationInDays" in rule:
        made["Days"] = int(rule["ExpirationInDays"])
    if "ExpiredObjectDeleteMarker" in rule:
        made["ExpiredObjectDeleteMarker"] = text(rule["ExpiredObjectDeleteMarker"]) == "true"
    return made


def _integers(value: dict[str, Any]) -> dict[str, int]:
    return {name: int(number) for name, number in value.items()}

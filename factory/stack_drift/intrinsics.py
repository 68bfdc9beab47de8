"""What does a value of a template come to? Intrinsic functions, as far as names are known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ARNS = {
    "AWS::DynamoDB::Table": "arn:{partition}:dynamodb:{region}:{account}:table/{name}",
    "AWS::Events::EventBus": "arn:{partition}:events:{region}:{account}:event-bus/{name}",
    "AWS::Events::Rule": "arn:{partition}:events:{region}:{account}:rule/{name}",
    "AWS::IAM::Role": "arn:{partition}:iam::{account}:role/{name}",
    "AWS::KMS::Key": "arn:{partition}:kms:{region}:{account}:key/{name}",
    "AWS::Lambda::Function": "arn:{partition}:lambda:{region}:{account}:function:{name}",
    "AWS::Logs::LogGroup": "arn:{partition}:logs:{region}:{account}:log-group:{name}:*",
    "AWS::S3::Bucket": "arn:{partition}:s3:::{name}",
    "AWS::SQS::Queue": "arn:{partition}:sqs:{region}:{account}:{name}",
}
"""The ARN of a resource by its type; what it is called follows from its physical id."""
NAMES = {("AWS::SQS::Queue", "QueueName"), ("AWS::SNS::Topic", "TopicName")}
"""Attributes that are what a thing is called."""
_PLACEHOLDER = re.compile(r"\$\{([^}!]+)\}")


@dataclass(frozen=True)
class Gapped:
    """A text of which only some parts are known; None stands for what is not."""

    parts: tuple[str | None, ...]

    def fits(self, text: str) -> bool:
        """Tell whether *text* can be it: whether all parts that are known are there, in order."""
        pattern = "".join(".*" if part is None else re.escape(part) for part in self.parts)
        return re.fullmatch(pattern, text, re.DOTALL) is not None

    def __str__(self) -> str:
        """Return it for people, with an ellipsis for what is not known."""
        return "".join("..." if part is None else part for part in self.parts)


UNKNOWN = Gapped((None,))
"""What nothing is known of."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What the references in one stack's template lead to."""

    arn: str
    """Of the stack; it says partition, region and account."""
    physical: Mapping[str, str]
    """What CloudFormation calls each resource, by its logical id."""
    types: Mapping[str, str]
    """The type of each resource, by its logical id."""
    exports: Mapping[str, str]
    """What the stacks beside it export, by name."""
    mappings: Mapping[str, Any]
    """The template's own tables."""

    @property
    def place(self) -> Mapping[str, str]:
        """Return the partition, the region and the account."""
        _, partition, _, region, account, _ = self.arn.split(":", 5)
        return {"partition": partition, "region": region, "account": account}

    def pseudo(self, name: str) -> str | None:
        """Return a parameter that CloudFormation itself knows."""
        suffix = "amazonaws.com.cn" if self.place["partition"] == "aws-cn" else "amazonaws.com"
        known = {f"AWS::{k}": self.place[v] for k, v in _PSEUDO.items()}
        return {**known, "AWS::URLSuffix": suffix, "AWS::StackId": self.arn}.get(name)


_PSEUDO = {"Partition": "partition", "Region": "region", "AccountId": "account"}


def called(physical_id: str) -> str:
    """Return what a thing is called: the end of a queue's URL, `BUS/RULE`, or the id itself."""
    if physical_id.startswith(("https://", "http://")):
        return physical_id.rsplit("/", 1)[-1]
    if physical_id.startswith("arn:") and ":sns:" in physical_id:
        return physical_id.rsplit(":", 1)[-1]
    return physical_id.replace("|", "/")


def resolved(value: Any, scope: Scope) -> Any:
    """Return *value* as plain JSON, in which a text may be `Gapped`.

    An object or a list that cannot be known is `UNKNOWN` as a whole.
    """
    if isinstance(value, list):
        return [resolved(each, scope) for each in value]
    if not isinstance(value, dict):
        return value
    if any(name == "Ref" or name.startswith("Fn::") for name in value):
        return _intrinsic(value, scope)
    return {name: resolved(each, scope) for name, each in value.items()}


def _intrinsic(value: dict[str, Any], scope: Scope) -> Any:
    found: Any = UNKNOWN
    match value:
        case {"Ref": str(name)}:
            found = _text(scope.pseudo(name) or scope.physical.get(name))
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            found = _text(_attribute(name, attribute, scope))
        case {"Fn::ImportValue": str(name)}:
            found = _text(scope.exports.get(name))
        case {"Fn::Join": [str(between), list(parts)]}:
            found = _joined(between, [resolved(part, scope) for part in parts])
        case {"Fn::Sub": str(text)}:
            found = _joined("", list(_substituted(text, scope)))
        case {"Fn::FindInMap": [str(table), key, str(name)]}:
            found = _found(scope.mappings.get(table, {}), resolved(key, scope), name)
    return found


def _text(found: str | None) -> str | Gapped:
    return UNKNOWN if found is None else found


def _attribute(name: str, attribute: str, scope: Scope) -> str | None:
    kind, physical = scope.types.get(name, ""), scope.physical.get(name)
    if physical is None:
        return None
    if attribute == "Arn" and kind in ARNS:
        return ARNS[kind].format(name=called(physical), **scope.place)
    return called(physical) if (kind, attribute) in NAMES else None


def _substituted(text: str, scope: Scope) -> Iterator[Any]:
    """Yield the parts of a text with placeholders, each resolved."""
    for number, part in enumerate(_PLACEHOLDER.split(text)):
        name, dot, attribute = part.partition(".")
        if number % 2 == 0:
            yield part
        elif dot:
            yield _text(_attribute(name, attribute, scope))
        else:
            yield _text(scope.pseudo(part) or scope.physical.get(part))


def _joined(between: str, parts: list[Any]) -> str | Gapped:
    """Return the parts as one text, which has gaps where one of them has."""
    found: list[str | None] = []
    for number, part in enumerate(parts):
        found += [between] if number and between else []
        if isinstance(part, Gapped):
            found += part.parts
        else:
            found.append(part if isinstance(part, str) else None)
    if None in found:
        return Gapped(tuple(found))
    return "".join(part for part in found if part is not None)


def _found(table: Mapping[str, Any], key: Any, name: str) -> Any:
    return table.get(key, {}).get(name, UNKNOWN) if isinstance(key, str) else UNKNOWN

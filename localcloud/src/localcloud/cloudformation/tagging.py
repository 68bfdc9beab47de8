"""How do a resource's tags change while the resource stays?

AWS changes tags in place for all of these types: a replacement would lose what the resource holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.cloudformation.api_parameters import tags

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.cloudformation.resource_types import Made, Place, Properties, ResourceType

    Tags = dict[str, str]
    Tagger = Callable[[Place, Made, Tags, list[str]], None]


def pairs(given: Tags, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Return tags in the list form of most APIs."""
    return [{key: name, value: text} for name, text in given.items()]


def _by_arn(service: str, *, listed: bool, resource: str = "ResourceArn") -> Tagger:
    """Return a tagger for an API that tags by ARN, with a list or a mapping of tags."""

    def tag(place: Place, made: Made, given: Tags, gone: list[str]) -> None:
        client = place.aws(service)
        arn = {resource: made.attributes.get("Arn") or made.physical_id}
        if gone:
            client.untag_resource(**arn, TagKeys=gone)
        if given:
            client.tag_resource(**arn, Tags=pairs(given) if listed else given)

    return tag


def _queue(place: Place, made: Made, given: Tags, gone: list[str]) -> None:
    sqs, url = place.aws("sqs"), made.physical_id
    if gone:
        sqs.untag_queue(QueueUrl=url, TagKeys=gone)
    if given:
        sqs.tag_queue(QueueUrl=url, Tags=given)


def _key(place: Place, made: Made, given: Tags, gone: list[str]) -> None:
    kms, key = place.aws("kms"), made.physical_id
    if gone:
        kms.untag_resource(KeyId=key, TagKeys=gone)
    if given:
        kms.tag_resource(KeyId=key, Tags=pairs(given, "TagKey", "TagValue"))


def _log_group(place: Place, made: Made, given: Tags, gone: list[str]) -> None:
    logs, group = place.aws("logs"), made.physical_id
    if gone:
        logs.untag_log_group(logGroupName=group, tags=gone)
    if given:
        logs.tag_log_group(logGroupName=group, tags=given)


def _parameter(place: Place, made: Made, given: Tags, gone: list[str]) -> None:
    ssm, which = place.aws("ssm"), {"ResourceType": "Parameter", "ResourceId": made.physical_id}
    if gone:
        ssm.remove_tags_from_resource(**which, TagKeys=gone)
    if given:
        ssm.add_tags_to_resource(**which, Tags=pairs(given))


def _role(place: Place, made: Made, given: Tags, gone: list[str]) -> None:
    iam, role = place.aws("iam"), made.physical_id
    if gone:
        iam.untag_role(RoleName=role, TagKeys=gone)
    if given:
        iam.tag_role(RoleName=role, Tags=pairs(given))


def _in_sagemaker(place: Place, made: Made, given: Tags, gone: list[str]) -> None:
    sagemaker, arn = place.aws("sagemaker"), made.attributes.get("Arn") or made.physical_id
    if gone:
        sagemaker.delete_tags(ResourceArn=arn, TagKeys=gone)
    if given:
        sagemaker.add_tags(ResourceArn=arn, Tags=pairs(given))


def _secret(place: Place, made: Made, given: Tags, gone: list[str]) -> None:
    client, secret = place.aws("secretsmanager"), made.physical_id
    if gone:
        client.untag_resource(SecretId=secret, TagKeys=gone)
    if given:
        client.tag_resource(SecretId=secret, Tags=pairs(given))


_TAGGERS: dict[str, Tagger] = {
    "AWS::DynamoDB::GlobalTable": _by_arn("dynamodb", listed=True),
    "AWS::DynamoDB::Table": _by_arn("dynamodb", listed=True),
    "AWS::IAM::Role": _role,
    "AWS::KMS::Key": _key,
    "AWS::Lambda::Function": _by_arn("lambda", listed=False, resource="Resource"),
    "AWS::Logs::LogGroup": _log_group,
    "AWS::SNS::Topic": _by_arn("sns", listed=True),
    "AWS::SQS::Queue": _queue,
    "AWS::SSM::Parameter": _parameter,
    "AWS::SageMaker::Endpoint": _in_sagemaker,
    "AWS::SageMaker::EndpointConfig": _in_sagemaker,
    "AWS::SageMaker::Model": _in_sagemaker,
    "AWS::SageMaker::ModelPackageGroup": _in_sagemaker,
    "AWS::SageMaker::Pipeline": _in_sagemaker,
    "AWS::SecretsManager::Secret": _secret,
}


def updated(
    kind: ResourceType, place: Place, made: Made, old: Properties, new: Properties
) -> Made | None:
    """Change a resource as its kind does, but its tags in place; None asks for a new one."""
    tagger = _TAGGERS.get(kind.name)
    if tagger is None:
        return kind.update(place, made, old, new) if kind.update else None
    before, after = tags(_holder(old)), tags(_holder(new))
    alike = _with_tags_of(old, new)
    changed = kind.update(place, made, alike, new) if kind.update else None
    if changed is None and alike == new:
        changed = made
    if changed is not None and before != after:
        tagger(place, changed, after, sorted(set(before) - set(after)))
    return changed


def _holder(properties: Properties) -> Properties:
    """Return where the tags stand: a global table has them in its one replica."""
    replicas: list[Any] = properties.get("Replicas") or [properties]
    return dict(replicas[0])


def _with_tags_of(old: Properties, new: Properties) -> Properties:
    """Return the old properties with the new tags."""
    if "Replicas" in old and "Replicas" in new:
        replica = _with_tags_of(old["Replicas"][0], new["Replicas"][0])
        return {**old, "Replicas": [replica, *old["Replicas"][1:]]}
    kept = {name: value for name, value in old.items() if name != "Tags"}
    return {**kept, "Tags": new["Tags"]} if "Tags" in new else kept

"""How does each type of resource get its tags, and lose some?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import xmltodict  # type: ignore[import-untyped]  # moto's own dependency has no types
from moto.s3.exceptions import DuplicateTagKeys, S3ClientError
from moto.s3.models import S3Backend, s3_backends
from moto.s3.responses import S3Response

from localcloud import moto_patches
from localcloud.iam.resources import as_tags

if TYPE_CHECKING:
    from localcloud.cloudformation.resource_types import Made, Place

Tags = dict[str, str]
Tagger = Callable[["Place", "Made", Tags, list[str]], None]
SYSTEM = "aws:"
"""The beginning of the tags that only AWS itself gives and takes."""


def install() -> None:
    """Let nobody add, change or take away a bucket's system tags."""
    moto_patches.wrap(
        S3Backend,
        ("put_bucket_tagging", "delete_bucket_tagging"),
        _keeping,
        fixes="lets PutBucketTagging and DeleteBucketTagging take away system tags",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        S3Backend,
        "delete_bucket",
        _forgetting,
        fixes="keeps the tags of a bucket that is deleted for the next one of its name",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.replace(
        S3Response,
        "_bucket_tagging_from_body",
        _asked,
        fixes="refuses system tags that are given as they are, which S3 demands",
        upstream=moto_patches.UNREPORTED,
    )


class SystemTags(S3ClientError):
    """A call would change what only AWS itself gives and takes."""

    def __init__(self, done: str) -> None:
        super().__init__("InvalidTag", f"System tags cannot be {done} by requester")


def _keeping(change: Any) -> Any:
    def changed(self: S3Backend, bucket_name: str, tags: Tags | None = None) -> None:
        listed: Any = self.tagger.list_tags_for_resource(self.get_bucket(bucket_name).arn)["Tags"]
        held, wanted = _system(as_tags(listed)), _system(tags or {})
        if wanted.items() - held.items():
            raise SystemTags("added/updated")
        if held.items() - wanted.items():
            raise SystemTags("removed")
        change(self, bucket_name, *([] if tags is None else [tags]))

    return changed


def _forgetting(delete: Any) -> Any:
    def deleted(self: S3Backend, bucket_name: str) -> Any:
        gone = delete(self, bucket_name)
        if gone:
            self.tagger.delete_all_tags_for_resource(gone.arn)
        return gone

    return deleted


def _system(tags: Tags) -> Tags:
    return {name: text for name, text in tags.items() if name.startswith(SYSTEM)}


def _asked(self: S3Response) -> Tags:
    asked = xmltodict.parse(self.body, force_list=("Tag",))["Tagging"].get("TagSet") or {}
    tags = [(tag["Key"], tag["Value"] or "") for tag in asked.get("Tag", [])]
    if len(dict(tags)) < len(tags):
        raise DuplicateTagKeys
    return dict(tags)


def pairs(given: Tags, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Return tags in the list form of most APIs."""
    return [{key: name, value: text} for name, text in given.items()]


def _by_arn(
    service: str, *, listed: bool = True, resource: str = "ResourceArn", attribute: str = "Arn"
) -> Tagger:
    """Return a tagger for an API that tags by ARN, with a list or a mapping of tags."""
    tags, keys = ("tags", "tagKeys") if resource == "resourceArn" else ("Tags", "TagKeys")

    def tag(place: Place, made: Made, given: Tags, gone: list[str]) -> None:
        client = place.aws(service)
        arn = {resource: made.attributes.get(attribute) or made.physical_id}
        if gone:
            client.untag_resource(**arn, **{keys: gone})
        if given:
            client.tag_resource(**arn, **{tags: pairs(given) if listed else given})

    return tag


def _bucket(place: Place, made: Made, given: Tags, gone: list[str]) -> None:
    """Change a bucket's tags where S3 keeps them: no call may change system tags."""
    backend: Any = s3_backends[place.account]["aws"]
    held = as_tags(
        backend.tagger.list_tags_for_resource(f"arn:aws:s3:::{made.physical_id}")["Tags"]
    )
    kept = {name: text for name, text in held.items() if name not in gone}
    put = moto_patches.original(S3Backend, "put_bucket_tagging")
    put(backend, made.physical_id, {**kept, **given})


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


def _in_iam(owner: str, key: str) -> Tagger:
    """Return a tagger for what IAM calls *owner* and knows by the parameter *key*."""

    def tag(place: Place, made: Made, given: Tags, gone: list[str]) -> None:
        iam, which = place.aws("iam"), {key: made.physical_id}
        if gone:
            getattr(iam, f"untag_{owner}")(**which, TagKeys=gone)
        if given:
            getattr(iam, f"tag_{owner}")(**which, Tags=pairs(given))

    return tag


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


TAGGERS: dict[str, Tagger] = {
    "AWS::CloudWatch::Alarm": _by_arn("cloudwatch", resource="ResourceARN"),
    "AWS::DynamoDB::GlobalTable": _by_arn("dynamodb"),
    "AWS::DynamoDB::Table": _by_arn("dynamodb"),
    "AWS::ECR::Repository": _by_arn("ecr", resource="resourceArn"),
    "AWS::Events::EventBus": _by_arn("events", resource="ResourceARN"),
    "AWS::Events::Rule": _by_arn("events", resource="ResourceARN"),
    "AWS::IAM::ManagedPolicy": _in_iam("policy", "PolicyArn"),
    "AWS::IAM::Role": _in_iam("role", "RoleName"),
    "AWS::IAM::User": _in_iam("user", "UserName"),
    "AWS::KMS::Key": _key,
    "AWS::Lambda::EventSourceMapping": _by_arn(
        "lambda", listed=False, resource="Resource", attribute="EventSourceMappingArn"
    ),
    "AWS::Lambda::Function": _by_arn("lambda", listed=False, resource="Resource"),
    "AWS::Logs::LogGroup": _log_group,
    "AWS::S3::Bucket": _bucket,
    "AWS::SNS::Topic": _by_arn("sns"),
    "AWS::SQS::Queue": _queue,
    "AWS::SSM::Parameter": _parameter,
    "AWS::SageMaker::Endpoint": _in_sagemaker,
    "AWS::SageMaker::EndpointConfig": _in_sagemaker,
    "AWS::SageMaker::Model": _in_sagemaker,
    "AWS::SageMaker::ModelPackageGroup": _in_sagemaker,
    "AWS::SageMaker::Pipeline": _in_sagemaker,
    "AWS::SecretsManager::Secret": _secret,
}
"""By type; what is not here has no tags in this cloud."""

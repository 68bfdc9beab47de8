"""Is there a resource of this name already, which an API would change instead of refusing?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.cloudformation.resource_types import Place, Properties

    Finder = Callable[[Place, str, Properties], object]


class AlreadyExists(Exception):
    """A resource that the template would take over from somebody else."""


def _rule(place: Place, name: str, properties: Properties) -> object:
    bus = properties.get("EventBusName") or "default"
    return place.aws("events").describe_rule(Name=name, EventBusName=bus)


def _alarm(place: Place, name: str, _properties: Properties) -> object:
    return place.aws("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]


_FINDERS: dict[str, tuple[str, Finder]] = {
    "AWS::S3::Bucket": (
        "BucketName",
        lambda place, name, _: place.aws("s3").head_bucket(Bucket=name),
    ),
    "AWS::SQS::Queue": (
        "QueueName",
        lambda place, name, _: place.aws("sqs").get_queue_url(QueueName=name),
    ),
    "AWS::SNS::Topic": (
        "TopicName",
        lambda place, name, _: place.aws("sns").get_topic_attributes(
            TopicArn=place.arn("sns", name)
        ),
    ),
    "AWS::SSM::Parameter": (
        "Name",
        lambda place, name, _: place.aws("ssm").get_parameter(Name=name),
    ),
    "AWS::Events::Rule": ("Name", _rule),
    "AWS::CloudWatch::Alarm": ("AlarmName", _alarm),
}
"""Types whose APIs do not mind a name that is taken: the property of the name, and who knows it."""


def demand_free(place: Place, properties: Properties) -> None:
    """Raise AlreadyExists when the resource that is to be made is there already, as AWS does."""
    named, find = _FINDERS.get(place.type, ("", None))
    name = properties.get(named)
    if not name or find is None:
        return
    try:
        found = find(place, name, properties)
    except ClientError:
        return  # it is not there; the creation refuses a name that cannot be
    if found:
        raise AlreadyExists(f"{name} already exists")

"""How does each thing go that a smoke run has made? What is gone already does no harm."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

import aws
from aws import buckets, registry
from aws.calls import ask, pages
from cli.smoke.bench import tell
from cli.smoke.journal import Journal, Thing
from cli.teardown import runtime
from factory.errors import FactoryError, NotFound

CHECKS, PAUSE = 900, 2  # looks at an endpoint that moves or goes, and seconds between two
MOVING = ("Creating", "Updating", "RollingBack", "SystemUpdating")


def remove(journal: Journal) -> list[str]:
    """Remove what a run has made, the latest first; return in words what could not be removed.

    The journal goes with the last of it, and stays while something is left.
    """
    stuck = [words for thing in _ordered(journal.things) if (words := _removed(thing))]
    if not stuck:
        journal.forget()
    return stuck


def _ordered(things: Sequence[Thing]) -> list[Thing]:
    """Return what costs by the hour first, then all else in the reverse order of its making."""
    late = things[::-1]
    return sorted(late, key=lambda thing: thing.kind not in ("endpoint", "pipeline"))


def _removed(thing: Thing) -> str:
    tell(f"removing {thing.kind} {thing.name}")
    try:
        KINDS[thing.kind](thing.name)
    except NotFound:
        return ""
    except (FactoryError, KeyError) as no:
        return f"{thing.kind} {thing.name}: {no}"
    return ""


def _role(name: str) -> None:
    for policy in pages("iam", "list_role_policies", "PolicyNames", RoleName=name):
        ask("iam", "delete_role_policy", name, RoleName=name, PolicyName=policy)
    ask("iam", "delete_role", name, RoleName=name)


def _user(name: str) -> None:
    for key in pages("iam", "list_access_keys", "AccessKeyMetadata", UserName=name):
        ask("iam", "delete_access_key", name, UserName=name, AccessKeyId=key["AccessKeyId"])
    for policy in pages("iam", "list_user_policies", "PolicyNames", UserName=name):
        ask("iam", "delete_user_policy", name, UserName=name, PolicyName=policy)
    ask("iam", "delete_user", name, UserName=name)


def _bucket(name: str) -> None:
    if name in buckets.names():
        buckets.remove(name)


def _group(name: str) -> None:
    for version in registry.versions(name):
        aws.sagemaker("delete_model_package", version.arn, ModelPackageName=version.arn)
    aws.sagemaker("delete_model_package_group", name, ModelPackageGroupName=name)


def _pipeline(name: str) -> None:
    """Stop what it still runs, which costs by the second, and delete it."""
    runs = pages(
        "sagemaker", "list_pipeline_executions", "PipelineExecutionSummaries", PipelineName=name
    )
    for run in runs:
        runtime.stop(run["PipelineExecutionArn"])
    aws.sagemaker("delete_pipeline", name, PipelineName=name, ClientRequestToken=name.ljust(32))


def _endpoint(name: str) -> None:
    """Delete it once nothing moves it any more: SageMaker refuses before."""
    for _ in range(CHECKS):
        if aws.endpoint_described(name).get("EndpointStatus") not in MOVING:
            break
        time.sleep(PAUSE)
    aws.sagemaker("delete_endpoint", name, EndpointName=name)
    aws.endpoint_gone(name, times=CHECKS)
    ask("logs", "delete_log_group", name, logGroupName=f"{runtime.LOGS}{name}")


def _config(name: str) -> None:
    aws.sagemaker("delete_endpoint_config", name, EndpointConfigName=name)


def _model(name: str) -> None:
    aws.sagemaker("delete_model", name, ModelName=name)


def _alarm(name: str) -> None:
    aws.alarms_delete([name])


def _topic(name: str) -> None:
    for topic in pages("sns", "list_topics", "Topics"):
        if topic["TopicArn"].rsplit(":", 1)[-1] == name:
            ask("sns", "delete_topic", name, TopicArn=topic["TopicArn"])


def _queue(name: str) -> None:
    url = ask("sqs", "get_queue_url", name, QueueName=name)["QueueUrl"]
    ask("sqs", "delete_queue", name, QueueUrl=url)


def _rule(name: str) -> None:
    for target in ask("events", "list_targets_by_rule", name, Rule=name)["Targets"]:
        ask("events", "remove_targets", name, Rule=name, Ids=[target["Id"]])
    ask("events", "delete_rule", name, Name=name)


def _log_group(name: str) -> None:
    ask("logs", "delete_log_group", name, logGroupName=name)


KINDS: Mapping[str, Callable[[str], object]] = {
    "alarm": _alarm,
    "bucket": _bucket,
    "config": _config,
    "endpoint": _endpoint,
    "group": _group,
    "log group": _log_group,
    "model": _model,
    "pipeline": _pipeline,
    "queue": _queue,
    "role": _role,
    "rule": _rule,
    "topic": _topic,
    "user": _user,
}
"""By the kind in the journal: what removes the thing of that name."""

"""How does an event reach a target, and what when it cannot?"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from localcloud import clock, functions, iam, places, reactor, service_roles, sessions
from localcloud.events import metrics, shaping
from localcloud.events.envelope import timestamp
from localcloud.iam import resources
from localcloud.state.kept import durable

if TYPE_CHECKING:
    from moto.events.models import Rule

SERVICE = "events.amazonaws.com"
Sender = Callable[["Rule", dict[str, Any], dict[str, Any], str], None]
"""Takes a rule, its target, the event, and what of it the target shall get."""


class NotDelivered(Exception):
    """A target did not take an event, and no dead-letter queue did either."""


class NotAdmitted(Exception):
    """The target's own policy does not let this rule in."""


def queue(rule: Rule, target: dict[str, Any], event: dict[str, Any]) -> None:
    """Let the reactor deliver *event* to *target*."""
    reactor.submit(f"rule {rule.name} to {target['Arn']}", partial(deliver, rule, target, event))


def register(service: str, sender: Sender) -> None:
    """Let *sender* take events to targets of the *service*."""
    _SENDERS[service] = sender


@durable
def deliver(rule: Rule, target: dict[str, Any], event: dict[str, Any]) -> None:
    """Deliver now; what fails goes to the target's dead-letter queue.

    Raises NotDelivered when it has none: in AWS the event would be lost without a trace.
    """
    metrics.of_rule(rule, "Invocations")
    body = shaping.shaped(rule.arn, target, event, timestamp(clock.now()))
    try:
        _send(rule, target, event, body)
    except Exception as error:
        metrics.of_rule(rule, "FailedInvocations")
        dead_letters = target.get("DeadLetterConfig", {}).get("Arn")
        if not dead_letters:
            raise NotDelivered(
                f"Rule {rule.name} could not deliver {event['detail-type']} to "
                f"{target['Arn']}: {error}"
            ) from error
        try:
            _bury(rule, target, dead_letters, json.dumps(event), error)
        except Exception:
            metrics.of_rule(rule, "InvocationsFailedToBeSentToDlq")
            raise
        metrics.of_rule(rule, "InvocationsSentToDlq")


def _send(rule: Rule, target: dict[str, Any], event: dict[str, Any], body: str) -> None:
    service, resource = target["Arn"].split(":")[2], target["Arn"].split(":", 5)[5]
    sender = _SENDERS.get(service)
    if sender is None:
        raise NotDelivered(f"the local cloud has no targets of the service {service} ({resource})")
    sender(rule, target, event, body)


def demand_admitted(service: str, action: str, resource: str, source_arn: str) -> None:
    """Raise NotAdmitted unless the resource's policy lets *service* act for *source_arn*."""
    account = resources.owner(source_arn, places.here()).account
    context = {"aws:SourceArn": source_arn, "aws:SourceAccount": account}
    if not iam.allowed(service, action, resource, context):
        raise NotAdmitted(
            f"no resource-based policy of {resource} allows {service} the action {action} "
            f"for {source_arn}"
        )


def _client(rule: Rule, target: dict[str, Any], service: str, action: str) -> Any:
    """Return a client with the target's role, or the cloud's own after the resource's policy."""
    role = target.get("RoleArn")
    if role:
        return service_roles.as_role(role, rule.name, SERVICE).client(service)
    demand_admitted(SERVICE, action, target["Arn"], rule.arn)
    return sessions.client(service, places.of(target["Arn"]))


def _to_function(rule: Rule, target: dict[str, Any], _event: dict[str, Any], body: str) -> None:
    arn, role = target["Arn"], target.get("RoleArn")
    if places.of(arn).account == rule.account_id:
        demand_admitted(SERVICE, "lambda:InvokeFunction", arn, rule.arn)
    elif not service_roles.may(role or "", SERVICE, "lambda:InvokeFunction", arn):
        raise NotAdmitted(f"the role {role} may not invoke {arn}")
    functions.later(functions.function(arn), json.loads(body))


def queue_url(arn: str) -> str:
    """Return the URL of the queue with this ARN."""
    _, _, _, region, account, name = arn.split(":")
    return f"https://sqs.{region}.amazonaws.com/{account}/{name}"


def _to_queue(rule: Rule, target: dict[str, Any], _event: dict[str, Any], body: str) -> None:
    group = target.get("SqsParameters", {}).get("MessageGroupId")
    client = _client(rule, target, "sqs", "sqs:SendMessage")
    more = {"MessageGroupId": group} if group else {}
    client.send_message(QueueUrl=queue_url(target["Arn"]), MessageBody=body, **more)


def _to_topic(rule: Rule, target: dict[str, Any], _event: dict[str, Any], body: str) -> None:
    client = _client(rule, target, "sns", "sns:Publish")
    client.publish(TopicArn=target["Arn"], Message=body)


def _to_pipeline(rule: Rule, target: dict[str, Any], _event: dict[str, Any], _body: str) -> None:
    if "RoleArn" not in target:
        raise NotAdmitted("a SageMaker pipeline as a target needs a RoleArn")
    client = service_roles.as_role(target["RoleArn"], rule.name, SERVICE).client("sagemaker")
    parameters = target.get("SageMakerPipelineParameters", {}).get("PipelineParameterList", [])
    client.start_pipeline_execution(
        PipelineName=target["Arn"],
        PipelineParameters=parameters,
        ClientRequestToken=uuid.uuid4().hex,
    )


def _to_log_group(_rule: Rule, target: dict[str, Any], _event: dict[str, Any], body: str) -> None:
    logs, group = sessions.client("logs", places.of(target["Arn"])), target["Arn"].split(":")[6]
    stream = str(uuid.uuid4())
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    events = [{"timestamp": int(clock.now() * 1000), "message": body}]
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


_SENDERS: dict[str, Sender] = {
    "lambda": _to_function,
    "sqs": _to_queue,
    "sns": _to_topic,
    "sagemaker": _to_pipeline,
    "logs": _to_log_group,
}


def _bury(
    rule: Rule, target: dict[str, Any], dead_letters: str, body: str, error: Exception
) -> None:
    demand_admitted(SERVICE, "sqs:SendMessage", dead_letters, rule.arn)
    code = "NO_PERMISSIONS" if isinstance(error, NotAdmitted) else "SDK_CLIENT_ERROR"
    about = {
        "RULE_ARN": rule.arn,
        "TARGET_ARN": target["Arn"],
        "ERROR_CODE": code,
        "ERROR_MESSAGE": str(error)[:1024],
    }
    sessions.client("sqs", places.of(dead_letters)).send_message(
        QueueUrl=queue_url(dead_letters),
        MessageBody=body,
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value} for name, value in about.items()
        },
    )

"""Does CloudTrail tell of changes by hand, in the spelling that is read?"""

from __future__ import annotations

import json

import aws
from aws import identity
from aws.calls import ask
from cli.smoke import queues
from cli.smoke.belief import Belief, Refuted
from cli.smoke.bench import Bench

MINUTES = 15


def check(bench: Bench) -> str:
    """Tag this run's own group, and wait for CloudTrail's word about it on the default bus."""
    group = bench.group()
    arn = identity.arn("sagemaker", f"model-package-group/{group}")
    url = _listen(bench, arn)
    tags = [{"Key": "modelworks:told", "Value": bench.journal.run}]
    aws.sagemaker("add_tags", group, ResourceArn=arn, Tags=tags)
    told = bench.demand(
        "CloudTrail to tell of a tag that was added; a trail must log management events",
        lambda: queues.received(url),
        seconds=MINUTES * 60,
    )
    detail = told["detail"]
    asked, who = detail["requestParameters"], detail.get("userIdentity", {})
    if asked.get("resourceArn") != arn or not who.get("arn"):
        raise Refuted(f"requestParameters are {asked}, userIdentity is {who}")
    return f"{detail['eventName']} by {who['arn']}, spelled resourceArn"


def _listen(bench: Bench, arn: str) -> str:
    """Have the default bus put on a queue what CloudTrail says of *arn*; return the queue's URL."""
    name = bench.name("trail")
    rule = identity.arn("events", f"rule/{name}")
    url, queue = queues.queue(bench, "trail-queue", "events.amazonaws.com", rule)
    pattern = {
        "source": ["aws.sagemaker"],
        "detail-type": ["AWS API Call via CloudTrail"],
        "detail": {"eventName": ["AddTags"], "requestParameters": {"resourceArn": [arn]}},
    }
    bench.journal.note("rule", name)
    ask("events", "put_rule", name, Name=name, EventPattern=json.dumps(pattern), Tags=bench.tags())
    ask("events", "put_targets", name, Rule=name, Targets=[{"Id": "queue", "Arn": queue}])
    return url


BELIEF = Belief(
    id="N5",
    sentence="CloudTrail tells the default bus within minutes who changed what, as it is read",
    check=check,
    actions=(
        "events:DeleteRule",
        "events:ListTargetsByRule",
        "events:PutRule",
        "events:PutTargets",
        "events:RemoveTargets",
        "events:TagResource",
        "sagemaker:AddTags",
    ),
    needs="a trail logs management events",
    failure=(
        "Changes by hand are found within the hour, and nobody says who made them. Usually no "
        "trail logs management events in this region: create one."
    ),
)

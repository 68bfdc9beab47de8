"""How long is an object's way through S3, EventBridge, SQS and a function, and back into S3?

A stack of its own, so that it says something about the local cloud and not about our functions.
"""

from __future__ import annotations

import json
import statistics
import time
from typing import Any

from localcloud import process
from localcloud.client import Client

GOAL_SECONDS = 1
TIMES = 20
PATIENCE = 30  # seconds that one way may take at most
CODE = """
import boto3, json
s3 = boto3.client("s3")
def handle(event, context):
    for record in event["Records"]:
        detail = json.loads(record["body"])["detail"]
        place = {"Bucket": detail["bucket"]["name"], "Key": detail["object"]["key"]}
        body = s3.get_object(**place)["Body"].read()
        s3.put_object(Bucket=place["Bucket"], Key=place["Key"].replace("in/", "out/"), Body=body)
"""


def measure() -> dict[str, Any]:
    """Send an object when all is cold, then more of them one by one; return the line."""
    with process.start() as cloud:
        bucket = _deployed(cloud)
        cold = _way(cloud, bucket, 0)
        warm = [_way(cloud, bucket, number) for number in range(1, TIMES + 1)]
    return {
        "bench": "roundtrip",
        "value": round(max(cold, *warm), 3),
        "unit": "s",
        "goal": GOAL_SECONDS,
        "ok": True,
        "peers": {
            "cold": round(cold, 3),
            "warm": round(statistics.median(warm), 3),
            "slowest": round(max(warm), 3),
        },
    }


def _way(cloud: Client, bucket: str, number: int) -> float:
    s3, began = cloud.aws("s3"), time.perf_counter()
    s3.put_object(Bucket=bucket, Key=f"in/{number}", Body=b"there and back")
    while not s3.list_objects_v2(Bucket=bucket, Prefix=f"out/{number}").get("KeyCount"):
        if time.perf_counter() - began > PATIENCE:
            raise TimeoutError(f"object {number} did not come back: {cloud.failures()[-1:]}")
        time.sleep(0.002)
    return time.perf_counter() - began


def _deployed(cloud: Client) -> str:
    stacks = cloud.aws("cloudformation")
    body = json.dumps({"Resources": _resources()})
    stacks.create_stack(StackName="way", TemplateBody=body, Capabilities=["CAPABILITY_IAM"])
    made = stacks.describe_stack_resource(StackName="way", LogicalResourceId="Bucket")
    return str(made["StackResourceDetail"]["PhysicalResourceId"])


def _resources() -> dict[str, Any]:
    queue = {"Fn::GetAtt": ["Queue", "Arn"]}
    pattern = {"source": ["aws.s3"], "detail": {"object": {"key": [{"prefix": "in/"}]}}}
    return {
        "Bucket": _resource(
            "S3::Bucket",
            NotificationConfiguration={"EventBridgeConfiguration": {"EventBridgeEnabled": True}},
        ),
        "Queue": _resource("SQS::Queue"),
        "Admission": _resource(
            "SQS::QueuePolicy",
            Queues=[{"Ref": "Queue"}],
            PolicyDocument=_document("sqs:SendMessage", queue, Service="events.amazonaws.com"),
        ),
        "Rule": _resource(
            "Events::Rule", EventPattern=pattern, Targets=[{"Id": "queue", "Arn": queue}]
        ),
        "Role": _resource(
            "IAM::Role",
            AssumeRolePolicyDocument=_document(
                "sts:AssumeRole", None, Service="lambda.amazonaws.com"
            ),
            Policies=[
                {"PolicyName": "all", "PolicyDocument": _document(["s3:*", "sqs:*"], "*")},
            ],
        ),
        "Function": _resource(
            "Lambda::Function",
            Code={"ZipFile": CODE},
            Handler="index.handle",
            Runtime="python3.12",
            Role={"Fn::GetAtt": ["Role", "Arn"]},
        ),
        "Mapping": _resource(
            "Lambda::EventSourceMapping", EventSourceArn=queue, FunctionName={"Ref": "Function"}
        ),
    }


def _resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def _document(action: Any, resource: Any, **principal: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action}
    statement |= {"Resource": resource} if resource else {}
    statement |= {"Principal": principal} if principal else {}
    return {"Version": "2012-10-17", "Statement": [statement]}

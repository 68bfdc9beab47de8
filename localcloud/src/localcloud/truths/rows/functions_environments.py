"""What is a function's execution environment?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from localcloud.truths.policies import allow
from localcloud.truths.row import truth
from localcloud.truths.rows.functions import invoke
from localcloud.truths.world import World

LIFE = "Lambda Developer Guide, Understanding the Lambda execution environment lifecycle"
TROUBLE = "Lambda Developer Guide, Troubleshoot execution issues in Lambda"
COUNTS = """
import os
n = 0
def handle(event, context):
    global n
    n += 1
    if event.get("exit"):
        os._exit(1)
    return n
"""
WRITES = """
import os
def handle(event, context):
    found = os.path.exists("/tmp/left")
    open("/tmp/left", "w").close()
    try:
        open("/var/task/left", "w").close()
    except OSError as error:
        return found, os.getcwd(), error.strerror
"""
MEETS = """
import boto3, time
def handle(event, context):
    s3 = boto3.client("s3")
    s3.put_object(Bucket=event["bucket"], Key=event["mine"], Body=b"")
    for _ in range(600):
        found = s3.list_objects_v2(Bucket=event["bucket"], Prefix=event["other"])
        if found.get("KeyCount"):
            return event["mine"]
        time.sleep(0.05)
"""


@truth("lambda", TROUBLE, [1, 2, "Runtime.ExitError", 1], needs="lambda iam")
def a_runtime_that_exits_fails_its_run_alone(world: World) -> Any:
    """A process that ends gives Runtime.ExitError, and the next invocation is a cold start."""
    name = world.function(COUNTS)
    warm = [invoke(world, name)[1] for _ in range(2)]
    _, error = invoke(world, name, {"exit": True})
    return [*warm, error["errorType"], invoke(world, name)[1]]


@truth("lambda", LIFE, [[False, "/var/task", "Read-only file system"],
       [True, "/var/task", "Read-only file system"]], needs="lambda iam")  # fmt: skip
def what_is_written_to_tmp_stays_while_it_is_warm(world: World) -> Any:
    """The folder for temporary files outlives a run; that of the code is read-only."""
    name = world.function(WRITES)
    return [invoke(world, name)[1] for _ in range(2)]


@truth("lambda", "Lambda Developer Guide, Understanding Lambda function scaling", ["a", "b"],
       needs="lambda iam s3")  # fmt: skip
def two_invocations_run_at_the_same_time(world: World) -> Any:
    """Each invocation that comes while another runs gets an environment of its own."""
    name, bucket = world.function(MEETS, allow("s3:*"), Timeout=60), world.bucket()
    pairs = (("a", "b"), ("b", "a"))
    events = [{"bucket": bucket, "mine": mine, "other": other} for mine, other in pairs]
    with ThreadPoolExecutor(len(events)) as both:
        return [answer for _, answer in both.map(lambda event: invoke(world, name, event), events)]

"""What does a minute of the cloud's time cost when many queues and alarms are there?"""

from __future__ import annotations

import os
import time
from typing import Any

from localcloud import process
from localcloud.client import Client

GOAL = 1.0
"""Seconds of the machine for MINUTES of a cloud as crowded as that of a whole test suite."""
QUEUES, ALARMS, MINUTES = 280, 100, 5


def measure() -> dict[str, Any]:
    """Fill two clouds, one with a tenth of the other, and move their clocks; return the line."""
    few, many = _seconds(QUEUES // 10, ALARMS // 10), _seconds(QUEUES, ALARMS)
    return {
        "bench": "minute",
        "value": round(many, 3),
        "unit": "s",
        "goal": GOAL,
        "ok": True,
        "times": round(many / few, 1),
        "load": round(os.getloadavg()[0], 1),
        "peers": {"a tenth of it": round(few, 3)},
    }


def _seconds(queues: int, alarms: int) -> float:
    with process.start() as cloud:
        cloud.stop_clock()
        _fill(cloud, queues, alarms)
        cloud.settle()
        began = time.perf_counter()
        cloud.advance(60 * MINUTES)
        return time.perf_counter() - began


def _fill(cloud: Client, queues: int, alarms: int) -> None:
    sqs, cloudwatch = cloud.aws("sqs"), cloud.aws("cloudwatch")
    for number in range(queues):
        url = sqs.create_queue(QueueName=f"queue-{number}")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody="waits")
    for number in range(alarms):
        cloudwatch.put_metric_alarm(
            AlarmName=f"alarm-{number}",
            Namespace="AWS/SQS",
            MetricName="ApproximateNumberOfMessagesVisible",
            Dimensions=[{"Name": "QueueName", "Value": f"queue-{number}"}],
            Statistic="Maximum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=5,
            ComparisonOperator="GreaterThanThreshold",
        )

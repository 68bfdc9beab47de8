"""Which operations would moto say yes to, although nothing would ever come of it?"""

from __future__ import annotations

_OPERATIONS: dict[str, str] = {
    "scheduler": "CreateSchedule UpdateSchedule",
    "pipes": "CreatePipe StartPipe",
    "stepfunctions": "StartExecution StartSyncExecution",
    "logs": "PutMetricFilter PutSubscriptionFilter PutDestination CreateExportTask StartQuery",
    "s3": "PutBucketWebsite PutBucketInventoryConfiguration",
    "dynamodb": "ExportTableToPointInTime ImportTable",
    "glue": "StartJobRun StartCrawler StartTrigger",
    "athena": "StartQueryExecution",
    "batch": "SubmitJob",
    "codebuild": "StartBuild",
    "codepipeline": "CreatePipeline",
    "ec2": "RunInstances",
    "ecs": "RunTask CreateService",
    "emr": "RunJobFlow",
    "application-autoscaling": "PutScalingPolicy PutScheduledAction",
    "cloudwatch": "PutInsightRule PutAnomalyDetector",
}
"""Names of moto's services to operations that only write down what was wanted."""


def demand_served(service: str, operation: str) -> None:
    """Raise NotImplementedError for an operation that only pretends."""
    if operation in _OPERATIONS.get(service, "").split():
        raise NotImplementedError("it would be written down and nothing would come of it")

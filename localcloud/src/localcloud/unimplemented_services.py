"""Which services and operations does moto accept without implementing them?"""

from __future__ import annotations

SERVED = {
    "athena", "awslambda", "cloudformation", "cloudwatch", "dynamodb", "dynamodbstreams", "ec2",
    "ecr", "events", "glue", "iam", "kinesis", "kms", "logs", "pipes", "resourcegroupstaggingapi",
    "s3", "sagemaker", "sagemaker-metrics", "sagemaker-runtime", "scheduler", "secretsmanager",
    "sns", "sqs", "ssm", "stepfunctions", "sts",
}  # fmt: skip
"""moto's names of the services that do here what they say, but for the operations below.

moto has a hundred more: their databases, clusters and mails would exist on paper alone.
"""
OPERATIONS: dict[str, str] = {
    "athena": "StartQueryExecution",
    "cloudformation": "CreateStackSet CreateStackInstances",
    "cloudwatch": "PutInsightRule PutAnomalyDetector",
    "dynamodb": "ExportTableToPointInTime ImportTable",
    "ec2": "RunInstances StartInstances CreateFleet RequestSpotFleet RequestSpotInstances "
    "CreateFlowLogs",
    "ecr": "StartImageScan PutReplicationConfiguration",
    "glue": "StartJobRun StartCrawler StartTrigger StartWorkflowRun CreateSession",
    "kms": "CreateGrant",
    "logs": "PutMetricFilter PutSubscriptionFilter PutDestination CreateExportTask StartQuery "
    "StartLiveTail CreateDelivery",
    "pipes": "CreatePipe StartPipe",
    "s3": "PutBucketWebsite PutBucketInventoryConfiguration PutBucketReplication "
    "PutBucketAccelerateConfiguration PutBucketIntelligentTieringConfiguration "
    "PutBucketRequestPayment",
    "scheduler": "CreateSchedule UpdateSchedule",
    "ssm": "SendCommand CreateMaintenanceWindow",
    "stepfunctions": "StartExecution StartSyncExecution",
}
"""Names of moto's services to operations that only write down what was wanted."""


def demand_served(service: str, operation: str) -> None:
    """Raise NotImplementedError for a service or an operation that nothing here implements."""
    if service not in SERVED:
        raise NotImplementedError(f"the service {service} would exist on paper alone")
    if operation in OPERATIONS.get(service, "").split():
        raise NotImplementedError("it would be written down and nothing would come of it")

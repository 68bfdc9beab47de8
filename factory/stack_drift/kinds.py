"""Which properties of which resources are compared? Those through which a wall can be opened.

A property that a template may leave out has what AWS makes of that. `STATED` is compared only where
the template states it. What is not here is not compared: docs/decisions/0023 says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

STATED: Final = object()
POLICIES = {"Policy", "PolicyDocument", "AssumeRolePolicyDocument", "KeyPolicy"}
"""Properties that are policies."""
NAMED_POLICIES = "Policies"
"""The property of a role that holds its own policies, by name."""

KINDS: Mapping[str, Mapping[str, Any]] = {
    "AWS::CloudWatch::Alarm": {
        "ActionsEnabled": True,
        "AlarmActions": [],
        "OKActions": [],
        "InsufficientDataActions": [],
        "Namespace": STATED,
        "MetricName": STATED,
        "Dimensions": [],
        "Statistic": STATED,
        "ExtendedStatistic": STATED,
        "Period": STATED,
        "EvaluationPeriods": STATED,
        "DatapointsToAlarm": None,
        "Threshold": STATED,
        "ComparisonOperator": STATED,
        "TreatMissingData": "missing",
    },
    "AWS::Events::EventBus": {"Policy": None},
    "AWS::Events::Rule": {
        "State": "ENABLED",
        "EventPattern": None,
        "ScheduleExpression": None,
        "Targets": [],
    },
    "AWS::IAM::ManagedPolicy": {"PolicyDocument": None},
    "AWS::IAM::Role": {
        "AssumeRolePolicyDocument": None,
        "ManagedPolicyArns": [],
        NAMED_POLICIES: {},
        "PermissionsBoundary": None,
        "MaxSessionDuration": 3600,
    },
    "AWS::KMS::Key": {"KeyPolicy": None, "Enabled": True, "EnableKeyRotation": False},
    "AWS::Lambda::EventSourceMapping": {
        "Enabled": True,
        "EventSourceArn": STATED,
        "FunctionName": STATED,
        "BatchSize": STATED,
        "MaximumBatchingWindowInSeconds": 0,
        "FilterCriteria": None,
        "FunctionResponseTypes": [],
        "ScalingConfig": None,
    },
    "AWS::Lambda::Function": {
        "Environment": None,
        "Handler": STATED,
        "Layers": [],
        "MemorySize": 128,
        "ReservedConcurrentExecutions": None,
        "Role": STATED,
        "Runtime": STATED,
        "Timeout": 3,
    },
    "AWS::Lambda::Url": {"AuthType": STATED},
    "AWS::S3::Bucket": {
        "ObjectLockConfiguration": None,
        "Policy": None,
        "PublicAccessBlockConfiguration": STATED,
        "VersioningConfiguration": STATED,
    },
    "AWS::SNS::Topic": {"Policy": STATED, "KmsMasterKeyId": None},
    "AWS::SQS::Queue": {
        "DelaySeconds": 0,
        "KmsMasterKeyId": None,
        "MessageRetentionPeriod": 345_600,
        "Policy": None,
        "RedrivePolicy": None,
        "VisibilityTimeout": 30,
    },
}
"""The properties by the type of the resource."""
EXISTENCE = "it"
"""What differs when a resource is not there at all."""
FIRST_IN_REASONS = (EXISTENCE, "State", "Enabled", "ActionsEnabled", "ReservedConcurrentExecutions")
"""What is said first when many properties differ."""
REMEDIES = {
    "AWS::CloudWatch::Alarm": "`aws cloudwatch enable-alarm-actions` or put-metric-alarm",
    "AWS::Events::Rule": "`aws events enable-rule`, put-rule or put-targets",
    "AWS::IAM::Role": "`aws iam detach-role-policy`, delete-role-policy or put-role-policy",
    "AWS::Lambda::EventSourceMapping": "`aws lambda update-event-source-mapping`",
    "AWS::Lambda::Function": (
        "`aws lambda update-function-configuration`, update-function-code or "
        "delete-function-concurrency"
    ),
    "AWS::S3::Bucket": "`aws s3api put-bucket-policy`",
    "AWS::SNS::Topic": "`aws sns set-topic-attributes`",
    "AWS::SQS::Queue": "`aws sqs set-queue-attributes`",
}
"""Which call puts it back, by the type of the resource."""

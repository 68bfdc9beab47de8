"""A role may do what its duty asks for, and no more: whole sets, compared."""

import json

import pytest

from factory.events.registry import TYPES

LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
QUEUE = {
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ReceiveMessage",
}
REFLEX = LOGS | QUEUE
EMIT = {"events:PutEvents"}
PACKAGES = {"sagemaker:DescribeModelPackage", "sagemaker:ListModelPackages"}
KEPT = {"dynamodb:BatchGetItem", "dynamodb:PutItem"}
ENCRYPT = {"kms:Decrypt", "kms:GenerateDataKey"}
FUNCTIONS = {
    "catalogue": LOGS
    | EMIT
    | ENCRYPT
    | {
        "cloudformation:DescribeStacks",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
        "sagemaker:DescribePipeline",
        "sqs:SendMessage",
    },
    "onboard": REFLEX
    | EMIT
    | ENCRYPT
    | {
        "dynamodb:DeleteItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
        "sagemaker:AddTags",
        "sagemaker:CreateModelPackageGroup",
        "sagemaker:DescribeModelPackageGroup",
        "sagemaker:ListTags",
    },
    "ingest": REFLEX
    | EMIT
    | ENCRYPT
    | {
        "glue:CreateTable",
        "glue:UpdateTable",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:ListBucket",
        "s3:PutObject",
    },
    "fan_out": REFLEX | {"dynamodb:Query", "sqs:SendMessage"},
    "retrain": REFLEX
    | EMIT
    | KEPT
    | PACKAGES
    | ENCRYPT
    | {
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
        "sagemaker:DescribePipelineExecution",
        "sagemaker:ListPipelineParametersForExecution",
        "sagemaker:StartPipelineExecution",
        "sagemaker:StopPipelineExecution",
    },
    "run_events": REFLEX
    | EMIT
    | ENCRYPT
    | {
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
        "sagemaker:DescribePipelineDefinitionForExecution",
        "sagemaker:DescribePipelineExecution",
        "sagemaker:ListPipelineExecutionSteps",
        "sagemaker:ListPipelineParametersForExecution",
    },
    "promote": REFLEX
    | EMIT
    | ENCRYPT
    | PACKAGES
    | {
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:PutMetricData",
        "dynamodb:GetItem",
        "iam:PassRole",
        "kms:CreateGrant",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:ListBucket",
        "s3:PutObject",
        "sqs:SendMessage",
        "sagemaker:AddTags",
        "sagemaker:CreateEndpoint",
        "sagemaker:CreateEndpointConfig",
        "sagemaker:CreateModel",
        "sagemaker:DeleteEndpoint",
        "sagemaker:DescribeEndpoint",
        "sagemaker:DescribeEndpointConfig",
        "sagemaker:DescribeModel",
        "sagemaker:UpdateEndpoint",
        "sagemaker:UpdateModelPackage",
    },
    "probe": REFLEX
    | {
        "cloudwatch:PutMetricData",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "kms:Decrypt",
        "s3:GetObject",
        "s3:ListBucket",
        "sagemaker:DescribeEndpoint",
        "sagemaker:InvokeEndpoint",
        "sqs:SendMessage",
    },
    "command": LOGS
    | EMIT
    | PACKAGES
    | {
        "dynamodb:GetItem",
        "kms:Decrypt",
        "s3:GetObject",
        "s3:ListBucket",
        "sagemaker:DescribeEndpoint",
    },
    "reconcile": REFLEX
    | EMIT
    | KEPT
    | PACKAGES
    | {
        "cloudwatch:DescribeAlarms",
        "cloudwatch:GetMetricStatistics",
        "dynamodb:GetItem",
        "dynamodb:Scan",
        "kms:Decrypt",
        "s3:GetObject",
        "s3:ListBucket",
        "sagemaker:DescribeEndpoint",
        "sagemaker:DescribeEndpointConfig",
        "sagemaker:DescribeModel",
        "sagemaker:DescribeModelPackageGroup",
        "sagemaker:ListEndpoints",
        "sagemaker:ListModelPackageGroups",
        "sqs:SendMessage",
    },
    "deployment_outcome": REFLEX
    | EMIT
    | {
        "cloudwatch:DeleteAlarms",
        "cloudwatch:DescribeAlarms",
        "dynamodb:GetItem",
        "s3:GetObject",
        "s3:ListBucket",
        "sagemaker:DescribeEndpoint",
        "sagemaker:DescribeModelPackage",
        "sqs:SendMessage",
    },
    "watch": REFLEX
    | EMIT
    | KEPT
    | ENCRYPT
    | {
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:PutMetricData",
        "dynamodb:GetItem",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
    },
    "respond": REFLEX | EMIT | {"dynamodb:BatchGetItem", "kms:Decrypt", "s3:GetObject"},
    "incident": REFLEX | KEPT | ENCRYPT | {"sns:Publish"},
    "stack_drift": REFLEX
    | EMIT
    | KEPT
    | {
        "cloudformation:DescribeStacks",
        "cloudformation:GetTemplate",
        "cloudformation:ListStackResources",
        "cloudwatch:DescribeAlarms",
        "dynamodb:Scan",
        "events:DescribeEventBus",
        "events:DescribeRule",
        "events:ListTargetsByRule",
        "iam:GetPolicy",
        "iam:GetPolicyVersion",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListRolePolicies",
        "kms:DescribeKey",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "lambda:GetEventSourceMapping",
        "lambda:GetFunctionConcurrency",
        "lambda:GetFunctionConfiguration",
        "lambda:GetFunctionUrlConfig",
        "s3:GetBucketObjectLockConfiguration",
        "s3:GetBucketPolicy",
        "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketVersioning",
        "sns:GetTopicAttributes",
    },
    "audit_log": REFLEX
    | KEPT
    | {
        "dynamodb:BatchWriteItem",
        "dynamodb:Scan",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:ListBucketVersions",
        "s3:PutObject",
        "sqs:SendMessage",
    },
}
WORKER = {
    "cloudwatch:PutMetricData",
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
}
HOSTED = WORKER | ENCRYPT | {"kms:CreateGrant", "s3:GetObject", "s3:ListBucket", "s3:PutObject"}
STEP = HOSTED | {"kms:Encrypt"}
LOOK = PACKAGES | {
    "kms:Decrypt",
    "s3:GetObject",
    "s3:ListBucket",
    "sagemaker:DescribePipeline",
    "sagemaker:DescribePipelineExecution",
    "sagemaker:ListPipelineExecutions",
    "sagemaker:ListPipelineParametersForExecution",
}
ROLES = {
    "StepsPrepareRole": STEP,
    "StepsTrainRole": STEP,
    "StepsEvaluateRole": STEP,
    "StepsChampionRole": STEP,
    "StepsGatesRole": STEP,
    "StepsPipeline": {
        "iam:PassRole",
        "kms:Decrypt",
        "s3:GetObject",
        "sagemaker:AddTags",
        "sagemaker:CreateModelPackage",
        "sagemaker:CreateProcessingJob",
        "sagemaker:CreateTrainingJob",
        "sagemaker:DescribeProcessingJob",
        "sagemaker:DescribeTrainingJob",
        "sagemaker:StopProcessingJob",
        "sagemaker:StopTrainingJob",
    },
    "ServingRole": HOSTED | {"cloudwatch:DescribeAlarms"},
    "CommandingOperatorRole": {"lambda:InvokeFunction", "lambda:InvokeFunctionUrl"},
    "ApproverRole": LOOK | {"sagemaker:UpdateModelPackage"},
    "BuilderRole": LOOK
    | ENCRYPT
    | {"lambda:InvokeFunction", "lambda:InvokeFunctionUrl", "s3:PutObject"},
    "AuditorRole": {
        "dynamodb:GetItem",
        "dynamodb:Scan",
        "s3:GetObject",
        "s3:GetObjectRetention",
        "s3:GetObjectVersion",
        "s3:ListBucket",
        "s3:ListBucketVersions",
    },
}
EMITTED = {
    name: {kind for kind, cls in TYPES.items() if name in cls.EMITTERS} for name in FUNCTIONS
}
BUS = "arn:aws:events:us-east-1:123456789012:event-bus/Bus"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_may_do_what_its_handler_does(dev, name):
    assert dev.actions(dev.role_of(name)) == sorted(FUNCTIONS[name])


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_its_duty_asks_for(dev, role):
    assert dev.actions(role) == sorted(ROLES[role])


def test_there_are_no_other_roles(dev):
    functions = {dev.role_of(name) for name in FUNCTIONS}
    assert set(dev.all("AWS::IAM::Role")) == functions | set(ROLES)


@pytest.mark.parametrize("name", EMITTED)
def test_a_function_speaks_in_its_own_name_of_its_own_deeds(dev, name):
    everything = {*TYPES, "model.unknown"}
    role = dev.role_of(name)
    for source in EMITTED:
        heard = {
            kind
            for kind in everything
            if dev.may(
                role,
                "events:PutEvents",
                BUS,
                {"events:source": f"modelworks.{source}", "events:detail-type": kind},
            )
        }
        assert heard == (EMITTED[name] if source == name else set())


def test_no_role_has_a_managed_policy_or_an_action_with_a_wildcard(dev):
    for name, role in dev.all("AWS::IAM::Role").items():
        assert "ManagedPolicyArns" not in role, name
        assert not [a for a in dev.actions(name) if "*" in a], name


def test_a_bare_star_stands_only_where_no_narrower_resource_is_sure(dev):
    bare = {
        action
        for role in dev.all("AWS::IAM::Role")
        for s in dev.statements(role)
        if s["Effect"] == "Allow" and s["Resource"] == "*"
        for action in (s["Action"] if isinstance(s["Action"], list) else [s["Action"]])
    }
    assert bare == {
        "cloudwatch:DescribeAlarms",
        "cloudwatch:GetMetricStatistics",
        "cloudwatch:PutMetricData",
        "ecr:GetAuthorizationToken",
        "sagemaker:ListEndpoints",
        "sagemaker:ListModelPackageGroups",
        "sagemaker:ListModelPackages",
    }


def test_the_policies_of_every_role_fit_in_what_aws_allows(dev):
    for role in dev.all("AWS::IAM::Role"):
        assert len(json.dumps(dev.statements(role), separators=(",", ":"))) < 9_000, role


OWN_NAMES = {
    "cloudformation:GetTemplate": "arn:aws:cloudformation:us-east-1:123456789012:stack/{}-data/1",
    "events:DescribeRule": "arn:aws:events:us-east-1:123456789012:rule/{}-data-Rule",
    "cloudwatch:DescribeAlarms": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:{}-data-Alarm",
    "sqs:GetQueueAttributes": "arn:aws:sqs:us-east-1:123456789012:{}-data-Queue",
    "sns:GetTopicAttributes": "arn:aws:sns:us-east-1:123456789012:{}-foundation-Alerts",
    "lambda:GetFunctionConfiguration": "arn:aws:lambda:us-east-1:123456789012:function:{}-data-F",
    "iam:GetRole": "arn:aws:iam::123456789012:role/{}-data-Role",
    "s3:GetBucketPolicy": "arn:aws:s3:::{}-data-bucket",
}
"""What `stack_drift` may read of its own stage, and of no other stage or team."""


@pytest.mark.parametrize(("action", "arn"), OWN_NAMES.items())
def test_what_is_compared_is_of_the_own_stage_alone(dev, action, arn):
    role, here = dev.role_of("stack_drift"), {"aws:ResourceAccount": "123456789012"}
    assert dev.may(role, action, arn.format("modelworks-dev"), here)
    for other in ("modelworks-prod", "modelworks-development", "another-team"):
        assert not dev.may(role, action, arn.format(other), here)


def test_what_feeds_the_functions_of_others_is_not_read(dev):
    role, action = dev.role_of("stack_drift"), "lambda:GetEventSourceMapping"
    mapping = "arn:aws:lambda:us-east-1:123456789012:event-source-mapping:1"
    function = "arn:aws:lambda:us-east-1:123456789012:function:"
    fed = {f"{function}{name}" for name in ("modelworks-dev-data-F", "another-team-s")}
    assert {f for f in fed if dev.may(role, action, mapping, {"lambda:FunctionArn": f})} == {
        f"{function}modelworks-dev-data-F"
    }

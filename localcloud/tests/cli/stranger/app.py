"""An application that knows nothing of this repository, written as people write them."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as functions
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_ssm as ssm

DESTROY = cdk.RemovalPolicy.DESTROY


class Store(cdk.Stack):
    def __init__(self, scope):
        super().__init__(scope, "Store", termination_protection=False)
        self.inbox = s3.Bucket(
            self,
            "Inbox",
            versioned=True,
            encryption=s3.BucketEncryption.KMS,
            enforce_ssl=True,
            event_bridge_enabled=True,  # CDK does it by a custom resource
            lifecycle_rules=[s3.LifecycleRule(expiration=cdk.Duration.days(30))],
            removal_policy=DESTROY,
        )
        self.table = dynamodb.Table(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            removal_policy=DESTROY,
        )
        cdk.CfnOutput(self, "InboxName", value=self.inbox.bucket_name)
        cdk.CfnOutput(self, "TableName", value=self.table.table_name)


class Work(cdk.Stack):
    def __init__(self, scope, store):
        super().__init__(scope, "Work", tags={"team": "strangers"})
        dead = sqs.DeadLetterQueue(max_receive_count=3, queue=sqs.Queue(self, "Dead"))
        queue = sqs.Queue(self, "Queue", dead_letter_queue=dead)
        self.arrivals(store.inbox).add_target(targets.SqsQueue(queue))
        function = functions.Function(
            self,
            "Function",
            runtime=functions.Runtime.PYTHON_3_12,
            handler="index.handle",
            code=functions.Code.from_asset(str(Path(__file__).parent / "code")),
            environment={
                "TABLE": store.table.table_name,
                "GREETING": ssm.StringParameter.value_for_string_parameter(self, "/greeting"),
            },
        )
        function.add_event_source(sources.SqsEventSource(queue))
        store.table.grant_write_data(function)
        inner = cdk.NestedStack(self, "Inner")
        sqs.Queue(inner, "Innermost", queue_name="innermost")
        lister = iam.PolicyStatement(actions=["s3:ListAllMyBuckets"], resources=["*"])
        iam.ManagedPolicy(self, "Lister", statements=[lister])

    def arrivals(self, inbox):
        pattern = events.EventPattern(
            source=["aws.s3"],
            detail_type=["Object Created"],
            detail={"bucket": {"name": [inbox.bucket_name]}},
        )
        return events.Rule(self, "Arrivals", event_pattern=pattern)


app = cdk.App()
Work(app, Store(app))
app.synth()

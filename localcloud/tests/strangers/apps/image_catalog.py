"""Pictures that are uploaded are written down in a table."""

from pathlib import Path

from aws_cdk import (
    CfnCondition,
    CfnOutput,
    CfnParameter,
    Duration,
    Fn,
    RemovalPolicy,
    Stack,
    Tags,
)
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as _lambda
from aws_cdk import aws_lambda_event_sources as eventsources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_notifications as s3n
from aws_cdk import aws_sqs as sqs
from constructs import Construct

CODE = Path(__file__).parent / "code"


class ImageCatalogStack(Stack):
    def __init__(self, scope: Construct, construct_id: str, **kwargs) -> None:
        super().__init__(scope, construct_id, **kwargs)
        prefix = CfnParameter(
            self, "Prefix", type="String", default="incoming/", allowed_pattern=".*/$"
        )
        stage = CfnParameter(self, "Stage", default="dev", allowed_values=["dev", "prod"])
        prod = CfnCondition(self, "IsProd", expression=Fn.condition_equals(stage, "prod"))

        bucket = s3.Bucket(
            self,
            "Images",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            versioned=True,
            cors=[
                s3.CorsRule(
                    allowed_methods=[s3.HttpMethods.GET],
                    allowed_origins=["https://shop.example.com"],
                    max_age=3000,
                )
            ],
            lifecycle_rules=[
                s3.LifecycleRule(
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                    noncurrent_version_expiration=Duration.days(30),
                )
            ],
            removal_policy=RemovalPolicy.DESTROY,
        )
        table = dynamodb.Table(
            self,
            "Catalog",
            partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="etag", type=dynamodb.AttributeType.STRING),
            time_to_live_attribute="expires",
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            removal_policy=RemovalPolicy.DESTROY,
        )
        table.add_global_secondary_index(
            index_name="by-folder",
            partition_key=dynamodb.Attribute(name="folder", type=dynamodb.AttributeType.STRING),
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )
        fn = _lambda.Function(
            self,
            "Indexer",
            runtime=_lambda.Runtime.PYTHON_3_12,
            architecture=_lambda.Architecture.ARM_64,
            handler="app.lambda_handler",
            code=_lambda.Code.from_asset(str(CODE / "thumbs"), exclude=["*.md"]),
            timeout=Duration.seconds(30),
            memory_size=256,
            tracing=_lambda.Tracing.ACTIVE,
            environment={"TABLE_NAME": table.table_name, "STAGE": stage.value_as_string},
            log_group=logs.LogGroup(
                self,
                "IndexerLogs",
                retention=logs.RetentionDays.ONE_WEEK,
                removal_policy=RemovalPolicy.DESTROY,
            ),
        )
        table.grant_write_data(fn)
        bucket.grant_read(fn, "incoming/*")
        fn.add_to_role_policy(
            iam.PolicyStatement(actions=["cloudwatch:PutMetricData"], resources=["*"])
        )
        fn.add_event_source(
            eventsources.S3EventSource(
                bucket,
                events=[s3.EventType.OBJECT_CREATED],
                filters=[s3.NotificationKeyFilter(prefix="incoming/", suffix=".png")],
            )
        )
        removed = sqs.Queue(self, "Removed", retention_period=Duration.days(2))
        bucket.add_event_notification(s3.EventType.OBJECT_REMOVED, s3n.SqsDestination(removed))
        audit = sqs.Queue(self, "Audit")
        audit.node.default_child.cfn_options.condition = prod
        Tags.of(self).add("project", "image-catalog")
        CfnOutput(self, "BucketName", value=bucket.bucket_name)
        CfnOutput(self, "TableName", value=table.table_name, export_name="catalog-table")
        CfnOutput(self, "RemovedUrl", value=removed.queue_url)
        CfnOutput(self, "PrefixOut", value=Fn.join("", ["p:", prefix.value_as_string]))
        CfnOutput(self, "AuditUrl", value=audit.queue_url, condition=prod)


def build(app):
    ImageCatalogStack(app, "ImageCatalogStack", description="Images to a table")

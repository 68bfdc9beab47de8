"""Short URLs behind a function URL: versions, an alias, a layer and Powertools."""

from pathlib import Path

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions

CODE = Path(__file__).parent / "code"


class UrlShortenerStack(Stack):
    def __init__(self, scope, construct_id, *, packages, greeting, **kwargs):
        super().__init__(scope, construct_id, **kwargs)
        table = dynamodb.Table(
            self,
            "Idempotency",
            partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="expiration",
        )
        powertools = lambda_.LayerVersion(
            self,
            "Powertools",
            code=lambda_.Code.from_asset(packages),
            compatible_runtimes=[lambda_.Runtime.PYTHON_3_12],
            description="Powertools for AWS Lambda",
        )
        fn = lambda_.Function(
            self,
            "Api",
            runtime=lambda_.Runtime.PYTHON_3_12,
            handler="shop.handler",
            code=lambda_.Code.from_asset(str(CODE / "shop")),
            layers=[powertools],
            memory_size=512,
            timeout=Duration.seconds(20),
            environment={
                "POWERTOOLS_SERVICE_NAME": "shortener",
                "POWERTOOLS_METRICS_NAMESPACE": "Shortener",
                "POWERTOOLS_LOG_LEVEL": "INFO",
                "IDEMPOTENCY_TABLE": table.table_name,
                "GREETING": greeting,
            },
            current_version_options=lambda_.VersionOptions(description=greeting),
        )
        table.grant_read_write_data(fn)
        alias = lambda_.Alias(self, "Live", alias_name="live", version=fn.current_version)
        url = fn.add_function_url(auth_type=lambda_.FunctionUrlAuthType.AWS_IAM)
        caller = iam.Role(self, "Caller", assumed_by=iam.AccountRootPrincipal())
        url.grant_invoke_url(caller)
        topic = sns.Topic(self, "Topic")
        topic.add_subscription(subscriptions.EmailSubscription("links@example.com"))
        cloudwatch.Alarm(
            self,
            "TooMany",
            metric=cloudwatch.Metric(
                namespace="Shortener",
                metric_name="Shortened",
                dimensions_map={"service": "shortener"},
                statistic="Sum",
                period=Duration.minutes(1),
            ),
            threshold=2,
            evaluation_periods=1,
        ).add_alarm_action(actions.SnsAction(topic))
        CfnOutput(self, "Url", value=url.url)
        CfnOutput(self, "AliasArn", value=alias.function_arn)
        CfnOutput(self, "FunctionName", value=fn.function_name)
        CfnOutput(self, "CallerArn", value=caller.role_arn)
        CfnOutput(self, "TableName", value=table.table_name)


def build(app, packages, greeting="hello"):
    UrlShortenerStack(app, "UrlShortener", packages=packages, greeting=greeting)

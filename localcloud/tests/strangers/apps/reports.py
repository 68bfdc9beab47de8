"""Every morning a report is mailed; what it needs stands in a stack of its own."""

from aws_cdk import (
    Aws,
    CfnOutput,
    Duration,
    NestedStack,
    RemovalPolicy,
    SecretValue,
    Stack,
    Tags,
)
from aws_cdk import aws_cloudwatch as cw
from aws_cdk import aws_cloudwatch_actions as cw_actions
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_ssm as ssm

CODE = """
import json, os
import boto3

ssm, secrets = boto3.client("ssm"), boto3.client("secretsmanager")
table = boto3.resource("dynamodb").Table(os.environ["TABLE"])

def main(event, context):
    title = ssm.get_parameter(Name=os.environ["TITLE"])["Parameter"]["Value"]
    login = json.loads(secrets.get_secret_value(SecretId=os.environ["LOGIN"])["SecretString"])
    if event.get("fail"):
        raise RuntimeError("asked to fail")
    rows = table.scan()["Count"]
    boto3.client("sns").publish(
        TopicArn=os.environ["TOPIC"],
        Subject=f"{title} of {event['day']}",
        Message=f"{rows} rows for {login['user']}, {len(login['password'])}",
    )
"""


class Storage(NestedStack):
    def __init__(self, scope, construct_id, **kwargs):
        super().__init__(scope, construct_id, **kwargs)
        self.table = dynamodb.Table(
            self,
            "Rows",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            removal_policy=RemovalPolicy.DESTROY,
        )


class Base(Stack):
    def __init__(self, scope, construct_id, **kwargs):
        super().__init__(scope, construct_id, **kwargs)
        self.table = Storage(self, "Storage", removal_policy=RemovalPolicy.DESTROY).table
        self.title = ssm.StringParameter(
            self, "Title", parameter_name="/reports/title", string_value="Report"
        )
        self.login = secretsmanager.Secret(
            self,
            "Login",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template='{"user": "reporter"}',
                generate_string_key="password",
                password_length=24,
                exclude_punctuation=True,
            ),
        )
        secretsmanager.Secret(
            self, "Fixed", secret_string_value=SecretValue.unsafe_plain_text("abc")
        )
        CfnOutput(self, "TableName", value=self.table.table_name)


class Mailing(Stack):
    def __init__(self, scope, construct_id, *, base, **kwargs):
        super().__init__(scope, construct_id, **kwargs)
        topic = sns.Topic(self, "Readers", fifo=False)
        topic.add_subscription(subscriptions.EmailSubscription("reader@example.com"))
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name(
                    "service-role/AWSLambdaBasicExecutionRole"
                )
            ],
        )
        fn = lambda_.Function(
            self,
            "Report",
            function_name="morning-report",
            runtime=lambda_.Runtime.PYTHON_3_12,
            handler="index.main",
            role=role,
            code=lambda_.InlineCode(CODE),
            reserved_concurrent_executions=1,
            retry_attempts=0,
            environment={
                "TABLE": base.table.table_name,
                "TITLE": base.title.parameter_name,
                "LOGIN": base.login.secret_arn,
                "TOPIC": topic.topic_arn,
            },
        )
        base.table.grant_read_data(fn)
        base.title.grant_read(fn)
        base.login.grant_read(fn)
        topic.grant_publish(fn)
        events.Rule(
            self,
            "EveryMorning",
            schedule=events.Schedule.cron(minute="0", hour="6"),
            targets=[
                targets.LambdaFunction(
                    fn,
                    event=events.RuleTargetInput.from_object(
                        {"day": events.EventField.time, "account": Aws.ACCOUNT_ID}
                    ),
                )
            ],
        )
        alarm = cw.Alarm(
            self,
            "Errors",
            metric=fn.metric_errors(period=Duration.minutes(5)),
            threshold=1,
            evaluation_periods=1,
            treat_missing_data=cw.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(cw_actions.SnsAction(topic))
        CfnOutput(self, "TopicArn", value=topic.topic_arn)
        CfnOutput(self, "FunctionName", value=fn.function_name)


def build(app):
    base = Base(app, "ReportsBase")
    Mailing(app, "ReportsMailing", base=base)
    Tags.of(app).add("owner", "reports")

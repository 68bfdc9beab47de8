"""Orders go by a topic to a queue of each kind; what fails is dead-lettered and alarmed of."""

from pathlib import Path

from aws_cdk import Aspects, CfnOutput, CfnResource, Duration, IAspect, RemovalPolicy, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as cw_actions
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subs
from aws_cdk import aws_sqs as sqs
from constructs import Construct, IConstruct
from jsii import implements


@implements(IAspect)
class DestroyEverything:
    def visit(self, node: IConstruct) -> None:
        if isinstance(node, CfnResource):
            node.apply_removal_policy(RemovalPolicy.DESTROY)


class Worker(Construct):
    """A queue with its dead-letter queue and the function behind it."""

    def __init__(self, scope, id_, *, topic, kind, key, table):
        super().__init__(scope, id_)
        self.dlq = sqs.Queue(self, "DLQ", retention_period=Duration.days(14))
        self.queue = sqs.Queue(
            self,
            "Queue",
            visibility_timeout=Duration.seconds(60),
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=2, queue=self.dlq),
        )
        topic.add_subscription(
            subs.SqsSubscription(
                self.queue,
                raw_message_delivery=True,
                filter_policy={
                    "kind": sns.SubscriptionFilter.string_filter(allowlist=[kind]),
                    "amount": sns.SubscriptionFilter.numeric_filter(greater_than=0),
                },
            )
        )
        self.function = lambda_.Function(
            self,
            "Function",
            runtime=lambda_.Runtime.PYTHON_3_13,
            code=lambda_.Code.from_asset(str(Path(__file__).parent / "code" / "orders")),
            handler="worker.handler",
            timeout=Duration.seconds(10),
            environment={"TABLE": table.table_name, "KIND": kind},
        )
        self.function.add_event_source(
            sources.SqsEventSource(
                self.queue,
                batch_size=5,
                max_batching_window=Duration.seconds(10),
                report_batch_item_failures=True,
            )
        )
        table.grant_read_write_data(self.function)


class OrderFanOutStack(Stack):
    def __init__(self, scope, construct_id, **kwargs):
        super().__init__(scope, construct_id, **kwargs)
        key = kms.Key(self, "Key", enable_key_rotation=True, alias="alias/orders")
        topic = sns.Topic(self, "Orders", display_name="Orders", master_key=key)
        table = dynamodb.TableV2(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            billing=dynamodb.Billing.on_demand(),
        )
        alerts = sns.Topic(self, "Alerts")
        alerts.add_subscription(subs.EmailSubscription("orders@example.com"))
        CfnOutput(self, "TopicArn", value=topic.topic_arn)
        CfnOutput(self, "TableName", value=table.table_name)
        for kind in ("book", "record"):
            worker = Worker(self, kind.capitalize(), topic=topic, kind=kind, key=key, table=table)
            alarm = worker.dlq.metric_approximate_number_of_messages_visible(
                period=Duration.minutes(1), statistic="Maximum"
            ).create_alarm(
                self,
                f"{kind}DlqAlarm",
                threshold=1,
                evaluation_periods=1,
                comparison_operator=(
                    cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
                ),
                treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            )
            alarm.add_alarm_action(cw_actions.SnsAction(alerts))
            CfnOutput(self, f"{kind}Dlq", value=worker.dlq.queue_url)
        Aspects.of(self).add(DestroyEverything())


def build(app):
    OrderFanOutStack(app, "order-fan-out")

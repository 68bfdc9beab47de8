"""Changes of a table become events on a bus of one's own, and go on from there by rules."""

import textwrap

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as ddb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs

PUBLISH = textwrap.dedent("""
    import json, os
    import boto3
    from boto3.dynamodb.types import TypeDeserializer

    events = boto3.client("events")
    plain = TypeDeserializer().deserialize

    def handler(event, context):
        entries = []
        for record in event["Records"]:
            image = {k: plain(v) for k, v in record["dynamodb"]["NewImage"].items()}
            entries.append({
                "Source": "com.example.stock",
                "DetailType": "StockChanged",
                "Detail": json.dumps({"sku": image["sku"], "left": int(image["left"])}),
                "EventBusName": os.environ["BUS"],
            })
        answer = events.put_events(Entries=entries)
        assert not answer["FailedEntryCount"], answer
""")
REORDER = textwrap.dedent("""
    def handler(event, context):
        if event["sku"] == "broken":
            raise RuntimeError("no supplier")
        return {"ordered": event["sku"]}
""")


class ChangeStreamStack(Stack):
    def __init__(self, scope, construct_id, **kwargs):
        super().__init__(scope, construct_id, **kwargs)
        table = ddb.Table(
            self,
            "Stock",
            partition_key=ddb.Attribute(name="sku", type=ddb.AttributeType.STRING),
            billing_mode=ddb.BillingMode.PAY_PER_REQUEST,
            stream=ddb.StreamViewType.NEW_AND_OLD_IMAGES,
            removal_policy=RemovalPolicy.DESTROY,
        )
        bus = events.EventBus(self, "Bus", event_bus_name="stock-events")
        publisher = lambda_.Function(
            self,
            "Publisher",
            runtime=lambda_.Runtime.PYTHON_3_12,
            handler="index.handler",
            code=lambda_.Code.from_inline(PUBLISH),
            environment={"BUS": bus.event_bus_name},
        )
        bus.grant_put_events_to(publisher)
        lost = sqs.Queue(self, "Lost")
        publisher.add_event_source(
            sources.DynamoEventSource(
                table,
                starting_position=lambda_.StartingPosition.TRIM_HORIZON,
                batch_size=10,
                bisect_batch_on_error=True,
                retry_attempts=2,
                on_failure=sources.SqsDlq(lost),
                filters=[
                    lambda_.FilterCriteria.filter(
                        {"eventName": lambda_.FilterRule.or_("INSERT", "MODIFY")}
                    )
                ],
            )
        )
        inbox = sqs.Queue(self, "Inbox")
        events.Rule(
            self,
            "Low",
            event_bus=bus,
            event_pattern=events.EventPattern(
                source=["com.example.stock"],
                detail_type=["StockChanged"],
                detail={"left": events.Match.less_than(5)},
            ),
            targets=[
                targets.SqsQueue(
                    inbox,
                    message=events.RuleTargetInput.from_object(
                        {"sku": events.EventField.from_path("$.detail.sku"), "text": "low"}
                    ),
                ),
            ],
        )
        done, failed = sqs.Queue(self, "Done"), sqs.Queue(self, "Failed")
        reorder = lambda_.Function(
            self,
            "Reorder",
            runtime=lambda_.Runtime.PYTHON_3_12,
            handler="index.handler",
            code=lambda_.Code.from_inline(REORDER),
            on_success=destinations.SqsDestination(done),
            on_failure=destinations.SqsDestination(failed),
            retry_attempts=0,
        )
        events.Rule(
            self,
            "Gone",
            event_bus=bus,
            event_pattern={"detail": {"left": [0]}},
            targets=[
                targets.LambdaFunction(
                    reorder,
                    event=events.RuleTargetInput.from_event_path("$.detail"),
                    max_event_age=Duration.hours(2),
                    retry_attempts=2,
                )
            ],
        )
        for name, queue in {"Inbox": inbox, "Done": done, "Failed": failed}.items():
            CfnOutput(self, f"{name}Url", value=queue.queue_url)
        CfnOutput(self, "TableName", value=table.table_name)


def build(app):
    ChangeStreamStack(app, "ChangeStream")

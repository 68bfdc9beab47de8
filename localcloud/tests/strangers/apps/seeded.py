"""A custom resource fills a table; two more regions and another account take part."""

import textwrap

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

SEED = textwrap.dedent("""
    import boto3
    import cfnresponse

    def handler(event, context):
        try:
            given = event["ResourceProperties"]
            table = boto3.resource("dynamodb").Table(given["TableName"])
            for row in given["Rows"] if event["RequestType"] != "Delete" else []:
                table.put_item(Item=row)
            cfnresponse.send(
                event, context, cfnresponse.SUCCESS, {"Count": len(given["Rows"])}, "seed"
            )
        except Exception as error:
            cfnresponse.send(event, context, cfnresponse.FAILED, {}, reason=str(error))
""")
HUB, FIELD = "123456789012", "222222222222"


class Seeded(cdk.Stack):
    def __init__(self, scope, construct_id, *, rows, **kwargs):
        super().__init__(scope, construct_id, **kwargs)
        table = dynamodb.Table(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        seeder = lambda_.SingletonFunction(
            self,
            "Seeder",
            uuid="6e1a6a1e-9b7a-4a51-9d0b-2d1d0e1d4a55",
            runtime=lambda_.Runtime.PYTHON_3_12,
            handler="index.handler",
            code=lambda_.Code.from_inline(SEED),
            timeout=cdk.Duration.seconds(30),
        )
        table.grant_write_data(seeder)
        seed = cdk.CustomResource(
            self,
            "Seed",
            service_token=seeder.function_arn,
            resource_type="Custom::Seed",
            properties={"TableName": table.table_name, "Rows": rows},
        )
        seed.node.add_dependency(table)
        cdk.CfnOutput(self, "TableName", value=table.table_name)
        cdk.CfnOutput(self, "Count", value=seed.get_att_string("Count"))


class Hub(cdk.Stack):
    def __init__(self, scope, construct_id, **kwargs):
        super().__init__(scope, construct_id, **kwargs)
        bus = events.EventBus(self, "Bus", event_bus_name="hub")
        events.CfnEventBusPolicy(
            self,
            "Admitted",
            statement_id="field",
            event_bus_name=bus.event_bus_name,
            statement=iam.PolicyStatement(
                actions=["events:PutEvents"],
                principals=[iam.AccountPrincipal(FIELD)],
                resources=[bus.event_bus_arn],
            ).to_statement_json(),
        )
        queue = sqs.Queue(self, "Queue")
        events.Rule(
            self,
            "All",
            event_bus=bus,
            event_pattern=events.EventPattern(account=[FIELD]),
            targets=[targets.SqsQueue(queue)],
        )
        cdk.CfnOutput(self, "QueueUrl", value=queue.queue_url)


class Field(cdk.Stack):
    def __init__(self, scope, construct_id, **kwargs):
        super().__init__(scope, construct_id, **kwargs)
        hub = events.EventBus.from_event_bus_arn(
            self, "Hub", f"arn:aws:events:eu-central-1:{HUB}:event-bus/hub"
        )
        events.Rule(
            self,
            "Forward",
            event_pattern=events.EventPattern(source=["field.sensor"]),
            targets=[targets.EventBus(hub)],
        )


def build(app, rows):
    Seeded(app, "Seeded", rows=rows)


def build_places(app):
    hub = Hub(app, "Hub", env=cdk.Environment(account=HUB, region="eu-central-1"))
    for region in ("us-west-2", "ap-southeast-1"):
        field = Field(app, f"Field-{region}", env=cdk.Environment(account=FIELD, region=region))
        field.add_dependency(hub)

"""An application of anybody's whose functions hear of objects, items and mails."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as functions
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_notifications as to
from aws_cdk import aws_secretsmanager as secrets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs

ECHO = "def handle(event, context):\n    return event"
ANSWER = """
import cfnresponse

def handle(event, context):
    cfnresponse.send(event, context, cfnresponse.SUCCESS, {"Word": "answered"}, "thing")
"""

app = cdk.App()
stack = cdk.Stack(app, "Fed")
cdk.Tags.of(app).add("project", "fed")
bucket = s3.Bucket(stack, "Bucket")
queue = sqs.Queue(stack, "Queue")
table = dynamodb.Table(
    stack,
    "Table",
    partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
    stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
)


def function(name: str, code: str = ECHO) -> functions.Function:
    return functions.Function(
        stack,
        name,
        runtime=functions.Runtime.PYTHON_3_12,
        handler="index.handle",
        code=functions.Code.from_inline(code),
    )


objects, items = function("Objects"), function("Items")
bucket.add_event_notification(
    s3.EventType.OBJECT_CREATED,
    to.LambdaDestination(objects),
    s3.NotificationKeyFilter(prefix="in/", suffix=".csv"),
)
bucket.add_event_notification(s3.EventType.OBJECT_REMOVED, to.SqsDestination(queue))
items.add_event_source(
    sources.DynamoEventSource(
        table,
        starting_position=functions.StartingPosition.TRIM_HORIZON,
        bisect_batch_on_error=True,
        retry_attempts=2,
        on_failure=sources.SqsDlq(queue),
        report_batch_item_failures=True,
    )
)
topic = sns.Topic(stack, "Topic")
topic.add_subscription(subscriptions.EmailSubscription("ops@example.com"))
secret = secrets.Secret(
    stack,
    "Secret",
    generate_secret_string=secrets.SecretStringGenerator(
        secret_string_template='{"user":"admin"}', generate_string_key="password"
    ),
)
answering = function("Answering", ANSWER)
thing = cdk.CustomResource(stack, "Thing", service_token=answering.function_arn)
for name, value in {
    "Bucket": bucket.bucket_name,
    "Queue": queue.queue_url,
    "Table": table.table_name,
    "Topic": topic.topic_arn,
    "Secret": secret.secret_arn,
    "Objects": objects.function_name,
    "Items": items.function_name,
    "Word": thing.get_att_string("Word"),
}.items():
    cdk.CfnOutput(stack, f"{name}Output", value=value)
app.synth()

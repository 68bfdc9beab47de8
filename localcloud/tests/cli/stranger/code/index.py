import json
import os

import boto3


def handle(event, _context):
    for record in event["Records"]:
        detail = json.loads(record["body"])["detail"]
        boto3.resource("dynamodb").Table(os.environ["TABLE"]).put_item(
            Item={"id": detail["object"]["key"], "greeting": os.environ["GREETING"]}
        )

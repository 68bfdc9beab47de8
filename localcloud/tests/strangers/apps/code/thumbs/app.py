import logging
import os
import urllib.parse

import boto3

logger = logging.getLogger()
logger.setLevel(logging.INFO)
s3 = boto3.client("s3")
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def lambda_handler(event, context):
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = urllib.parse.unquote_plus(record["s3"]["object"]["key"])
        head = s3.get_object(Bucket=bucket, Key=key)
        logger.info("indexing %s/%s", bucket, key)
        table.put_item(
            Item={
                "id": key,
                "etag": head["ETag"].strip('"'),
                "size": len(head["Body"].read()),
                "folder": key.rsplit("/", 1)[0],
                "stage": os.environ["STAGE"],
            }
        )
    return {"statusCode": 200}

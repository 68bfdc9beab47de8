import json
import os
from decimal import Decimal

import boto3
from pricing import total

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def handler(event, _context):
    failures = []
    with table.batch_writer() as batch:
        for record in event["Records"]:
            try:
                order = json.loads(record["body"], parse_float=Decimal)
                batch.put_item(
                    Item={
                        "pk": f"{os.environ['KIND']}#{order['id']}",
                        "total": total(order["lines"]),
                        "batch": len(event["Records"]),
                    }
                )
            except (KeyError, ValueError) as error:
                print(f"cannot take {record['messageId']}: {error!r}")
                failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}

"""How does Lambda get a message of a queue?"""

import json


def message(body, number=0, sent=1_700_000_000):
    """Return a message of SQS with *body*: an envelope of EventBridge, or a text.

    It was *sent* so many seconds after 1970.
    """
    return {
        "messageId": f"m{number}",
        "receiptHandle": "r",
        "body": body if isinstance(body, str) else json.dumps(body),
        "attributes": {"SentTimestamp": f"{int(sent)}000", "SenderId": "AROAEXAMPLE:sender"},
        "eventSource": "aws:sqs",
        "awsRegion": "us-east-1",
    }

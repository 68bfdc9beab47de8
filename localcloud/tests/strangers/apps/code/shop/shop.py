import hashlib
import json
import os

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent,
)

logger = Logger()
metrics = Metrics()
store = DynamoDBPersistenceLayer(table_name=os.environ["IDEMPOTENCY_TABLE"])
config = IdempotencyConfig(event_key_jmespath="body", expires_after_seconds=3600)
counts = {"made": 0}


@logger.inject_lambda_context(log_event=True)
@metrics.log_metrics(capture_cold_start_metric=True)
@idempotent(config=config, persistence_store=store)
def handler(event, context):
    counts["made"] += 1
    url = json.loads(event["body"])["url"]
    short = hashlib.sha256(url.encode()).hexdigest()[:8]
    metrics.add_metric(name="Shortened", unit=MetricUnit.Count, value=1)
    logger.info("shortened", url=url, path=event["rawPath"])
    body = {"short": short, "made": counts["made"], "greeting": os.environ["GREETING"]}
    return {"statusCode": 201, "headers": {"X-Short": short}, "body": json.dumps(body)}

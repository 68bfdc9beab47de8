"""A ledger in moto's AWS, written by the real writer; how does an auditor find it?"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, replace

import boto3

import aws
from aws import ledger
from factory.events.training import ModelTrained
from factory.ledger import chain, record
from factory.ledger.check import verify
from factory.settings import AuditLogSettings
from factory.stage import DEV
from lambdas.audit_log import handler
from tests.factory.events.instances import delivered
from tests.lambdas.messages import message

BUCKET, TABLE = "ledger", "ledger-index"


@dataclass(frozen=True)
class World:
    """The bucket, the table and the queue that a stage has, and the function's environment."""

    settings: AuditLogSettings

    @classmethod
    def make(cls, monkeypatch):
        """Make all of it in the AWS of the test; *monkeypatch* sets the environment."""
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=True)
        day = {"DefaultRetention": {"Mode": DEV.worm_mode, "Days": DEV.worm_days}}
        locked = {"ObjectLockEnabled": "Enabled", "Rule": day}
        s3.put_object_lock_configuration(Bucket=BUCKET, ObjectLockConfiguration=locked)
        boto3.client("dynamodb").create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        url = boto3.client("sqs").create_queue(QueueName="refused")["QueueUrl"]
        settings = AuditLogSettings(ledger_bucket=BUCKET, ledger_table=TABLE, refused_queue_url=url)
        for name, value in settings.to_env().items():
            monkeypatch.setenv(name, value)
        return cls(settings)

    def log(self, *bodies):
        """Let the writer take one batch of messages."""
        batch = {"Records": [message(body, n, time.time()) for n, body in enumerate(bodies)]}
        return handler.handle(batch, None)

    def report(self, *remembered, later=0):
        """Verify it, *later* by so many minutes."""
        now = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=later)
        return verify(ledger.ledger(BUCKET, TABLE, now), DEV, remembered)

    def found(self, *remembered, later=0):
        """Return the findings as texts."""
        return [str(finding) for finding in self.report(*remembered, later=later).findings]

    def stored(self):
        """Return key and bytes of every segment."""
        uris = aws.s3_list(f"s3://{BUCKET}/")
        return [(uri.removeprefix(f"s3://{BUCKET}/"), aws.s3_get(uri)) for uri in uris]

    def recorded(self):
        """Return every event in the ledger."""
        return [event for _, data in self.stored() for event in chain.decode(data).events]

    def aside(self):
        """Return the messages that were set aside."""
        sqs, url, found = boto3.client("sqs"), self.settings.refused_queue_url, []
        while more := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            found += [each["Body"] for each in more]
            for each in more:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
        return found


def envelope(number, *, age=1, **changes):
    """Return an event as EventBridge delivers it, which is *age* seconds old."""
    told = ModelTrained(
        model=f"income{number}",
        execution="arn:execution",
        artifact="a" * 64,
        evidence="s3://evidence/evidence.json",
        reason="the run succeeded",
        key=str(number),
    )
    return delivered(replace(told, **changes), time=record.time_of(time.time() - age))

"""What does a row find in the account that it is tried in?"""

from __future__ import annotations

import itertools
import threading
import uuid
from email.utils import parsedate_to_datetime

import boto3
from botocore.config import Config

from tests.localcloud.truths.policies import ACCOUNT, PLACE, REGION, document, trusting
from tests.localcloud.truths.things import Keys, Queue, until, zipped

ROOT = ("test", "test")  # the administrator's keys, with us and with MiniStack


def _active(functions, name):
    found = functions.get_function(FunctionName=name)["Configuration"]
    return found.get("State", "Active") == "Active"


class World:
    """An account behind an endpoint; each row makes what it needs under names of its own."""

    def __init__(self, endpoint):
        self.endpoint, self._run = endpoint, uuid.uuid4().hex[:6]
        self._session, self._lock = boto3.Session(region_name=REGION), threading.Lock()
        self._numbers, self._clients = itertools.count(), {}

    def client(self, service, *keys):
        with self._lock:  # a session makes one client at a time
            if (service, keys) not in self._clients:
                config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
                self._clients[service, keys] = self._session.client(
                    service, REGION, None, True, None, self.endpoint, *keys, config=config
                )
            return self._clients[service, keys]

    def aws(self, service):
        return self.client(service, *ROOT)

    def now(self):
        """Return the cloud's time, as its answers tell it: its clock may have been moved."""
        answer = self.aws("sts").get_caller_identity()["ResponseMetadata"]
        return parsedate_to_datetime(answer["HTTPHeaders"]["date"])

    def name(self, word="truth"):
        return f"{word}-{self._run}-{next(self._numbers)}"

    def bucket(self, **settings):
        name = self.name()
        self.aws("s3").create_bucket(Bucket=name, **settings)
        return name

    def queue(self, suffix="", **attributes):
        name = self.name() + suffix
        made = self.aws("sqs").create_queue(QueueName=name, Attributes=attributes)
        return Queue(self, made["QueueUrl"], f"arn:aws:sqs:{PLACE}:{name}")

    def table(self, **settings):
        name = self.name()
        self.aws("dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            **settings,
        )
        return name

    def role(self, *statements, trust=(), **settings):
        """Make a role that trusts the account, unless *trust* says otherwise; return its ARN."""
        name, iam = self.name(), self.aws("iam")
        everything = ("sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession")
        statement = trust or [trusting({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, *everything)]
        made = iam.create_role(
            RoleName=name, AssumeRolePolicyDocument=document(*statement), **settings
        )
        if statements:
            policy = document(*statements)
            iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=policy)
        return made["Role"]["Arn"]

    def keys(self, made, arn=""):
        given = (made["AccessKeyId"], made["SecretAccessKey"], made.get("SessionToken"))
        return Keys(self, given, arn)

    def assume(self, arn, sts=None, **settings):
        asked = {"RoleArn": arn, "RoleSessionName": "me", **settings}
        return self.keys((sts or self.aws("sts")).assume_role(**asked)["Credentials"], arn)

    def actor(self, *statements, **settings):
        """Return a session of a new role with these statements."""
        return self.assume(self.role(*statements, **settings))

    def function(self, code, *statements, **settings):
        """Make a function whose role has these statements; return its name."""
        name, aws = self.name(), self.aws("lambda")
        role = self.role(*statements, trust=[trusting({"Service": "lambda.amazonaws.com"})])
        given = {"Runtime": "python3.12", "Handler": "index.handle", "Role": role, **settings}
        aws.create_function(FunctionName=name, Code={"ZipFile": zipped(code)}, **given)
        until(lambda: _active(aws, name))
        return name

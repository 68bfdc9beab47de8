"""What does a row find in the account that it is tried in?"""

from __future__ import annotations

import itertools
import threading
import uuid
from collections.abc import Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from localcloud.truths.policies import ACCOUNT, OTHER, PLACE, REGION, Statement, document, trusting
from localcloud.truths.things import Keys, Queue, until, zipped

ROOT = ("test", "test")  # the administrator's keys, with us and with MiniStack


def _active(functions: Any, name: str) -> bool:
    found = functions.get_function(FunctionName=name)["Configuration"]
    return bool(found.get("State", "Active") == "Active")


class World:
    """An account behind an endpoint; each row makes what it needs under names of its own."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint, self._run = endpoint, uuid.uuid4().hex[:6]
        self._session, self._lock = boto3.Session(region_name=REGION), threading.Lock()
        self._numbers = itertools.count()
        self._clients: dict[tuple[str, tuple[str, ...]], Any] = {}

    def client(self, service: str, *keys: str) -> Any:
        """Return the client of *service* with these keys."""
        with self._lock:  # a session makes one client at a time
            if (service, keys) not in self._clients:
                config = Config(
                    retries={"total_max_attempts": 1},
                    s3={"addressing_style": "path"},
                    read_timeout=300,
                )
                self._clients[service, keys] = self._session.client(
                    service, REGION, None, True, None, self.endpoint, *keys, config=config
                )
            return self._clients[service, keys]

    def abroad(self, service: str, *, account: str = OTHER, region: str = REGION) -> Any:
        """Return the client of *service* of another account's administrator, or in another region.

        Emulators take the number of an account for its administrator's key.
        """
        config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
        with self._lock:
            return self._session.client(
                service, region, None, True, None, self.endpoint, account, "test", config=config
            )

    def aws(self, service: str) -> Any:
        """Return the client of *service* of the administrator."""
        return self.client(service, *ROOT)

    def anybody(self, service: str) -> Any:
        """Return the client of *service* of somebody who does not sign."""
        config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1},
                        s3={"addressing_style": "path"})  # fmt: skip
        with self._lock:
            return self._session.client(service, endpoint_url=self.endpoint, config=config)

    def now(self) -> datetime:
        """Return the cloud's time, as its answers tell it: its clock may have been moved."""
        answer = self.aws("sts").get_caller_identity()["ResponseMetadata"]
        return parsedate_to_datetime(answer["HTTPHeaders"]["date"])

    def name(self, word: str = "truth") -> str:
        """Return a name that nothing else has."""
        return f"{word}-{self._run}-{next(self._numbers)}"

    def bucket(self, **settings: Any) -> str:
        """Make a bucket; return its name."""
        name = self.name()
        self.aws("s3").create_bucket(Bucket=name, **settings)
        return name

    def queue(self, suffix: str = "", **attributes: str) -> Queue:
        """Make a queue with these attributes."""
        name = self.name() + suffix
        made = self.aws("sqs").create_queue(QueueName=name, Attributes=attributes)
        return Queue(self.aws("sqs"), made["QueueUrl"], f"arn:aws:sqs:{PLACE}:{name}")

    def table(self, **settings: Any) -> str:
        """Make a table with the key *pk*; return its name."""
        name = self.name()
        self.aws("dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            **settings,
        )
        return name

    def role(self, *statements: Statement, trust: Sequence[Statement] = (), **settings: Any) -> str:
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
        return str(made["Role"]["Arn"])

    def keys(self, made: dict[str, Any], arn: str = "") -> Keys:
        """Return the keys that a call made."""
        token = [made["SessionToken"]] if "SessionToken" in made else []
        given = (made["AccessKeyId"], made["SecretAccessKey"], *token)
        return Keys(lambda service: self.client(service, *given), arn)

    def assume(self, arn: str, sts: Any = None, **settings: Any) -> Keys:
        """Return the keys of a session of the role."""
        asked = {"RoleArn": arn, "RoleSessionName": "me", **settings}
        return self.keys((sts or self.aws("sts")).assume_role(**asked)["Credentials"], arn)

    def actor(self, *statements: Statement, **settings: Any) -> Keys:
        """Return a session of a new role with these statements."""
        return self.assume(self.role(*statements, **settings))

    def function(self, code: str, *statements: Statement, **settings: Any) -> str:
        """Make a function whose role has these statements; return its name."""
        name, aws = self.name(), self.aws("lambda")
        role = self.role(*statements, trust=[trusting({"Service": "lambda.amazonaws.com"})])
        given: dict[str, Any] = {"Runtime": "python3.12", "Handler": "index.handle", "Role": role}
        given |= {"Timeout": 30, **settings}
        aws.create_function(FunctionName=name, Code={"ZipFile": zipped(code)}, **given)
        until(lambda: _active(aws, name))
        return name

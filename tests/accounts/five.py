"""Where do the parts of a factory in five accounts stand, and who are its people there?"""

import json
import time
from contextlib import contextmanager

from botocore.exceptions import ClientError

from factory.layout.objects import SEGMENTS, prefix
from factory.ledger.chain import decode
from factory.layout.names import resource
from local import users
from local.deployment import PRELOADED
from localcloud import process
from localcloud.deploy import deploy
from stacks.accounts import STACKS, Accounts

FIVE = Accounts(
    ids={duty: str(number) * 12 for number, duty in enumerate(STACKS, start=1)},
    region="eu-west-1",
)
CONTEXT = {"accounts": dict(FIVE.ids), "region": FIVE.region}
"""Of the app: not us-east-1, where a region that somebody forgot would go unnoticed."""
DUTIES = {
    "ada": {"training": ("BuilderRoleArn",)},
    "alan": {"training": ("BuilderRoleArn", "ApproverRoleArn")},
    "grace": {
        "training": ("ApproverRoleArn",),
        "serving": ("OperatorRoleArn",),
        "ledger": ("AuditorRoleArn",),
    },
}
"""The roles that each person may take in each account, each of which knows them by one name."""
ENDPOINT = resource("dev", "income")


class Five:
    """A factory whose five parts have an account each."""

    def __init__(self, cloud, stacks):
        self.cloud, self.outputs = cloud, {}
        for stack, values in stacks.items():
            duty = stack.rsplit("-", 1)[-1]
            if duty in FIVE.ids:
                self.outputs[duty] = values
        self._users = {}
        self.stacks = stacks

    def aws(self, duty, service):
        """Return a client of the administrator of the account that has a *duty*."""
        return self.cloud.aws(service, account=FIVE.ids[duty], region=FIVE.region)

    def output(self, name):
        """Return an output of the one stack that has it."""
        (found,) = [values[name] for values in self.outputs.values() if name in values]
        return found

    def events(self, *classes):
        """Return the events in the ledger, in order; only those of *classes* when any is given."""
        s3, bucket = self.aws("ledger", "s3"), self.output("LedgerBucket")
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix(SEGMENTS))
        keys = sorted(o["Key"] for page in pages for o in page.get("Contents", []))
        bodies = (s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys)
        events = [dict(event) for body in bodies for event in decode(body).events]
        wanted = {each.TYPE for each in classes}
        return [e for e in events if not wanted or e["type"] in wanted]

    def failed(self):
        """Return what functions have failed with."""
        return [(r["function"], r["error"]) for r in self.cloud.invocations() if r["error"]]

"""What does a test need of one account and region?"""

from __future__ import annotations

import io
import json
import zipfile

A, B = "111111111111", "222222222222"
HERE, THERE = "us-east-1", "eu-central-1"


def trust(service):
    return document({"Effect": "Allow", "Principal": {"Service": service},
                     "Action": "sts:AssumeRole"})  # fmt: skip


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


class Corner:
    """One account and region with the same things as every other."""

    def __init__(self, cloud, account, region):
        self.cloud, self.account, self.region = cloud, account, region

    def aws(self, service):
        return self.cloud.aws(service, account=self.account, region=self.region)

    def arn(self, service, resource):
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def role(self, name, service, *statements):
        iam = self.aws("iam")
        try:
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(service))
        except iam.exceptions.EntityAlreadyExistsException:
            return f"arn:aws:iam::{self.account}:role/{name}"
        policy = document(*statements or [allow("logs:*")])
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy)
        return f"arn:aws:iam::{self.account}:role/{name}"

    def queue(self, name, *statements):
        policy = {"Policy": document(*statements)} if statements else {}
        return self.aws("sqs").create_queue(QueueName=name, Attributes=policy)["QueueUrl"]

    def bodies(self, url):
        self.cloud.settle()
        sqs, found = self.aws("sqs"), []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for each in messages:
                found.append(each["Body"])
                sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
        return found

    def function(self, name, code, *statements, **settings):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("index.py", code)
        role = self.role(f"{name}-{self.region}", "lambda.amazonaws.com", *statements)
        self.aws("lambda").create_function(
            FunctionName=name, Runtime="python3.12", Handler="index.handle", Role=role,
            Code={"ZipFile": packed.getvalue()}, Timeout=30, **settings,
        )  # fmt: skip

    def rule(self, name, pattern, *targets, bus="default"):
        events = self.aws("events")
        events.put_rule(Name=name, EventPattern=json.dumps(pattern), EventBusName=bus)
        given = [{"Id": str(number), **each} for number, each in enumerate(targets)]
        answer = events.put_targets(Rule=name, EventBusName=bus, Targets=given)
        assert answer["FailedEntryCount"] == 0

    def failures(self):
        return [each["traceback"] for each in self.cloud.settle()["failures"]]

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"
_numbers = itertools.count()


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@dataclass
class Actor:
    """A role's session or a user's key, and what it may do."""

    cloud: object
    arn: str
    keys: tuple

    def aws(self, service):
        return self.cloud.session(*self.keys).client(service)

    def may(self, service, method, **params):
        """Whether the call is let through, whatever else becomes of it."""
        try:
            getattr(self.aws(service), method)(**params)
        except ClientError as error:
            return "AccessDenied" not in error.response["Error"]["Code"]
        return True

    def refusal(self, service, method, **params):
        with pytest.raises(ClientError) as caught:
            getattr(self.aws(service), method)(**params)
        return caught.value.response


@pytest.fixture
def role(cloud):
    """Return an ARN: a role with these statements that trusts the account."""

    def make(*statements, trust=(), **settings):
        name = f"role-{next(_numbers)}"
        trusted = trust or [
            {
                "Effect": "Allow",
                "Principal": {"AWS": ACCOUNT},
                "Action": ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
            }
        ]
        iam = cloud.aws("iam")
        made = iam.create_role(
            RoleName=name, AssumeRolePolicyDocument=document(*trusted), **settings
        )
        if statements:
            iam.put_role_policy(
                RoleName=name, PolicyName="inline", PolicyDocument=document(*statements)
            )
        return made["Role"]["Arn"]

    return make


@pytest.fixture
def actor(cloud, role):
    """Return a session of a role with these statements."""

    def make(*statements, **settings):
        return assume(cloud, role(*statements), **settings)

    return make


def assume(cloud, arn, sts=None, **settings):
    sts = sts or cloud.aws("sts")
    keys = sts.assume_role(RoleArn=arn, RoleSessionName="me", **settings)["Credentials"]
    return Actor(cloud, arn, (keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]))


@pytest.fixture
def allow():
    def make(action, resource="*", **more):
        return {"Effect": "Allow", "Action": action, "Resource": resource, **more}

    return make


@pytest.fixture
def unique():
    return f"thing-{next(_numbers)}"

"""Who acts? People of the laptop's cloud, as themselves or in a role that is theirs."""

import configparser
import json
from contextlib import contextmanager

import pytest
from botocore.exceptions import ClientError

PARTIAL = pytest.StashKey[bool]()
"""Whether this session runs only a part of tests/life."""
DENIED = {"AccessDenied", "AccessDeniedException", "403"}


def as_themselves(session, person):
    """Return a session of *person*'s own keys."""
    profiles = configparser.ConfigParser()
    profiles.read(session.deployment.credentials)
    found = profiles[person]
    return session.cloud.session(found["aws_access_key_id"], found["aws_secret_access_key"])


def in_role(session, person, role, identity=None):
    """Return a session of *role* (`Builder`, `Approver`, `Auditor`) that *person* has taken."""
    keys = (
        as_themselves(session, person)
        .client("sts")
        .assume_role(
            RoleArn=session.output(f"{role}RoleArn"),
            RoleSessionName=person,
            SourceIdentity=identity or person,
        )["Credentials"]
    )
    return session.cloud.session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])


@contextmanager
def as_service(session, part):
    """Give a session of the one role whose name holds *part*: a function's or a job's.

    Its permissions stay as deployed; for the moment, ada is trusted beside the service.
    """
    iam = session.aws("iam")
    (role,) = [r for r in iam.list_roles(MaxItems=1000)["Roles"] if part in r["RoleName"]]
    trust, user = role["AssumeRolePolicyDocument"], iam.get_user(UserName="ada")["User"]["Arn"]
    mine = {"Effect": "Allow", "Principal": {"AWS": user}, "Action": "sts:AssumeRole"}
    wider = trust | {"Statement": [*trust["Statement"], mine]}
    where = {"RoleName": role["RoleName"]}
    iam.update_assume_role_policy(**where, PolicyDocument=json.dumps(wider))
    try:
        keys = (
            as_themselves(session, "ada")
            .client("sts")
            .assume_role(RoleArn=role["Arn"], RoleSessionName="test")["Credentials"]
        )
        yield session.cloud.session(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]
        )
    finally:
        iam.update_assume_role_policy(**where, PolicyDocument=json.dumps(trust))


def denied(call, **arguments):
    """Demand that AWS denies *call*, and return its words."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    assert error["Code"] in DENIED, error
    return error["Message"]

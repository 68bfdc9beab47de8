"""How do people of IAM Identity Center come into the account? In a role of its own, by their name.

It is not in the local cloud: the administrator plays it, as localcloud/iam/reserved.py says.
"""

import json

PATH = "/aws-reserved/sso.amazonaws.com/eu-west-1/"
ROLE = "AWSReservedSSO_Modelworks_0123456789abcdef"
ANYBODY = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def permission_set(session, path=PATH, name=ROLE):
    """Make the role of a permission set whose people may take any role; return its ARN."""
    iam = session.aws("iam")
    made = iam.create_role(Path=path, RoleName=name, AssumeRolePolicyDocument=document(ANYBODY))
    may = {
        "Effect": "Allow",
        "Action": ["sts:AssumeRole", "sts:SetSourceIdentity", "iam:*"],
        "Resource": "*",
    }
    iam.put_role_policy(RoleName=name, PolicyName="set", PolicyDocument=document(may))
    return made["Role"]["Arn"]


def signed_in(session, role, person, opener=None):
    """Return a session of *person* in *role*, opened by whoever may."""
    sts = (opener or session.cloud.session()).client("sts")
    return _session(session, sts.assume_role(RoleArn=role, RoleSessionName=person))


def take(session, person, role, *, claims, named=None):
    """Let a *person*'s session take the *role* of a duty; it *claims* to be somebody."""
    asked = {"RoleArn": session.output(f"{role}RoleArn"), "SourceIdentity": claims}
    found = person.client("sts").assume_role(**asked, RoleSessionName=named or claims)
    return _session(session, found)


def _session(session, found):
    keys = found["Credentials"]
    return session.cloud.session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])

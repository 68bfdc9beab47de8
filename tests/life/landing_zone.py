"""How is the factory deployed into an account that others have laid out?

With the organisation's key and network, and with refusals of whatever goes without: those of a
service control policy, which no account can lift. Here they are of the roles that SageMaker hears.
"""

import json
import os
import subprocess
import sys
from contextlib import contextmanager

from demo.session import Session
from local import users
from local.deployment import LocalDeployment
from local.synth import ROOT
from localcloud import process
from localcloud.deploy import deploy

DEMANDED = {
    "sagemaker:VpcSubnets": ("CreateTrainingJob", "CreateProcessingJob", "CreateModel"),
    "sagemaker:VolumeKmsKey": ("CreateTrainingJob", "CreateProcessingJob", "CreateEndpointConfig"),
    "sagemaker:OutputKmsKey": ("CreateTrainingJob", "CreateProcessingJob"),
}
"""What each call has to name."""
SERVICES = {
    "cloudwatch.amazonaws.com": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
    "logs.us-east-1.amazonaws.com": {
        "ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:123456789012:*"}
    },
}
"""Which services the key has to admit, as docs/guides/landing-zone.md says."""


@contextmanager
def laid_out(resources, folder):
    """Yield the factory in a cloud of its own, under a key that was there before."""
    with process.start(0, folder / "cloud.log", ()) as cloud:
        key = _key(cloud.session().client("kms"))
        outputs = _deployed(cloud, folder / "first", {"kms_key": key})
        credentials = users.create(cloud.session(), outputs, folder)
        session = Session(resources, LocalDeployment(cloud, outputs, credentials))
        session.notes |= {"key": key, "network": _network(cloud.session().client("ec2"))}
        yield session


def join(session, folder):
    """Deploy the factory again, into the network of the account."""
    network = {
        "vpc": session.notes["network"]["vpc"],
        "subnets": ",".join(session.notes["network"]["Subnets"]),
        "security_groups": ",".join(session.notes["network"]["SecurityGroupIds"]),
    }
    _deployed(session.cloud, folder / "second", {"kms_key": session.notes["key"], **network})


def forbid_the_rest(session):
    """Refuse to everybody who asks SageMaker what names no key and no network."""
    iam = session.cloud.session().client("iam")
    document = {
        "Version": "2012-10-17",
        "Statement": [_refusal(*each) for each in DEMANDED.items()],
    }
    for role in iam.list_roles()["Roles"]:
        if "StepsPipeline" in role["RoleName"] or "PromotionPromoteRole" in role["RoleName"]:
            iam.put_role_policy(
                RoleName=role["RoleName"],
                PolicyName="landing-zone",
                PolicyDocument=json.dumps(document),
            )


def _refusal(key, operations):
    return {
        "Effect": "Deny",
        "Action": [f"sagemaker:{operation}" for operation in operations],
        "Resource": "*",
        "Condition": {"Null": {key: "true"}},
    }


def _network(ec2):
    """Return the network that every account has, in two subnets."""
    subnets = sorted(ec2.describe_subnets()["Subnets"], key=lambda each: each["SubnetId"])[:2]
    (group,) = ec2.describe_security_groups()["SecurityGroups"]
    return {
        "vpc": group["VpcId"],
        "SecurityGroupIds": [group["GroupId"]],
        "Subnets": [each["SubnetId"] for each in subnets],
    }


def _key(kms):
    root = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    services = [
        {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
            "Resource": "*",
            "Condition": condition,
        }
        for service, condition in SERVICES.items()
    ]
    policy = {"Version": "2012-10-17", "Statement": [root, *services]}
    return kms.create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"]


def _deployed(cloud, out, given):
    context = json.dumps({"stage": "dev", **given})
    told = {**os.environ, "CDK_OUTDIR": str(out), "CDK_CONTEXT_JSON": context}
    subprocess.run([sys.executable, "app.py"], cwd=ROOT, env=told, check=True)
    stacks = deploy(out, cloud.session())
    cloud.settle()
    return {key: value for stack in stacks.values() for key, value in stack.items()}

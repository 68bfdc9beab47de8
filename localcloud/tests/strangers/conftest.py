"""Applications as strangers write them, deployed by no more than the README says."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys

import pytest

from localcloud.deploy import deploy
from tests.cdk import NODE


@pytest.fixture(scope="session")
def synth(tmp_path_factory):
    """Synthesize an app of `apps/`; the CDK's library is imported by whoever is first."""
    os.environ.setdefault("JSII_NODE", str(NODE))
    os.environ.setdefault("JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION", "1")

    def make(name, build="build", **more):
        cdk = importlib.import_module("aws_cdk")
        app = cdk.App(outdir=str(tmp_path_factory.mktemp(name) / "cdk.out"))
        getattr(importlib.import_module(f"tests.strangers.apps.{name}"), build)(app, **more)
        return app.synth().directory

    return make


@pytest.fixture(scope="session")
def check():
    """Ask what the cloud does not have: the exit code, and a line for each thing."""

    def asked(folder):
        command = [sys.executable, "-m", "localcloud", "check", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.splitlines(), done.stderr

    return asked


@pytest.fixture(scope="session")
def deployed(cloud, synth):
    """Deploy an app; return the outputs of its stacks. What is not supported fails it."""

    def made(name, *build, parameters=None, **more):
        return deploy(synth(name, *build, **more), cloud.session(), parameters)

    return made


@pytest.fixture(scope="session")
def confirm(cloud):
    """Do what the mail says that comes to an address which is subscribed to a topic."""

    def done(address):
        cloud.settle()
        (mail,) = [each for each in cloud.mailbox() if each["to"] == address and each["token"]]
        cloud.aws("sns").confirm_subscription(TopicArn=mail["topic"], Token=mail["token"])

    return done


@pytest.fixture(scope="session")
def mails(cloud):
    """Return the mails to an address, but the one that asks it to confirm."""

    def to(address):
        return [each for each in cloud.mailbox() if each["to"] == address and not each["token"]]

    return to

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from localcloud import process
from tests.cdk import CDK, NODE

QUIET = ("--no-notices", "--no-version-reporting", "--ci", "--no-color")
UNASKED = ("--require-approval", "never", "--concurrency", "3")
STEP_SECONDS = 600  # for a step that hangs, not for a slow machine


class Cli:
    """The real CDK CLI, talking to one endpoint."""

    def __init__(self, environment):
        self._environment = environment

    def __call__(self, *arguments, folder=None):
        return subprocess.run(
            [NODE, CDK, *QUIET, *arguments],
            cwd=folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=STEP_SECONDS,
            check=False,
        )

    def deploy(self, app):
        return self("deploy", "--all", *UNASKED, "--app", str(app))


@pytest.fixture(scope="session")
def synthesizing(cdk_environment, tmp_path_factory):
    """Begin to synthesize the stranger's app with the real CLI, while the cloud starts."""
    out = tmp_path_factory.mktemp("stranger") / "cdk.out"

    def synth():
        command = f"{sys.executable} app.py"
        folder = Path(__file__).parent / "stranger"
        done = Cli(cdk_environment)("synth", "-q", "--app", command, "-o", str(out), folder=folder)
        assert done.returncode == 0, done.stdout
        return out

    with ThreadPoolExecutor(1) as beside:
        yield beside.submit(synth)


@pytest.fixture(scope="session")
def account(synthesizing):
    """Serve a cloud of its own: what the CLI makes does not meet other tests."""
    with process.start() as client:
        yield client


@pytest.fixture(scope="session")
def cdk(account, cdk_environment):
    """Return the CLI in a bootstrapped account."""
    cli = Cli(cdk_environment | account.environment())
    done = cli("bootstrap", "aws://123456789012/us-east-1")
    assert done.returncode == 0, done.stdout
    return cli


@pytest.fixture
def stranger(synthesizing):
    """Return the assembly of the stranger's app."""
    return synthesizing.result()


@pytest.fixture
def one_stack(tmp_path):
    """Write the assembly of an app of one stack without assets."""

    def write(name, resources, environment="aws://123456789012/us-east-1", **properties):
        (tmp_path / f"{name}.template.json").write_text(json.dumps({"Resources": resources}))
        artifact = {
            "type": "aws:cloudformation:stack",
            "environment": environment,
            "properties": {"templateFile": f"{name}.template.json", **properties},
        }
        manifest = {"version": "55.0.0", "artifacts": {name: artifact}}
        (tmp_path / "manifest.json").write_text(json.dumps(manifest))
        return tmp_path

    return write

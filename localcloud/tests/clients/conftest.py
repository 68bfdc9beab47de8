from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PROGRAMS = HERE / "programs"


def environment(name):
    """Return the folder of commands of an environment that a Makefile above makes."""
    found = [folder / name / "bin" for folder in HERE.parents if (folder / name / "ready").exists()]
    assert found, f"no {name}/ready in a folder above: `make test-localcloud` makes {name}"
    return found[0]


@pytest.fixture(scope="session")
def shell(tmp_path_factory):
    """Return what the README says to export, in nobody's home: there is no way out to AWS."""

    def exported(cloud, **more):
        kept = {name: text for name, text in os.environ.items() if not name.startswith("AWS_")}
        kept.pop("PYTHONPATH", None)  # the programs know nothing of the local cloud
        return kept | {
            "HOME": str(tmp_path_factory.mktemp("home")),
            "AWS_ENDPOINT_URL": cloud.endpoint,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "HTTPS_PROXY": "http://127.0.0.1:9",
            **more,
        }

    return exported


@pytest.fixture(scope="module")
def run(cloud, ticking, shell, tmp_path_factory):
    """Run a program of somebody's in the environment with its clients; return what it prints."""

    def ran(program, *words, of=".venv-clients", **more):
        done = subprocess.run(
            [environment(of) / "python", PROGRAMS / program, *words],
            env=shell(cloud, **more),
            cwd=tmp_path_factory.mktemp("work"),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-4000:]
        return json.loads(done.stdout.splitlines()[-1])

    return ran


@pytest.fixture(scope="module")
def bucket(cloud, request):
    """Make a bucket for a module's clients."""
    name = request.module.__name__.rsplit(".", 1)[-1].replace("_", "-")
    cloud.aws("s3").create_bucket(Bucket=name)
    return name

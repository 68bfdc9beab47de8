from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys

from localcloud.client import Client
from tests.waiting import PATIENCE

COMMAND = [sys.executable, "-m", "localcloud"]


def run(*arguments):
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False
    )


@contextlib.contextmanager
def serving(*arguments):
    with subprocess.Popen([*COMMAND, "serve", *arguments], stdout=subprocess.PIPE, text=True) as up:
        try:
            yield up
        finally:
            up.kill()


def test_serve_prints_its_endpoint_and_runs_until_it_is_ended():
    with serving("--port", "0") as up:
        word, endpoint = up.stdout.readline().split()
        assert word == "ready"
        queue = Client(endpoint).aws("sqs").create_queue(QueueName="there")["QueueUrl"]
        assert queue.endswith("/there")
        assert up.poll() is None
        up.send_signal(signal.SIGTERM)
        assert up.wait(timeout=PATIENCE) == 0


def test_serve_takes_the_port_it_is_given():
    with socket.create_server(("localhost", 0)) as taken:
        port = taken.getsockname()[1]
        refused = run("serve", "--port", str(port))
    assert refused.returncode == 1
    assert f"Port {port} is in use" in refused.stderr


def test_what_is_not_a_port_is_refused():
    refused = run("serve", "--port", "99999")
    assert refused.returncode == 2
    assert "'99999' is not a port" in refused.stderr


def test_deploy_says_that_no_cloud_answers(tmp_path):
    refused = run("deploy", str(tmp_path), "--endpoint", "http://localhost:1")
    assert refused.returncode == 1
    assert "No local cloud answers at http://localhost:1" in refused.stderr
    assert "python -m localcloud serve" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_deploy_says_that_a_folder_is_not_an_assembly(cloud, tmp_path):
    refused = run("deploy", str(tmp_path), "--endpoint", cloud.endpoint)
    assert refused.returncode == 1
    assert f"{tmp_path} is not a cloud assembly" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_types_lists_what_templates_can_have():
    reported = run("types").stdout.splitlines()
    assert "AWS::SQS::QueuePolicy: PolicyDocument, Queues" in reported
    assert len(reported) > 30


def test_help_says_what_each_verb_does_and_takes():
    assert "cdk synth" in run("deploy", "--help").stdout
    reported = run("serve", "--help")
    assert reported.returncode == 0
    assert "ready ENDPOINT" in reported.stdout

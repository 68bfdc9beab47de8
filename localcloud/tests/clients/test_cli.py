"""Version 1 of the AWS CLI: what it does with what the README says to export."""

from __future__ import annotations

import subprocess

import pytest

from tests.clients.conftest import environment


@pytest.fixture(scope="module")
def aws(cloud, shell):
    """Run a command of the CLI; return its exit code, and all that it prints."""

    def ran(*words):
        command = [environment(".venv-awscli") / "python", "-m", "awscli", *words]
        done = subprocess.run(
            command,
            env=shell(cloud, AWS_MAX_ATTEMPTS="1"),
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return ran


def test_most_of_its_services_honour_the_endpoint(aws, cloud, bucket, tmp_path):
    (tmp_path / "a.txt").write_text("hello")
    assert aws("s3", "cp", str(tmp_path / "a.txt"), f"s3://{bucket}/a.txt")[0] == 0
    assert cloud.aws("s3").get_object(Bucket=bucket, Key="a.txt")["Body"].read() == b"hello"
    code, said = aws("sts", "get-caller-identity", "--query", "Account", "--output", "text")
    assert (code, said.strip()) == (0, "123456789012")
    code, said = aws("dynamodb", "get-item", "--table-name", "none", "--key", '{"a": {"S": "b"}}')
    assert code != 0
    assert "ResourceNotFoundException" in said


def test_sqs_ignores_it_and_is_kept_from_aws_by_the_proxy_that_is_none(aws, cloud):
    cloud.aws("sqs").create_queue(QueueName="of-the-cli")
    code, said = aws("sqs", "list-queues")
    assert code != 0
    assert 'Failed to connect to proxy URL: "http://127.0.0.1:9"' in said
    code, said = aws("--endpoint-url", cloud.endpoint, "sqs", "list-queues")
    assert code == 0
    assert "of-the-cli" in said

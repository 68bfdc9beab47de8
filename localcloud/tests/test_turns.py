"""AWS says / we say: of all who want a thing at the same time one gets it; all are answered."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from localcloud import turns
from localcloud.sagemaker import api
from tests.waiting import PATIENCE

TOGETHER, TIMES = 8, 20
BODY = bytes(1 << 19)  # digests of it are made while others go on


@pytest.fixture(scope="module")
def bucket(cloud):
    cloud.aws("s3").create_bucket(Bucket="turns")
    return "turns"


def together(*calls):
    """Make each call many times, side by side; return the errors."""

    def often(call):
        found = []
        for number in range(TIMES):
            try:
                call(number)
            except ClientError as error:
                found.append(error.response["Error"]["Code"])
        return found

    with ThreadPoolExecutor(len(calls)) as pool:
        return [error for errors in pool.map(often, calls) for error in errors]


def test_all_who_put_one_key_at_once_are_answered(cloud, bucket):
    s3 = [cloud.session().client("s3") for _ in range(TOGETHER)]
    puts = [lambda _, each=each: each.put_object(Bucket=bucket, Key="k", Body=BODY) for each in s3]
    assert together(*puts) == []


def test_who_reads_copies_or_deletes_meanwhile_is_answered_too(cloud, bucket):
    s3 = [cloud.session().client("s3") for _ in range(6)]
    at = {"Bucket": bucket, "Key": "m"}
    s3[0].put_object(**at, Body=b"1")
    errors = together(
        lambda _: s3[0].put_object(**at, Body=BODY),
        lambda _: s3[1].put_object(**at, Body=BODY),
        lambda _: s3[2].get_object(**at)["Body"].read(),
        lambda _: s3[3].copy_object(Bucket=bucket, Key="copy", CopySource=at),
        lambda _: s3[4].head_object(**at),
        lambda _: s3[5].delete_object(**at),
    )
    assert set(errors) <= {"NoSuchKey", "404"}


def test_one_of_all_who_write_a_key_if_it_is_new_succeeds(cloud, bucket):
    s3 = [cloud.session().client("s3") for _ in range(TOGETHER)]
    puts = [
        lambda number, each=each: each.put_object(
            Bucket=bucket, Key=f"new-{number}", Body=BODY, IfNoneMatch="*"
        )
        for each in s3
    ]
    assert together(*puts) == ["PreconditionFailed"] * (TOGETHER - 1) * TIMES


def racing(cloud, service, call):
    """Let several clients make one call, many times with another number; return what came of it."""
    clients = [cloud.session().client(service) for _ in range(TOGETHER)]
    answers = []

    def attempt(client, number):
        try:
            answers.append((number, call(client, number)))
        except ClientError as error:
            answers.append((number, error.response["Error"]["Code"]))

    together(*(lambda number, each=each: attempt(each, number) for each in clients))
    return answers


DOCUMENT = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
        ],
    }
)
TABLE = {
    "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.mark.parametrize(
    ("service", "create", "refusal"),
    [
        (
            "iam",
            lambda iam, n: iam.create_role(RoleName=f"r{n}", AssumeRolePolicyDocument=DOCUMENT),
            "EntityAlreadyExists",
        ),
        (
            "ssm",
            lambda ssm, n: ssm.put_parameter(Name=f"/p{n}", Value="v", Type="String"),
            "ParameterAlreadyExists",
        ),
        (
            "secretsmanager",
            lambda secrets, n: secrets.create_secret(Name=f"s{n}", SecretString="s"),
            "ResourceExistsException",
        ),
        (
            "dynamodb",
            lambda tables, n: tables.create_table(TableName=f"turns{n}", **TABLE),
            "ResourceInUseException",
        ),
        (
            "sagemaker",
            lambda sagemaker, n: sagemaker.create_model_package_group(
                ModelPackageGroupName=f"g{n}"
            ),
            "ResourceInUse",
        ),
    ],
    ids=["role", "parameter", "secret", "table", "group"],
)
def test_one_of_all_who_create_a_thing_does(cloud, service, create, refusal):
    answers = racing(cloud, service, create)
    refused = [answer for _, answer in answers if isinstance(answer, str)]
    assert len(answers) == TOGETHER * TIMES
    assert refused == [refusal] * (TOGETHER - 1) * TIMES


def test_one_of_all_who_take_a_message_gets_it(cloud):
    url = cloud.aws("sqs").create_queue(QueueName="turns")["QueueUrl"]
    for number in range(TIMES):
        cloud.aws("sqs").send_message(QueueUrl=url, MessageBody=str(number))
    answers = racing(cloud, "sqs", lambda sqs, _: sqs.receive_message(QueueUrl=url))
    bodies = [each["Body"] for _, answer in answers for each in answer.get("Messages", [])]
    assert sorted(bodies, key=int) == [str(number) for number in range(TIMES)]


def test_a_token_of_a_transaction_writes_once(cloud):
    cloud.aws("dynamodb").create_table(TableName="tokens", **TABLE)
    add = {
        "Update": {
            "TableName": "tokens",
            "Key": {"k": {"S": "sum"}},
            "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
    }

    def write(dynamodb, number):
        dynamodb.transact_write_items(TransactItems=[add], ClientRequestToken=f"token-{number}")

    racing(cloud, "dynamodb", write)
    found = cloud.aws("dynamodb").get_item(TableName="tokens", Key={"k": {"S": "sum"}})
    assert found["Item"]["n"] == {"N": str(TIMES)}


def test_a_token_of_a_pipeline_starts_one_execution(cloud, a_role, build):
    stack = build({"Role": a_role(service="sagemaker.amazonaws.com")})
    cloud.aws("sagemaker").create_pipeline(
        PipelineName="turns",
        PipelineDefinition=json.dumps({"Version": "2020-12-01", "Steps": []}),
        RoleArn=f"arn:aws:iam::123456789012:role/{stack['Role']}",
        ClientRequestToken="0" * 32,
    )

    def start(sagemaker, number):
        return sagemaker.start_pipeline_execution(
            PipelineName="turns", ClientRequestToken=f"{number:032}"
        )["PipelineExecutionArn"]

    answers = racing(cloud, "sagemaker", start)
    assert len(set(answers)) == TIMES
    listed = cloud.aws("sagemaker").list_pipeline_executions(PipelineName="turns")
    assert len(listed["PipelineExecutionSummaries"]) == TIMES


class Asked:
    """A call of a service, as far as its turn goes."""

    def __init__(self, service, operation):
        self.service_name, self._operation = service, operation

    def _get_action(self):
        return self._operation


@pytest.mark.parametrize(
    ("first", "second", "waits"),
    [
        (("iam", "CreateRole"), ("iam", "CreateRole"), True),
        (("sqs", "CreateQueue"), ("sqs", "DeleteQueue"), True),
        (("iam", "CreateRole"), ("iam", "GetRole"), False),
        (("iam", "CreateRole"), ("ssm", "PutParameter"), False),
        (("sqs", "ReceiveMessage"), ("sqs", "ReceiveMessage"), False),
        (("lambda", "Invoke"), ("lambda", "Invoke"), False),
        (("logs", "PutLogEvents"), ("logs", "PutLogEvents"), False),
    ],
)
def test_who_takes_names_waits_for_others_who_do(first, second, waits):
    inside, done = threading.Event(), threading.Event()

    def other():
        with turns.turn(Asked(*second)):
            inside.set()
        done.set()

    thread = threading.Thread(target=other)
    with turns.turn(Asked(*first)):
        thread.start()
        assert inside.wait(0.2 if waits else PATIENCE) is not waits
    assert done.wait(PATIENCE)
    thread.join()


def test_calls_of_sagemaker_are_answered_one_by_one(monkeypatch):
    inside, most, meeting = [], [], threading.Barrier(2)
    monkeypatch.setattr(api.limits, "fault", lambda *_: None)
    monkeypatch.setattr(api.reading, "access_key", lambda _: "key")
    monkeypatch.setattr(api.reading, "caller", lambda *_: meeting.wait())

    def operation(request):
        inside.append(request)
        most.append(len(inside))
        time.sleep(0.02)
        inside.remove(request)

    method = api._method("Any", operation)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: method(SimpleNamespace(params={})), range(2)))
    assert most == [1, 1]

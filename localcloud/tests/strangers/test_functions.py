from __future__ import annotations

import json
import shutil
import urllib.request
from pathlib import Path

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from tests.clients.conftest import environment


@pytest.fixture(scope="module")
def reports(confirm, deployed):
    made = deployed("reports")
    confirm("reader@example.com")
    return {**made["ReportsBase"], **made["ReportsMailing"]}


def test_the_report_of_the_morning_and_the_alarm_of_its_failure(cloud, reports, mails):
    cloud.aws("dynamodb").put_item(TableName=reports["TableName"], Item={"pk": {"S": "a"}})
    cloud.advance(24 * 3600)
    (mail,) = mails("reader@example.com")
    assert mail["subject"].startswith("Report of 20")
    assert mail["body"] == "1 rows for reporter, 24"
    cloud.aws("lambda").invoke(FunctionName=reports["FunctionName"], Payload=b'{"fail": true}')
    cloud.advance(600)
    assert mails("reader@example.com")[1]["subject"].startswith("ALARM: ")


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """Return a layer's folder with Powertools, as `pip install --target` makes it."""
    folder = tmp_path_factory.mktemp("layer")
    (held,) = Path(environment(".venv-clients")).parent.glob("lib/python*/site-packages")
    for name in ("aws_lambda_powertools", "jmespath", "typing_extensions.py"):
        copy = shutil.copytree if (held / name).is_dir() else shutil.copy
        (folder / "python").mkdir(exist_ok=True)
        copy(held / name, folder / "python" / name)
    return str(folder)


@pytest.fixture(scope="module")
def shortener(confirm, deployed, packages):
    made = deployed("url_shortener", packages=packages)["UrlShortener"]
    confirm("links@example.com")
    return made


def ask(cloud, shortener, url):
    """Call the function's URL as a client that signs."""
    role = cloud.aws("sts").assume_role(RoleArn=shortener["CallerArn"], RoleSessionName="stranger")
    keys = cloud.session(
        role["Credentials"]["AccessKeyId"],
        role["Credentials"]["SecretAccessKey"],
        role["Credentials"]["SessionToken"],
    ).get_credentials()
    request = AWSRequest(
        "POST",
        f"{shortener['Url']}links",
        data=json.dumps({"url": url}).encode(),
        headers={"Content-Type": "application/json"},
    )
    SigV4Auth(keys, "lambda", "us-east-1").add_auth(request)
    prepared = urllib.request.Request(request.url, data=request.data, headers=dict(request.headers))
    with urllib.request.urlopen(prepared) as answer:
        return answer.status, json.loads(answer.read())


def test_the_same_link_is_made_once_and_many_raise_the_alarm(cloud, shortener, mails):
    first = ask(cloud, shortener, "https://example.com/1")
    assert first[0] == 201
    assert (first[1]["made"], first[1]["greeting"]) == (1, "hello")
    assert ask(cloud, shortener, "https://example.com/1") == first
    assert ask(cloud, shortener, "https://example.com/2")[1]["made"] == 2
    cloud.advance(120)
    (mail,) = mails("links@example.com")
    assert mail["subject"].startswith("ALARM: ")
    items = cloud.aws("dynamodb").scan(TableName=shortener["TableName"])["Items"]
    assert {item["status"]["S"] for item in items} == {"COMPLETED"}
    group = f"/aws/lambda/{shortener['FunctionName']}"
    logged = cloud.aws("logs").filter_log_events(logGroupName=group, filterPattern="shortened")
    (line, *_) = [json.loads(e["message"]) for e in logged["events"] if e["message"][0] == "{"]
    assert (line["service"], line["cold_start"], line["path"]) == ("shortener", True, "/links")


def test_a_new_version_answers_after_an_update(cloud, shortener, deployed, packages):
    again = deployed("url_shortener", packages=packages, greeting="good day")["UrlShortener"]
    assert again["Url"] == shortener["Url"]
    assert ask(cloud, shortener, "https://example.com/3")[1]["greeting"] == "good day"
    found = cloud.aws("lambda").get_alias(FunctionName=shortener["FunctionName"], Name="live")
    assert found["FunctionVersion"] == "2"

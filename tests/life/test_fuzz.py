"""Does the endpoint answer what can be answered, refuse the rest, and write each down once?"""

import csv
import io
import itertools
import json

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import models
from tests.life import requests
from tests.life.candidates import census

INCOME = models.catalogue()["income"]
NUMBERS = ("age", "fnlwgt", "education_num", "capital_gain", "capital_loss", "hours_per_week")
EXAMPLES = 120
WORDS = ("send", "accept", "is no", "holds no row", "not UTF-8")
"""One of these is in every refusal: what is wrong, or what to send instead."""


@pytest.fixture(scope="module")
def row(tmp_path_factory):
    """One person of the test split, as the texts of a line."""
    values = census(tmp_path_factory.mktemp("row"))["census_test"].slice(0, 1).to_pylist()[0]
    return next(csv.reader(io.StringIO(requests.written([[values[f] for f in INCOME.features]]))))


class Asked:
    """Requests to the endpoint, each under an inference id of its own."""

    def __init__(self, session):
        self.client = session.aws("sagemaker-runtime")
        self.numbers = itertools.count()
        self.answered, self.refused = {}, {}

    def ask(self, body, kind):
        """Return the status and what was said."""
        name = f"fuzz-{next(self.numbers)}"
        try:
            said = self.client.invoke_endpoint(
                EndpointName="mw-dev-income", Body=body, ContentType=kind, InferenceId=name
            )
        except ClientError as error:
            answer = error.response
            status = (
                answer.get("OriginalStatusCode") or answer["ResponseMetadata"]["HTTPStatusCode"]
            )
            self.refused[name] = answer.get("OriginalMessage") or answer["Error"]["Message"]
            return status, self.refused[name]
        self.answered[name] = body
        return 200, said["Body"].read().decode()


@pytest.fixture(scope="module")
def fuzzed(session, served, row):
    """Everything that was asked, and what was wrong with the answers."""
    asked, wrong = Asked(session), []
    good = requests.written([row]).encode()
    before = asked.ask(good, requests.CSV)

    def judge(body, kind):
        status, said = asked.ask(body, kind)
        should = requests.valid(body, kind, INCOME.features, NUMBERS)
        clear = 400 <= status < 500 and any(word in said for word in WORDS)
        if not (status == 200 if should else clear):
            wrong.append((status, said[:300], kind, body[:300], should))

    @settings(max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(st.data())
    def send(data):
        judge(*data.draw(requests.bodies(INCOME.features, row)))

    judge(b'{"instances": [{"\\ud800": 1}]}', requests.JSON)  # half of a character, once a 500
    send()
    after = asked.ask(good, requests.CSV)
    return asked, wrong, before, after


def test_what_is_valid_is_answered_and_all_else_gets_a_4xx_that_says_what_to_mend(fuzzed):
    _, wrong, _, _ = fuzzed
    assert wrong == []


def test_both_were_tried_often(fuzzed):
    asked = fuzzed[0]
    assert len(asked.answered) > EXAMPLES // 20
    assert len(asked.refused) > EXAMPLES // 2


def test_a_good_request_is_answered_afterwards_as_before(fuzzed):
    _, _, before, after = fuzzed
    assert before[0] == 200
    assert after == before


def test_what_was_answered_is_captured_exactly_once_and_what_was_refused_at_most_once(
    session, fuzzed
):
    asked = fuzzed[0]
    found = list(captured(session))
    ids = [record["eventMetadata"]["inferenceId"] for record in found]
    events = [record["eventMetadata"]["eventId"] for record in found]
    mine = [name for name in ids if name.startswith("fuzz-")]
    assert len(events) == len(set(events))
    assert len(mine) == len(set(mine))
    assert set(asked.answered) <= set(mine) <= set(asked.answered) | set(asked.refused)


def captured(session):
    """Yield every record of the endpoint's captures, once all are written."""
    session.cloud.advance(60)
    session.cloud.settle()
    s3, bucket = session.aws("s3"), session.output("CapturesBucket")
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix="captures/mw-dev-income-v"
    )
    for found in (item for page in pages for item in page.get("Contents", [])):
        body = s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()
        yield from (json.loads(line) for line in body.splitlines())

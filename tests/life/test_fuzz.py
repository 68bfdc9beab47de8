"""Does the endpoint answer what can be answered, refuse the rest, and write each down once?

And does AWS's own serving toolkit say the same to every request, with the same model?
"""

import base64
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
from tests.life.approvals import serving
from tests.life.candidates import census
from tests.pipelines.toolkit import container

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
        self.sent, self.answered, self.refused = {}, {}, {}

    def ask(self, body, kind, accept="*/*"):
        """Return the status and what was said."""
        name = f"fuzz-{next(self.numbers)}"
        self.sent[name] = body, kind, accept
        try:
            said = self.client.invoke_endpoint(
                EndpointName="mw-dev-income",
                Body=body,
                ContentType=kind,
                Accept=accept,
                InferenceId=name,
            )
        except ClientError as error:
            answer = error.response
            self.refused[name] = answer["OriginalStatusCode"], answer["OriginalMessage"]
            return self.refused[name]
        self.answered[name] = said["Body"].read(), said["ContentType"]
        return 200, self.answered[name][0].decode()


@pytest.fixture(scope="module")
def fuzzed(session, served, row):
    """Everything that was asked, and what was wrong with the answers."""
    asked, wrong = Asked(session), []
    accepts = itertools.cycle(("*/*", requests.JSON, requests.CSV))
    good = requests.written([row]).encode()
    before = asked.ask(good, requests.CSV)

    def judge(body, kind):
        status, said = asked.ask(body, kind, next(accepts))
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
    ids = [record["eventMetadata"].get("inferenceId", "") for record in found]
    events = [record["eventMetadata"]["eventId"] for record in found]
    mine = [name for name in ids if name.startswith("fuzz-")]
    assert len(events) == len(set(events))
    assert len(mine) == len(set(mine))
    assert set(asked.answered) <= set(mine) <= set(asked.answered) | set(asked.refused)


@pytest.fixture(scope="module")
def toolkit(session, served, tmp_path_factory):
    """AWS's toolkit with the model that serves: its artifact, and what its CreateModel said."""
    sagemaker, config = session.aws("sagemaker"), serving(session)
    (variant,) = sagemaker.describe_endpoint_config(EndpointConfigName=config)["ProductionVariants"]
    model = sagemaker.describe_model(ModelName=variant["ModelName"])
    assert model["EnableNetworkIsolation"]
    told = model["PrimaryContainer"]
    bucket, _, key = told["ModelDataUrl"].removeprefix("s3://").partition("/")
    artifact = tmp_path_factory.mktemp("served") / "model.tar.gz"
    session.aws("s3").download_file(bucket, key, str(artifact))
    made = container.Container(environment=told["Environment"]).extract(artifact)
    with container.running(made):
        yield made.await_ping()


@pytest.fixture(scope="module")
def theirs(toolkit, fuzzed):
    """What the toolkit answers to each request, by its inference id."""

    def ask(body, kind, accept):
        kind = kind.encode().decode("latin-1")  # as the client sends it
        return toolkit.ask(body=body, headers={"Content-Type": kind, "Accept": accept})

    return {name: ask(*sent) for name, sent in fuzzed[0].sent.items()}


def test_the_toolkit_answers_every_request_as_the_endpoint_did(fuzzed, theirs):
    asked = fuzzed[0]
    answered = {n: (a.body, a.content_type) for n, a in theirs.items() if a.status == 200}
    assert answered == asked.answered
    others = {n: (a.status, a.body.decode()) for n, a in theirs.items() if a.status != 200}
    assert others == asked.refused


def test_what_was_captured_is_what_the_toolkit_was_asked_and_says(session, fuzzed, theirs):
    asked = fuzzed[0]
    sent, compared = asked.sent, set()
    for record in captured(session):
        if (name := record["eventMetadata"].get("inferenceId")) in theirs:
            compared.add(name)
            heard, said = (record["captureData"][f"endpoint{side}"] for side in ("Input", "Output"))
            assert (decoded(heard), heard["observedContentType"].encode("latin-1")) == (
                sent[name][0],
                sent[name][1].encode(),
            )
            assert (decoded(said), said["observedContentType"]) == (
                theirs[name].body,
                theirs[name].content_type,
            )
    assert compared == set(asked.answered)


def decoded(side):
    data = side["data"]
    return base64.b64decode(data) if side["encoding"] == "BASE64" else data.encode()


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

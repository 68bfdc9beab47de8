"""Does AWS's own serving toolkit serve what the pipeline makes, as the image's `serve` does?

Under network isolation, from the artifact as training left it, with the variables of the registered
package: what is refused here would be refused by a first endpoint in an account.
"""

import concurrent.futures
import json
import os
import signal
import time

import pytest

from pipelines.code import ROOT
from tests.pipelines.toolkit import container, jobs
from tests.pipelines.toolkit.container import Container

LINE = b"40.5,3,pro,n,true"
ROW = {"spend": 40.5, "visits": 3, "plan": "pro", "region": "n", "active": True}
JSON, CSV = "application/json", "text/csv"
ISOLATION = "PIP_NO_BUILD_ISOLATION"


@pytest.fixture(scope="module")
def untold(artifact):
    """A container that is told nothing of how to build: it tries for a while."""
    told = {k: v for k, v in jobs.registered()["Environment"].items() if k != ISOLATION}
    with container.running(Container(environment=told).extract(artifact)) as found:
        yield found.start()


@pytest.fixture(scope="module")
def endpoint(artifact, untold):
    told = jobs.registered()["Environment"]
    with container.running(Container(environment=told).extract(artifact)) as found:
        yield found.await_ping()


def ask(endpoint, body=LINE, sent=CSV, accept=JSON):
    return endpoint.ask(body=body, headers={"Content-Type": sent, "Accept": accept})


def instances(*rows):
    return json.dumps({"instances": rows}).encode()


def test_the_image_has_what_the_recipe_of_aws_names():
    pins = (ROOT / "requirements-toolkit.txt").read_text()
    for pin in ("sagemaker-containers==2.8.6.post2", "flask==3.1.3", "gunicorn==26.0.0"):
        assert f"{pin} " in pins


@pytest.mark.parametrize("sent", [CSV, JSON, "text/csv; charset=utf-8", "Application/JSON"])
@pytest.mark.parametrize("accept", [CSV, JSON, "*/*", "application/*"])
def test_a_good_request_is_answered_in_every_type(endpoint, sent, accept):
    body = LINE if "csv" in sent else instances(ROW)
    answer = ask(endpoint, body, sent, accept)
    assert answer.status == 200
    assert answer.content_type == (CSV if accept == CSV else JSON)
    if accept == CSV:
        score, selected, label = answer.body.decode().split(",")
    else:
        (prediction,) = json.loads(answer.body)["predictions"]
        score, selected, label = (prediction[name] for name in ("score", "selected", "label"))
    assert 0 < float(score) < 1
    assert label == ("true" if int(selected) else "false")


@pytest.mark.parametrize("accept", [CSV, JSON])
@pytest.mark.parametrize(
    ("body", "sent", "status", "words"),
    [
        (b"", CSV, 400, "the body holds no row; send at least one"),
        (b"1,2", CSV, 400, "row 1 has 2 values; send 5: spend"),
        (b"much,3,pro,n,true", CSV, 400, "row 1: spend is 'much'; send a finite number"),
        (b"\xff", CSV, 400, "the body is not UTF-8"),
        (b"\xff", "text/csv; charset=utf-8", 400, "the body is not UTF-8"),
        (b"{", JSON, 400, "the body is not JSON"),
        (instances({}), JSON, 400, "send exactly spend, visits"),
        (instances(ROW | {"region": "\u0455"}), JSON, 400, "send 'n', 's'"),
        (LINE, "image/png", 415, "send text/csv or application/json"),
        (LINE, "\xe9", 415, "is unknown; send text/csv"),
    ],
)
def test_a_mistake_of_the_clients_is_a_4xx_in_our_words(
    endpoint, body, sent, status, words, accept
):
    answer = ask(endpoint, body, sent, accept)
    assert (answer.status, answer.content_type) == (status, "text/plain; charset=utf-8")
    assert words in answer.body.decode()


HUGE = {
    "a line": (b"x" * (2 << 20), CSV, "the body is not CSV"),
    "a line of columns": (b"1," * (1 << 20), CSV, "row 1 has 1048577 values"),
    "nested": (b"[" * 200_000, JSON, "the body is not JSON"),
    "null bytes": (b"\0" * (1 << 20), CSV, "the body is not CSV"),
    "all that an endpoint takes": (b" " * (25 << 20), JSON, "the body is not JSON"),
}


@pytest.mark.parametrize("name", HUGE)
def test_what_is_huge_is_a_4xx_too_and_kills_no_worker(endpoint, name):
    body, sent, words = HUGE[name]
    before = endpoint.processes()
    answer = ask(endpoint, body, sent)
    assert (answer.status, answer.content_type) == (400, "text/plain; charset=utf-8")
    assert words in answer.body.decode()
    assert endpoint.processes() == before


def test_an_answer_nobody_can_read_is_a_4xx_in_our_words(endpoint):
    answer = ask(endpoint, accept="image/png")
    assert (answer.status, answer.body) == (
        415,
        b"cannot answer with 'image/png'; accept text/csv or application/json",
    )


def test_without_being_told_how_to_build_it_does_not_come_up(untold, endpoint):
    """What a container without a network is told is needed: it is not for show."""
    code, said = untold.wait()
    assert code != 0
    assert "No matching distribution found for setuptools" in said


def test_it_reaches_nobody(endpoint):
    """The container really has no network, so that the test above and all others mean it."""
    words = "import socket; socket.create_connection(('192.0.2.1', 80), 1)"
    with container.running(Container(("python", "-c", words))) as found:
        code, said = found.wait()
    assert code == 1
    assert "Network is unreachable" in said


def test_each_processor_has_a_worker_and_all_answer_the_same_at_the_same_time(endpoint):
    _, workers = endpoint.processes()
    assert len(workers) == os.cpu_count()
    alone = ask(endpoint)
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: ask(endpoint), range(200)))
    assert set(found) == {alone}


def test_a_worker_that_is_killed_comes_back_and_the_others_answer_meanwhile(endpoint):
    first, before = endpoint.processes()
    killed = min(before)
    os.kill(killed, signal.SIGKILL)
    late = time.monotonic() + container.PATIENCE
    while (found := endpoint.processes()) == (first, before) or len(found[1]) < len(before):
        assert time.monotonic() < late, found
        assert ask(endpoint).status == 200
        time.sleep(container.POLL)
    assert found[0] == first
    assert killed not in found[1]
    answers = {ask(endpoint) for _ in range(20)}
    assert {answer.status for answer in answers} == {200}
    assert len(answers) == 1

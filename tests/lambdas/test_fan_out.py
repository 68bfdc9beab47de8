"""Does every model that a snapshot feeds get one message, whatever their number?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import aws
from aws.index import Put
from factory.errors import ServiceError
from factory.layout import tables
from factory.settings import FanOutSettings
from factory.training.request import Publication
from lambdas.fan_out import handler

EXAMPLE = json.loads((Path(handler.__file__).parent / "event.json").read_text())


@pytest.fixture(autouse=True)
def queues(cloud, monkeypatch):
    """Make both queues; give a function for each that takes all messages off."""
    cloud.index("index")
    wanted, own = (cloud.queue(name)[0] for name in ("wanted", "own"))
    settings = FanOutSettings(index_table="index", fan_out_queue_url=own, retrain_queue_url=wanted)
    for name, value in settings.to_env().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(handler, "PAGE", 50)
    return (lambda: cloud.drain(wanted)), (lambda: cloud.drain(own))


def feed(product, *models):
    for start in range(0, len(models), 100):
        pairs = [tables.product_item(product, m) for m in models[start : start + 100]]
        aws.index_write("index", [Put(pair, {"sequence": 1}) for pair in pairs])


def test_each_model_that_the_product_feeds_gets_one_message_and_no_other_does(queues):
    wanted, _ = queues
    feed("census_train", "a", "b")
    feed("weather", "c")
    assert handler.handle(EXAMPLE, None) == {"batchItemFailures": []}
    assert sorted(body["model"] for body in wanted()) == ["a", "b"]


def test_the_message_says_what_caused_it(queues):
    wanted, _ = queues
    feed("census_train", "a")
    handler.handle(EXAMPLE, None)
    words = "census_train snapshot 1 was published"
    by, behind = "function/fan_out", "123456789012 landed its file"
    said = {"cause": words, "reason": words, "asked_by": by, "behind": behind}
    assert wanted() == [{"model": "a", "code": "", "since": "", **said}]


def test_a_snapshot_of_a_file_that_came_late_feeds_nobody(queues, batch_of):
    wanted, own = queues
    feed("census_train", "a")
    body = json.loads(EXAMPLE["Records"][0]["body"])
    body["detail"]["detail"]["superseded_by"] = 2
    assert handler.handle(batch_of(body), None) == {"batchItemFailures": []}
    assert (wanted(), own()) == ([], [])


def test_a_product_that_feeds_nobody_is_passed_over(queues):
    wanted, own = queues
    assert handler.handle(EXAMPLE, None) == {"batchItemFailures": []}
    assert (wanted(), own()) == ([], [])


@pytest.mark.parametrize("size", [49, 50, 51, 230])
def test_page_by_page_every_model_is_asked_once(queues, batch_of, size):
    wanted, own = queues
    names = [f"m{number:04d}" for number in range(size)]
    feed("census_train", *names)
    handler.handle(EXAMPLE, None)
    rounds = 1
    while pages := own():
        handler.handle(batch_of(*pages), None)
        rounds += 1
    assert sorted(body["model"] for body in wanted()) == names
    assert rounds == size // 50 + 1


def test_no_invocation_does_more_than_one_page(queues, monkeypatch):
    sent = []
    monkeypatch.setattr(aws, "send_many", lambda _, bodies: sent.append(len(bodies)))
    feed("census_train", *(f"m{number:04d}" for number in range(230)))
    handler.handle(EXAMPLE, None)
    assert sent == [50]


def test_what_could_not_be_sent_comes_again(queues, monkeypatch):
    wanted, _ = queues
    feed("census_train", "a")
    with monkeypatch.context() as broken:
        broken.setattr(aws, "send_many", _fails)
        assert handler.handle(EXAMPLE, None)["batchItemFailures"]
    handler.handle(EXAMPLE, None)
    assert len(wanted()) == 1


def test_a_page_is_read_back_as_it_was_sent():
    page = Publication(product="census_train", snapshot=3, after="income")
    assert Publication.of(json.loads(json.dumps(page.body()))) == page


@pytest.mark.parametrize("body", ["{}", '{"product": "census_train"}', '{"detail-type": "other"}'])
def test_what_is_neither_a_publication_nor_a_page_is_an_error(body, batch_of):
    assert handler.handle(batch_of(body), None)["batchItemFailures"]


def _fails(*_args, **_kwargs):
    raise ServiceError("injected")

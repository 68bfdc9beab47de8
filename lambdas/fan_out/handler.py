"""Which models does a new snapshot feed? Each gets a message of its own, page by page."""

from __future__ import annotations

import os
from typing import Any

import aws
from aws.batch import each
from factory.layout import tables
from factory.settings import FanOutSettings
from factory.training.request import Publication

PAGE = 100  # models for each message; the next page has a message of its own


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Hand on every publication, and every page of one."""
    settings = FanOutSettings.from_env(os.environ)
    return each(event, lambda body: fan_out(Publication.of(body), settings))


def fan_out(news: Publication, settings: FanOutSettings) -> None:
    """Ask for a run of each model of one page, and then for the next page.

    What is asked for twice starts once: a run is known by what caused it. A snapshot that never was
    the newest one feeds nobody: there would be nothing new to learn.
    """
    if news.superseded_by:
        aws.log(
            f"{news.product} snapshot {news.snapshot} came late: {news.superseded_by} is newer, "
            "and the models have been asked to learn from that"
        )
        return
    partition, _ = tables.product_item(news.product, "")
    models = aws.index_page(settings.index_table, partition, after=news.after, limit=PAGE)
    aws.send_many(settings.retrain_queue_url, [news.wanted(model).body() for model in models])
    if len(models) == PAGE:
        aws.send(settings.fan_out_queue_url, news.from_(models[-1]).body())

"""What has the factory written down about a model: drift, incidents, and runs?"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import models
from cli import cloud

DAY = 86_400  # seconds
SHOWN = 5  # closed incidents, the newest


class Records:
    """The factory's tables, read when they are first asked for."""

    def __init__(self, aws: Any) -> None:
        """Read as the caller of *aws*."""
        self._aws, self._outputs = aws, cloud.outputs(aws)

    def drift(self, model: str) -> dict[str, Any] | None:
        """Return what the last windows of traffic showed; None before the first is judged."""
        found = self._item("WindowsTable", f"model|{model}")
        return found and {
            "breached": found["breached"],
            "since": found.get("episode", ""),
            "columns": found.get("words", {}),
            "judged": found["judged"],
        }

    def incidents(self, model: str) -> list[dict[str, Any]]:
        """Return the open incidents of a model and the last closed ones, the newest first."""
        subject = f"model/{model}"
        mine = [i for i in self._incidents if f"{i['subject']}/".startswith(f"{subject}/")]
        newest = sorted(mine, key=lambda i: str(i["opened_at"]), reverse=True)
        closed = [i for i in newest if i["status"] == "closed"]
        return [i for i in newest if i["status"] == "open"] + closed[:SHOWN]

    def budget(self, model: str) -> dict[str, int | None]:
        """Return how many runs were started in the last day, and how many may be."""
        found = self._item("RunsTable", model) or {"runs": []}
        since = cloud.now(self._aws).timestamp() - DAY
        known = models.catalogue().models.get(model)
        return {
            "started": sum(int(run["at"]) > since for run in found["runs"]),
            "runs_per_day": known.runs_per_day if known else None,
        }

    @cached_property
    def _incidents(self) -> list[dict[str, Any]]:
        with cloud.told("reading the incidents"):
            client = self._aws.resource("dynamodb").meta.client
            pages = client.get_paginator("scan").paginate(TableName=self._outputs["IncidentsTable"])
            return [dict(i) for page in pages for i in page["Items"] if "subject" in i]

    def _item(self, table: str, key: str) -> dict[str, Any] | None:
        with cloud.told(f"reading what is known of {key}"):
            found = self._aws.resource("dynamodb").Table(self._outputs[table])
            answer = found.get_item(Key={"pk": key}, ConsistentRead=True)
        item: dict[str, Any] | None = answer.get("Item")
        return item

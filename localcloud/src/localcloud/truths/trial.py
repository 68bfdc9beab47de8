"""What do the rows give back in a cloud?"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError

from localcloud.truths.row import Row
from localcloud.truths.world import World

AT_ONCE = 8  # rows mostly wait: for a message, for the end of a visibility time


def begin(pool: ThreadPoolExecutor, rows: Iterable[Row], world: World) -> dict[str, Future[Any]]:
    """Try the rows side by side; each id's answer can be waited for."""
    return {row.id: pool.submit(row.attempt, world) for row in rows}


def answers(rows: Iterable[Row], endpoint: str) -> dict[str, Any]:
    """Return each row's answer; an error that the row did not expect is an answer too."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        begun = begin(pool, rows, World(endpoint))
        return {name: _answer(future) for name, future in begun.items()}


def _answer(future: Future[Any]) -> Any:
    try:
        return future.result()
    except ClientError as error:
        return f"{error.operation_name}: {error.response['Error']['Code']}"
    except Exception as error:  # noqa: BLE001 - another cloud may answer in any way
        return f"{type(error).__name__}: {error}"

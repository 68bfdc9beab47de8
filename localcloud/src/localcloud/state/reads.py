"""Does a call change nothing?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from moto.core.responses import BaseResponse

_VERBS = ("Get", "List", "Describe", "BatchGet", "Query", "Scan")


def only_reads(response: BaseResponse) -> bool:
    """Tell whether a call changes nothing, by its method or by the operation's name."""
    if response.method in {"GET", "HEAD"}:
        return "Action" not in (response.querystring or {})
    return response.headers.get("X-Amz-Target", "").rpartition(".")[2].startswith(_VERBS)

"""Is a table of the Glue catalog changed only from the version that its writer has read?

Writers of Iceberg tables depend on it: who comes second must not undo what the first has written.
"""

from __future__ import annotations

from typing import Any

from moto.glue.exceptions import GlueClientError
from moto.glue.responses import GlueResponse

from localcloud import moto_patches


class ConcurrentModificationException(GlueClientError):
    """Another writer came first."""

    def __init__(self, message: str) -> None:
        super().__init__("ConcurrentModificationException", message)


def install() -> None:
    """Compare the version that UpdateTable expects."""
    moto_patches.wrap(
        GlueResponse,
        "update_table",
        _updating,
        fixes="passes over the VersionId that UpdateTable expects",
        upstream=moto_patches.UNREPORTED,
    )


def _updating(update: Any) -> Any:
    def updating(self: GlueResponse) -> Any:
        given: dict[str, Any] = self.parameters
        if expected := given.get("VersionId"):
            table = self.glue_backend.get_table(given["DatabaseName"], given["TableInput"]["Name"])
            now = table.as_dict()["VersionId"]
            if str(expected) != now:
                raise ConcurrentModificationException(
                    f"Update table failed: the table has version {now}, not {expected}"
                )
        return update(self)

    return updating

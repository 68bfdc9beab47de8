"""What did this machine see as the end of a ledger? Noted outside of the account that keeps it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cli.state import folder
from factory.errors import LedgerBroken
from factory.ledger.chain import Head
from factory.ledger.check import Remembered


@dataclass(frozen=True)
class Note:
    """The last tail that was seen of the ledger of one stage, in one account and region."""

    path: Path

    @classmethod
    def of(cls, stage: str, account: str, region: str) -> Self:
        """Return the note about the ledger of *stage*, whichever bucket it is said to be in."""
        return cls(folder() / f"ledger-{account}-{region}-{stage}.json")

    def read(self) -> Remembered | None:
        """Return what was noted; LedgerBroken when that cannot be read any more."""
        try:
            noted = json.loads(self.path.read_text(encoding="utf-8"))
            seen = Head(index=int(noted["index"]), digest=str(noted["digest"]))
            return Remembered(tail=seen, bucket=str(noted["bucket"]), by=str(self.path))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise LedgerBroken(
                f"{self.path}: what was noted of the ledger cannot be read ({exc}); --forget it, "
                "and give with --tail what others remember"
            ) from exc

    def write(self, bucket: str, seen: Head) -> None:
        """Note the end of a ledger that is sound; LedgerBroken when that cannot be kept."""
        noted = {"bucket": bucket, "index": seen.index, "digest": seen.digest}
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self.path.with_suffix(".new")
            fresh.write_text(json.dumps(noted, indent=2), encoding="utf-8")
            fresh.replace(self.path)
        except OSError as exc:
            raise LedgerBroken(
                f"{self.path}: the tail {seen.index}:{seen.digest} cannot be noted ({exc}); "
                "set MODELWORKS_STATE to a folder that can be written"
            ) from exc

    def forget(self) -> None:
        """Forget what was noted, as when a stage was taken down and deployed anew."""
        self.path.unlink(missing_ok=True)

"""What may be told of a failure to people who see no data? The factory's own words, and digests.

Anybody who may look at a run reads why a step failed. What a library or a builder's code says of an
error may quote a row, so its words stay in the job's log, and a digest of them is told instead.
"""

from __future__ import annotations

import builtins
import hashlib

from factory import errors, reasons

LONGEST = 1000  # characters; a job's failure reason takes 1,024
SHORT = 12  # hexadecimal digits of a digest


def told(error: BaseException) -> str:
    """Return *error* for the job's failure reason: whole, if the factory itself raised it."""
    kind = type(error)
    if getattr(errors, kind.__name__, None) is kind:
        return reasons.shown(f"{kind.__name__}: {error}", LONGEST)
    known = kind.__name__ if getattr(builtins, kind.__name__, None) is kind else "another error"
    return f"{known}; {words(str(error))}"


def words(text: str) -> str:
    """Return by what somebody who reads the log knows that *text* is what was meant."""
    digest = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:SHORT]
    return f"its words, SHA-256 {digest}, are in the job's log"

"""Which requests are the factory's own? Those whose inference id it has signed.

Whoever knew only how such an id begins could hide behind it: its requests would not be watched.
"""

from __future__ import annotations

import hashlib
import hmac

from factory.layout.names import PROBE

LENGTH = 24  # characters of the signature: no one guesses 96 bits


def inference_id(secret: str, turn: int, number: int) -> str:
    """Return the id of one probe of a configuration whose *secret* promotion wrote down.

    It has 64 characters at most, as AWS demands.
    """
    what = f"{turn}-{number}"
    return f"{PROBE}-{what}-{_signature(secret, what)}"


def claims(inference: str) -> bool:
    """Say whether an id looks like the factory's own."""
    return inference.startswith(PROBE)


def genuine(secret: str, inference: str) -> bool:
    """Say whether the factory has made an id; none is genuine where there is no *secret*."""
    what, _, signature = inference.removeprefix(f"{PROBE}-").rpartition("-")
    expected = _signature(secret, what)
    return bool(secret) and hmac.compare_digest(signature.encode(), expected.encode())


def _signature(secret: str, what: str) -> str:
    return hmac.new(secret.encode(), what.encode(), hashlib.sha256).hexdigest()[:LENGTH]

"""What does DynamoDB do that moto does not?"""

from __future__ import annotations

from localcloud.tables import (
    admission,
    expiry,
    stream_admission,
    stream_polling,
    streams,
    tokens,
    transactions,
)

__all__ = ["install"]


def install() -> None:
    """Keep transactions apart, refuse bad writes, let items expire, and streams reach functions."""
    admission.install()
    streams.install()
    stream_admission.install()
    stream_polling.install()
    transactions.install()
    tokens.install()
    expiry.install()

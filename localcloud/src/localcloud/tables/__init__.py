"""What does DynamoDB do that moto does not?"""

from __future__ import annotations

from localcloud.tables import admission, expiry, tokens, transactions

__all__ = ["install"]


def install() -> None:
    """Keep transactions apart and their tokens in mind, refuse bad writes, let items expire."""
    admission.install()
    transactions.install()
    tokens.install()
    expiry.install()

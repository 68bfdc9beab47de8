"""What becomes of objects whose bucket has lifecycle rules?"""

from __future__ import annotations

from localcloud.lifecycle import configuration, expiry

__all__ = ["install"]


def install() -> None:
    """Take rules as S3 does, and let them act each midnight of the cloud's clock."""
    configuration.install()
    expiry.install()

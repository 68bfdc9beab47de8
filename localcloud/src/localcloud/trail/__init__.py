"""Which calls of AWS's APIs are told on the bus, as "AWS API Call via CloudTrail"?

Those that change something (management events), as in an account whose trail is logging. CloudTrail
itself is not here: there are no data events and no log files, and rules that need them are refused.
"""

from __future__ import annotations

from localcloud.trail import admission, recording

__all__ = ["install"]


def install() -> None:
    """Tell every management call that a rule listens to; install it after all that answers."""
    admission.install()
    recording.install()

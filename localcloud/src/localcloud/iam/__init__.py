"""Who may do what in the local cloud?"""

from __future__ import annotations

from localcloud import resets
from localcloud.iam import documents, enforcement, roles, simulation, sts
from localcloud.iam.caller import Caller, identity, sessions
from localcloud.iam.decision import allowed, log

__all__ = ["Caller", "allowed", "identity", "install", "log"]


def install() -> None:
    """Check every call of a role's session or a user's key; all others are the administrator's."""
    enforcement.install()
    sts.install()
    roles.install()
    documents.install()
    simulation.install()
    resets.on_reset(sessions.clear)

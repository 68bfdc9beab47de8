"""What must whoever runs the smoke test be allowed to do? The actions of all beliefs."""

from __future__ import annotations

import json

from cli.smoke.beliefs import BELIEFS


def actions() -> list[str]:
    """Return every action that some belief needs, sorted."""
    return sorted({action for belief in BELIEFS for action in belief.actions})


def document() -> str:
    """Return a policy with these actions, to be pasted; the names of what it makes are new."""
    statement = {"Effect": "Allow", "Action": actions(), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)

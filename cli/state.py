"""Where does `factory` note on this machine what no cloud is asked to keep?"""

from __future__ import annotations

import os
from pathlib import Path


def folder() -> Path:
    """Return the folder of all notes: the one that is named, or where the system keeps state."""
    if own := os.environ.get("MODELWORKS_STATE"):
        return Path(own)
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "modelworks"

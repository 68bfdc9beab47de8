"""How is a line written to the log? So that no sender's text drives a terminal or begins a line."""

from __future__ import annotations

from factory import reasons

LINE = 1000  # characters of a line


def log(*lines: str, longest: int = LINE) -> None:
    """Print *lines* as one entry, each bounded and with what is hidden written out."""
    print("\n".join(reasons.shown(line, longest) for line in lines))

"""What does a request lack so that it can be answered? Its sender is told, with a 400."""

from __future__ import annotations


class Unanswerable(ValueError):
    """The request cannot be answered; the message says what its sender can mend."""

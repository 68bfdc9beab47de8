"""What is due when?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(order=True)
class Timer:
    """Work that becomes due on the cloud's clock."""

    when: float
    number: int
    name: str = field(compare=False)
    work: Callable[[], object] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """Make sure that the work is not done, if it was not yet."""
        self.cancelled = True

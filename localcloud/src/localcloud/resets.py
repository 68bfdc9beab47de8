"""What does the local cloud forget when moto is reset?"""

from __future__ import annotations

from collections.abc import Callable

from localcloud.state import kept

PATH = "/moto-api/reset"
_forgetting: list[Callable[[], None]] = []


def on_reset(work: Callable[[], None]) -> None:
    """Call *work* when moto is reset: it forgets what moto knows nothing of."""
    _forgetting.append(work)


def forget() -> None:
    """Forget everything that is kept beside moto's own stores."""
    for work in _forgetting:
        work()
    kept.empty()

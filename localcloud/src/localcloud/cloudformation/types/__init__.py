"""Which types do templates have, and what does each do? One module a service."""

from __future__ import annotations

import importlib
import pkgutil


def install() -> None:
    """Register every type of the modules beside this one."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}").install()

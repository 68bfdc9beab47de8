"""Which models does the demo of the kinds train? One of each kind, and some of a family.

Fifty members would be fifty runs; four say as much of a family, and its last drug has no signal.
"""

from __future__ import annotations

from pathlib import Path

import models
from factory.catalogue import catalogue as catalogues
from factory.catalogue.catalogue import Catalogue
from factory.catalogue.spec import Model
from factory.layout.names import resource
from factory.stage import DEV
from local.synth import ROOT

OUTPUT = ROOT / "build" / "demo-kinds"
REGRESSION, FORECAST, MULTICLASS, COUNT = "air-hour", "air-day", "wine", "visits"
RANKING = (
    "recommendations-alvexa-br",
    "recommendations-cardimune-de",
    "recommendations-hepavir-jp",
)
WITHOUT_SIGNAL = "recommendations-jardelin-us"
SERVED = (REGRESSION, FORECAST, MULTICLASS, COUNT, *RANKING)


def catalogue() -> Catalogue:
    """Return the models of the demo, as models/ declares them."""
    every = models.catalogue()
    return Catalogue.of([every[name] for name in (*SERVED, WITHOUT_SIGNAL)])


def written() -> Path:
    """Write the catalogue as the app's context names it, and return the file."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    file = OUTPUT / "catalogue.json"
    file.write_text(catalogues.render(catalogue()), encoding="utf-8")
    return file


def model(name: str) -> Model:
    """Return the model called *name*."""
    return models.catalogue()[name]


def endpoint(name: str) -> str:
    """Return the endpoint of the model called *name*."""
    return resource(DEV.name, name)

"""How do the facts become one page that needs nothing else?"""

from __future__ import annotations

from collections.abc import Container

from jinja2 import Environment, PackageLoader, StrictUndefined

from report import claims, lanes, pictures, sparks, words
from report.fleet import Fleet
from report.shape import Report

FILTERS = ("day", "stamp", "clock", "percent", "signed", "kind", "tone", "who", "listed")


def render(report: Report) -> str:
    """Return the page as HTML: no script, nothing loaded, every text of the facts escaped."""
    return (
        _environment()
        .get_template("page.html")
        .render(
            **report,
            report=report,
            claims=claims,
            words=words,
            draw=_Drawn(report),
            concerns=claims.concerns(report),
        )
    )


def render_fleet(fleet: Fleet, pages: Container[str]) -> str:
    """Return the page of all models as HTML, with links to the models that have *pages*."""
    template = _environment().get_template("fleet.html")
    models = fleet["models"]
    return template.render(
        **fleet,
        pages=pages,
        headline=claims.fleet(models),
        needing=list(claims.needs(models)),
    )


class _Drawn:
    """The pictures of one report."""

    interval = staticmethod(pictures.interval)
    widest = staticmethod(pictures.widest)
    height, spark = lanes.HEIGHT, sparks.SPARK

    def __init__(self, report: Report) -> None:
        traffic, drift, fairness = report["traffic"], report["drift"], report["fairness"]
        self.lanes = lanes.Lanes(traffic, drift, report["incidents"]) if traffic else None
        self.sparks = sparks.Sparks(drift) if drift["windows"] else None
        self.ratios = pictures.ratios(fairness) if fairness else None


def _environment() -> Environment:
    """Return the templates; whatever they name and the facts lack is an error."""
    made = Environment(
        loader=PackageLoader("report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {name: getattr(words, name) for name in FILTERS}
    return made

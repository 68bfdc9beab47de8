"""How does a report become one self-contained HTML page?"""

from __future__ import annotations

from collections.abc import Container

from jinja2 import Environment, PackageLoader, StrictUndefined

from report import formatting, scales, sparklines, summaries, timeline
from report.fleet import Fleet
from report.schema import Report

FILTERS = (
    *("long_time", "short_time", "clock_time", "percent", "number", "joined"),
    *("event_name", "tone", "actor_name"),
)


def render(report: Report) -> str:
    """Return the page as HTML: no scripts, no external resources, all text escaped."""
    return (
        _environment()
        .get_template("page.html")
        .render(
            **report,
            report=report,
            summaries=summaries,
            formatting=formatting,
            charts=_Charts(report),
            concerns=summaries.concerns(report),
        )
    )


def render_fleet(fleet: Fleet, pages: Container[str]) -> str:
    """Return the page about all models as HTML, with links to those that have *pages*."""
    template = _environment().get_template("fleet.html")
    models = fleet["models"]
    return template.render(
        **fleet,
        pages=pages,
        headline=summaries.fleet(models),
        tasks=list(summaries.tasks(models)),
    )


class _Charts:
    """The charts of one report."""

    interval = staticmethod(scales.interval)
    widest = staticmethod(scales.widest)
    height, sparkline_height = timeline.HEIGHT, sparklines.HEIGHT

    def __init__(self, report: Report) -> None:
        traffic, drift, fairness = report["traffic"], report["drift"], report["fairness"]
        self.timeline = timeline.Timeline(traffic, drift, report["incidents"]) if traffic else None
        self.sparklines = sparklines.Sparklines(drift) if drift["windows"] else None
        self.ratios = scales.ratios(fairness) if fairness else None
        self.gaps = scales.gaps(fairness) if fairness else None


def _environment() -> Environment:
    """Return the template environment, in which a missing value is an error."""
    environment = Environment(
        loader=PackageLoader("report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {name: getattr(formatting, name) for name in FILTERS}
    return environment

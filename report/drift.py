"""How much did each traffic window drift, and how do its distributions compare with training?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import aws
from factory import drift
from factory.catalogue.spec import Model
from factory.drift import Baseline, BinCounts
from factory.layout import objects
from report import histogram
from report.measurements import ColumnDrift, Drift, Histogram, Window
from report.traffic import parse_time

MAX_WINDOWS = 40  # the newest are shown
MAX_COLUMNS = 3  # shown when none has drifted

Finding = Mapping[str, Any]


def of(outputs: Mapping[str, str], model: Model) -> Drift:
    """Return the findings, and the histograms of the window in which the most columns drifted."""
    findings = _findings(outputs["FindingsBucket"], model.name)
    shown = _most_drifted(findings)
    histograms = _histograms(outputs, findings[shown]) if shown is not None else []
    return Drift(
        limit=model.watch.max_psi,
        breaches=model.watch.breaches,
        out_of=model.watch.windows,
        breached=bool(findings and findings[-1]["breached"]),
        windows=[_window(finding) for finding in findings],
        shown=shown,
        histograms=histograms,
    )


def _findings(bucket: str, model: str) -> list[Finding]:
    """Return the newest findings, in the order of their windows."""
    listed = aws.s3_by_time(objects.findings(bucket, model))
    findings: list[Finding] = [json.loads(aws.s3_get(each.uri)) for each in listed[-MAX_WINDOWS:]]
    return sorted(findings, key=lambda f: (f["window"]["to"], f["window"]["number"]))


def _most_drifted(findings: list[Finding]) -> int | None:
    """Return the index of the last window in which the most columns drifted."""
    return max(range(len(findings)), key=lambda n: (len(findings[n]["drifted"]), n), default=None)


def _window(finding: Finding) -> Window:
    window = finding["window"]
    return Window(
        number=window["number"],
        version=finding["version"],
        start=window["from"],
        end=window["to"],
        rows=window["rows"],
        columns={
            name: ColumnDrift(psi=c["psi"], bound=c["lower_bound"], drifted=c["drifted"])
            for name, c in finding["columns"].items()
        },
    )


def _histograms(outputs: Mapping[str, str], finding: Finding) -> list[Histogram]:
    """Count the window again from its capture files, because a finding has no counts.

    Return nothing unless the files reproduce the finding's PSI values.
    """
    uri = objects.baseline(outputs["ApprovedBucket"], finding["config"])
    baseline = drift.parse(aws.s3_get(uri))
    counts_by_file = list(_file_counts(outputs["CapturesBucket"], baseline, finding["window"]))
    counts = _window_counts(counts_by_file, baseline, finding)
    if counts is None:
        return []
    return [
        _histogram(name, finding, baseline, counts) for name in _shown_columns(finding, baseline)
    ]


def _file_counts(bucket: str, baseline: Baseline, window: Mapping[str, Any]) -> Iterator[BinCounts]:
    """Yield the counts of each capture file that may belong to *window*.

    A file is written after its requests, so files older than the window are not read.
    """
    start, end = parse_time(window["from"]), parse_time(window["to"])
    for file in aws.s3_by_time(f"{objects.captures(bucket, baseline.config)}/"):
        if file.modified < start:
            continue
        counts = drift.of_file(aws.s3_get(file.uri), baseline)
        if counts.rows and parse_time(counts.first) > end:
            return
        if counts.rows and start <= parse_time(counts.first) and parse_time(counts.last) <= end:
            yield counts


def _window_counts(
    counts_by_file: Sequence[BinCounts], baseline: Baseline, finding: Finding
) -> BinCounts | None:
    """Return the sum of consecutive files that makes up the window; others may overlap it."""
    for first in range(len(counts_by_file)):
        counts = drift.empty(baseline)
        for part in counts_by_file[first:]:
            counts = drift.merged(counts, part)
            if counts.rows >= finding["window"]["rows"]:
                break
        if counts.rows == finding["window"]["rows"] and _matches(counts, baseline, finding):
            return counts
    return None


def _matches(counts: BinCounts, baseline: Baseline, finding: Finding) -> bool:
    """Return whether *counts* reproduces the PSI values of *finding*."""
    columns = drift.judge(baseline, counts.columns, max_psi=0)
    return all(column.psi == finding["columns"][name]["psi"] for name, column in columns.items())


def _shown_columns(finding: Finding, baseline: Baseline) -> list[str]:
    """Return the columns that drifted, or else those closest to it."""
    columns = {name: finding["columns"][name] for name in baseline.columns}
    ordered = sorted(columns, key=lambda name: -float(columns[name]["lower_bound"]))
    return [n for n in ordered if n in finding["drifted"]] or ordered[:MAX_COLUMNS]


def _histogram(name: str, finding: Finding, baseline: Baseline, counts: BinCounts) -> Histogram:
    explanation = finding["columns"][name].get("words", "")
    bars = histogram.bars(baseline.columns[name], counts.columns[name])
    return Histogram(column=name, explanation=explanation, bars=bars)

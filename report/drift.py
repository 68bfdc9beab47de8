"""What did the windows of traffic show, and what does the most telling one look like inside?"""

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
from report.measured import Drift, Histogram, Seen, Window
from report.traffic import moment

KEPT = 40  # windows, the newest
MOST = 3  # columns that are shown when none has drifted

Finding = Mapping[str, Any]


def of(outputs: Mapping[str, str], model: Model) -> Drift:
    """Return what was found, and the histograms of the window in which most columns drifted."""
    found = _findings(outputs["FindingsBucket"], model.name)
    shown = _most_telling(found)
    histograms = _inside(outputs, found[shown]) if shown is not None else []
    return Drift(
        limit=model.watch.max_psi,
        breaches=model.watch.breaches,
        of=model.watch.windows,
        breached=bool(found and found[-1]["breached"]),
        windows=[_window(finding) for finding in found],
        shown=shown,
        histograms=histograms,
    )


def _findings(bucket: str, model: str) -> list[Finding]:
    """Return the newest findings, in the order in which their windows were judged."""
    listed = aws.s3_by_time(objects.findings(bucket, model))
    found: list[Finding] = [json.loads(aws.s3_get(each.uri)) for each in listed[-KEPT:]]
    return sorted(found, key=lambda f: (f["window"]["to"], f["window"]["number"]))


def _most_telling(found: list[Finding]) -> int | None:
    """Return the place of the last window in which most columns drifted."""
    return max(range(len(found)), key=lambda n: (len(found[n]["drifted"]), n), default=None)


def _window(finding: Finding) -> Window:
    window = finding["window"]
    return Window(
        number=window["number"],
        version=finding["version"],
        start=window["from"],
        end=window["to"],
        rows=window["rows"],
        columns={
            name: Seen(psi=c["psi"], bound=c["lower_bound"], drifted=c["drifted"])
            for name, c in finding["columns"].items()
        },
    )


def _inside(outputs: Mapping[str, str], finding: Finding) -> list[Histogram]:
    """Count the window again from its capture files, because the finding itself keeps no counts.

    Without the files that lead to the same indices there is nothing to show.
    """
    uri = objects.baseline(outputs["ApprovedBucket"], finding["config"])
    baseline = drift.parse(aws.s3_get(uri))
    parts = list(_parts(outputs["CapturesBucket"], baseline, finding["window"]))
    counts = _window_of(parts, baseline, finding)
    if counts is None:
        return []
    return [_histogram(name, finding, baseline, counts) for name in _chosen(finding)]


def _parts(bucket: str, baseline: Baseline, window: Mapping[str, Any]) -> Iterator[BinCounts]:
    """Yield the count of each capture file that may have been merged into *window*.

    A file is written after the requests in it, so what is older than the window is not read.
    """
    start, end = moment(window["from"]), moment(window["to"])
    for found in aws.s3_by_time(f"{objects.captures(bucket, baseline.config)}/"):
        if found.modified < start:
            continue
        counts = drift.of_file(aws.s3_get(found.uri), baseline)
        if counts.rows and moment(counts.first) > end:
            return
        if counts.rows and start <= moment(counts.first) and moment(counts.last) <= end:
            yield counts


def _window_of(
    parts: Sequence[BinCounts], baseline: Baseline, finding: Finding
) -> BinCounts | None:
    """Return the sum of neighbouring files that is the window; others may share its seconds."""
    for place in range(len(parts)):
        counts = drift.empty(baseline)
        for part in parts[place:]:
            counts = drift.merged(counts, part)
            if counts.rows >= finding["window"]["rows"]:
                break
        if counts.rows == finding["window"]["rows"] and _is(counts, baseline, finding):
            return counts
    return None


def _is(counts: BinCounts, baseline: Baseline, finding: Finding) -> bool:
    """Return whether *counts* leads to the very indices of *finding*."""
    columns = drift.judge(baseline, counts.columns, max_psi=0)
    return all(columns[name].psi == seen["psi"] for name, seen in finding["columns"].items())


def _chosen(finding: Finding) -> list[str]:
    """Return the columns that drifted, or else those that moved most."""
    columns = finding["columns"]
    ordered = sorted(columns, key=lambda name: -float(columns[name]["lower_bound"]))
    return [n for n in ordered if n in finding["drifted"]] or ordered[:MOST]


def _histogram(name: str, finding: Finding, baseline: Baseline, counts: BinCounts) -> Histogram:
    words = finding["columns"][name].get("words", "")
    bars = histogram.bars(baseline.columns[name], counts.columns[name])
    return Histogram(column=name, words=words, bars=bars)

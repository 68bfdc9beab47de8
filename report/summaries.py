"""What does each section of the page come to, in one sentence?"""

from __future__ import annotations

from collections.abc import Iterator

from factory.gates import PASS
from report.fleet import Row
from report.formatting import clock_time, joined, percent, plural
from report.measurements import Drift, Fairness, Gate, Traffic
from report.schema import Incident, Ledger, Report, Version
from report.traffic import parse_time

IN_SERVICE = "InService"


def headline(report: Report) -> str:
    """Return which version serves and whether anything needs attention."""
    serving, problems = report["serving"], list(concerns(report))
    what = f"Version {serving['version']} serves" if serving else "Nothing is serving yet"
    if problems:
        return f"{what}; {plural(len(problems), 'issue needs', 'issues need')} attention."
    return f"{what}, and all is well." if serving else f"{what}."


def concerns(report: Report) -> Iterator[str]:
    """Yield everything that needs attention now."""
    serving = report["serving"]
    if serving and serving["status"] != IN_SERVICE:
        yield f"The endpoint is {serving['status']}."
    if failed := _failed_since(report):
        yield f"{plural(failed, 'request')} failed with a 5xx response since this version serves."
    if report["drift"]["breached"]:
        yield "The traffic has drifted from the training data."
    if unresolved := [i for i in report["incidents"] if i["status"] == "open"]:
        yield f"{plural(len(unresolved), 'incident is', 'incidents are')} open."
    if report["judged"] and not passed(report["gates"]):
        yield f"Version {report['judged']} did not pass every gate."
    if report["ledger"]["findings"]:
        yield "The ledger has been changed since it was written."


def _failed_since(report: Report) -> int:
    """Count the failures since the serving version was deployed."""
    serving, requests = report["serving"], report["traffic"]
    if not (serving and requests):
        return 0
    since = parse_time(serving["since"])
    return sum(p["failed"] for p in requests["points"] if parse_time(p["at"]) >= since)


def fleet(models: list[Row]) -> str:
    """Return how many models there are and how many serve."""
    if not models:
        return "No model is onboarded yet."
    serving = sum(model["serves"] is not None for model in models)
    verb = "serves" if serving == 1 else "serve"
    return f"{plural(len(models), 'model')}; {serving or 'none'} of them {verb}."


def tasks(models: list[Row]) -> Iterator[str]:
    """Yield what needs attention now, model by model."""
    for model in models:
        if model["incidents"]:
            yield f"{model['name']}: {plural(model['incidents'], 'open incident')}."
        if versions := model["waiting"]:
            noun = "version" if len(versions) == 1 else "versions"
            verb = "waits" if len(versions) == 1 else "wait"
            numbers = joined([str(version) for version in versions])
            yield f"{model['name']}: {noun} {numbers} {verb} for a decision."


def passed(results: list[Gate]) -> bool:
    """Return whether there are gates and every verdict is PASS."""
    return bool(results) and all(gate["verdict"] == PASS for gate in results)


def waiting(versions: list[Version]) -> list[int]:
    """Return the versions that wait for a decision."""
    return [v["version"] for v in versions if v["approval"].startswith("Pending")]


def gates(results: list[Gate], version: int | None) -> str:
    """Return how many gates passed."""
    if version is None:
        return "No version has passed the gates yet."
    if not results:
        return f"No factory run registered version {version}, so no gate evaluated it."
    if passed(results):
        return f"Version {version} passed all {len(results)} gates; none can be switched off."
    failed = joined([g["gate"] for g in results if g["verdict"] != PASS])
    count = sum(g["verdict"] == PASS for g in results)
    return f"Version {version} passed {count} of {len(results)} gates; {failed} did not."


def fairness(measured: Fairness | None) -> str:
    """Return which group gets least, or is answered most wrongly, and how certain that is."""
    if measured is None:
        return "There is no protected group to compare, or none was measured."
    return " ".join(filter(None, (_lowest_ratio(measured), _widest_gap(measured))))


def _lowest_ratio(measured: Fairness) -> str:
    groups = measured["groups"]
    if not groups:
        return ""
    compared = [(g["bound"], g["ratio"], g) for g in groups if g["bound"] is not None]
    bound, ratio, group = min(compared, key=lambda one: float(one[0] or 0))
    reference = next(g for g in groups if g["attribute"] == group["attribute"])
    return (
        f"The lowest bound is that of {group['name']}: {group['gets']} {ratio:.2f} times as "
        f"often as {reference['name']}, and at least {bound:.2f} times with "
        f"{percent(measured['confidence'])} confidence."
    )


def _widest_gap(measured: Fairness) -> str:
    if not measured["gaps"]:
        return ""
    widest = max(measured["gaps"], key=lambda gap: gap["bound"])
    return (
        f"The widest gap is that of {widest['name']}: {widest['bound']:.3f} at most with "
        f"{percent(measured['confidence'])} confidence, and {measured['max_gap']} is allowed."
    )


def traffic(requests: Traffic | None) -> str:
    """Return how many requests there were, and how they ended."""
    if requests is None:
        return "There is no endpoint yet, so there were no requests."
    answered = sum(p["answered"] for p in requests["points"])
    refused = sum(p["refused"] for p in requests["points"])
    failed = sum(p["failed"] for p in requests["points"])
    total = plural(answered + refused + failed, "request")
    return (
        f"{total} since {clock_time(requests['start'])}: {answered:,} answered, "
        f"{refused:,} refused (4xx), {failed:,} failed (5xx)."
    )


def drift(measured: Drift) -> str:
    """Return whether there is drift now, and how many windows drifted."""
    windows = measured["windows"]
    if not windows:
        return "No traffic window is complete yet, so there is nothing to evaluate."
    drifted = [w for w in windows if any(c["drifted"] for c in w["columns"].values())]
    now = "The model is drifting now" if measured["breached"] else "There is no drift now"
    return f"{now}; {len(drifted)} of {plural(len(windows), 'window')} had a drifted column."


def incidents(history: list[Incident]) -> str:
    """Return how many are open and how many are closed."""
    if not history:
        return "There have been no incidents."
    unresolved = sum(i["status"] == "open" for i in history)
    return f"{unresolved or 'None'} open, {len(history) - unresolved} closed."


def versions(report: Report) -> str:
    """Return how many there are, which serves and which wait for a decision."""
    parts = [plural(len(report["versions"]), "version")]
    if report["serving"]:
        parts.append(f"version {report['serving']['version']} serves")
    if pending := waiting(report["versions"]):
        noun = "version" if len(pending) == 1 else "versions"
        verb = "waits" if len(pending) == 1 else "wait"
        parts.append(f"{noun} {joined([str(v) for v in pending])} {verb} for a decision")
    if report["refused"]:
        parts.append(f"the gates refused {plural(len(report['refused']), 'candidate')}")
    return f"{'; '.join(parts)}."


def ledger(contents: Ledger) -> str:
    """Return how large the ledger is and whether it is intact."""
    events = plural(len(contents["events"]), "event")
    size = f"{events} in {plural(contents['segments'], 'segment')}"
    if contents["findings"]:
        return f"{size}; verification found {plural(len(contents['findings']), 'problem')}."
    return f"{size}, each chained to the previous one: every byte is as it was written."

"""What does each part of the page come to, in one sentence?"""

from __future__ import annotations

from collections.abc import Iterator

from factory.gates import PASS
from report.fleet import Line
from report.measured import Drift, Fairness, Gate, Traffic
from report.shape import Incident, Ledger, Report, Version
from report.traffic import moment
from report.words import clock, counted, listed, percent

IN_SERVICE = "InService"


def headline(report: Report) -> str:
    """Return in words what serves and whether somebody is needed."""
    serving, wrong = report["serving"], list(concerns(report))
    what = f"Version {serving['version']} serves" if serving else "Nothing serves yet"
    if wrong:
        matters = counted(len(wrong), "matter needs", "matters need")
        return f"{what}; {matters} somebody."
    return f"{what}, and all is well." if serving else f"{what}."


def concerns(report: Report) -> Iterator[str]:
    """Yield whatever a person ought to look at now."""
    serving = report["serving"]
    if serving and serving["status"] != IN_SERVICE:
        yield f"The endpoint is {serving['status']}."
    if failed := _failed_since(report):
        yield f"{counted(failed, 'request')} failed with a 5xx answer since this version serves."
    if report["drift"]["breached"]:
        yield "What it is asked has drifted from what it learned."
    if still := [i for i in report["incidents"] if i["status"] == "open"]:
        yield f"{counted(len(still), 'incident is', 'incidents are')} open."
    if report["judged"] and not passed(report["gates"]):
        yield f"Not every gate passed for version {report['judged']}."
    if report["ledger"]["findings"]:
        yield "The ledger is not what was written."


def _failed_since(report: Report) -> int:
    """Count the failures since the version that serves was deployed; earlier ones are over."""
    serving, traffic = report["serving"], report["traffic"]
    if not (serving and traffic):
        return 0
    since = moment(serving["since"])
    return sum(p["failed"] for p in traffic["points"] if moment(p["at"]) >= since)


def fleet(models: list[Line]) -> str:
    """Return in words how many models there are and how many serve."""
    if not models:
        return "No model is onboarded yet."
    serving = sum(model["serves"] is not None for model in models)
    return f"{counted(len(models), 'model')}; {serving or 'none'} of them {_serve(serving)}."


def _serve(number: int) -> str:
    return "serves" if number == 1 else "serve"


def needs(models: list[Line]) -> Iterator[str]:
    """Yield the models that somebody ought to look at now."""
    for model in models:
        if model["incidents"]:
            yield f"{model['name']}: {counted(model['incidents'], 'open incident')}."
        if waits := model["waiting"]:
            noun = "version" if len(waits) == 1 else "versions"
            verb = "waits" if len(waits) == 1 else "wait"
            numbers = listed([str(version) for version in waits])
            yield f"{model['name']}: {noun} {numbers} {verb} for a decision."


def passed(found: list[Gate]) -> bool:
    """Return whether there are gates and every one of them said PASS."""
    return bool(found) and all(gate["verdict"] == PASS for gate in found)


def waiting(versions: list[Version]) -> list[int]:
    """Return the versions that a person has yet to decide about."""
    return [v["version"] for v in versions if v["approval"].startswith("Pending")]


def gates(found: list[Gate], version: int | None) -> str:
    """Return in words how many gates passed."""
    if version is None:
        return "No version has come through the gates yet."
    if not found:
        return f"No run of the factory has registered version {version}: nothing judged it."
    if passed(found):
        return f"Version {version} passed all {len(found)} gates; none of them can be switched off."
    against = listed([g["gate"] for g in found if g["verdict"] != PASS])
    good = sum(g["verdict"] == PASS for g in found)
    return f"Version {version} passed {good} of {len(found)} gates; {against} did not."


def fairness(found: Fairness | None) -> str:
    """Return in words who is selected least often, and how sure that is."""
    if found is None:
        return "There is no protected group to compare, or none was measured."
    compared = [(g["bound"], g["ratio"], g) for g in found["groups"] if g["bound"] is not None]
    bound, ratio, group = min(compared, key=lambda one: float(one[0] or 0))
    than = next(g for g in found["groups"] if g["attribute"] == group["attribute"])
    return (
        f"The lowest bound is that of {group['name']}: selected {ratio:.2f} times as often as "
        f"{than['name']}, and at least {bound:.2f} times with {percent(found['confidence'])} "
        "confidence."
    )


def traffic(found: Traffic | None) -> str:
    """Return in words how much was asked, and how it was answered."""
    if found is None:
        return "There is no endpoint yet, so nobody has asked anything."
    answered = sum(p["answered"] for p in found["points"])
    refused = sum(p["refused"] for p in found["points"])
    failed = sum(p["failed"] for p in found["points"])
    total = counted(answered + refused + failed, "request")
    return (
        f"{total} since {clock(found['start'])}: {answered:,} answered, {refused:,} refused (4xx), "
        f"{failed:,} failed (5xx)."
    )


def drift(found: Drift) -> str:
    """Return in words what the last window showed, and how many did drift before."""
    windows = found["windows"]
    if not windows:
        return "No window of traffic is full yet, so there is nothing to judge."
    drifting = [w for w in windows if any(c["drifted"] for c in w["columns"].values())]
    now = "The model is in an episode of drift now" if found["breached"] else "No drift now"
    return f"{now}; {len(drifting)} of {counted(len(windows), 'window')} had a drifted column."


def incidents(found: list[Incident]) -> str:
    """Return in words how many are open, and how many were."""
    if not found:
        return "There has been none."
    still = sum(i["status"] == "open" for i in found)
    return f"{still or 'None'} open, {len(found) - still} closed."


def versions(report: Report) -> str:
    """Return in words how many there are, which serves and which waits for a person."""
    parts = [counted(len(report["versions"]), "version")]
    if report["serving"]:
        parts.append(f"version {report['serving']['version']} serves")
    if waits := waiting(report["versions"]):
        noun = "version" if len(waits) == 1 else "versions"
        parts.append(f"{noun} {listed([str(v) for v in waits])} waiting for a decision")
    if report["refused"]:
        parts.append(f"{counted(len(report['refused']), 'candidate')} refused by the gates")
    return f"{'; '.join(parts)}."


def ledger(found: Ledger) -> str:
    """Return whether the record is whole."""
    size = f"{counted(len(found['deeds']), 'event')} in {counted(found['segments'], 'segment')}"
    if found["findings"]:
        return f"{size}; {counted(len(found['findings']), 'thing is', 'things are')} wrong."
    return f"{size}, each chained to the one before: every byte is as it was written."

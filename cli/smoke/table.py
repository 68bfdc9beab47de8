"""How is written what AWS said? As a table for people, and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cli.result import Result
from cli.smoke import plan
from cli.smoke.belief import Outcome, Verdict
from cli.smoke.bench import tell
from cli.smoke.trial import Trial
from factory.exit_code import ExitCode

HEADER = "| | belief | outcome | what AWS said |\n|---|---|---|---|\n"


def result(trial: Trial, stuck: Sequence[str]) -> Result:
    """Return the answer of the verb."""
    verdicts = trial.all()
    rows = [
        f"{v.outcome.value:<8} {v.belief.id:<4} {v.belief.sentence}: {v.said}" for v in verdicts
    ]
    return Result((*rows, summary(verdicts)), document(trial, stuck), code(verdicts, stuck))


def summary(verdicts: Sequence[Verdict]) -> str:
    """Return how many beliefs came to which outcome."""
    counts = {o: sum(v.outcome is o for v in verdicts) for o in Outcome}
    return ", ".join(f"{count} {outcome.value}" for outcome, count in counts.items() if count)


def code(verdicts: Sequence[Verdict], stuck: Sequence[str]) -> ExitCode:
    """Return 1 when a belief was refuted, 3 when one could not be asked or something was left."""
    found = {verdict.outcome for verdict in verdicts}
    if Outcome.FAIL in found:
        return ExitCode.FAILED
    return ExitCode.ERROR if Outcome.ERROR in found or stuck else ExitCode.OK


def document(trial: Trial, stuck: Sequence[str]) -> dict[str, Any]:
    """Return all of it as one value."""
    rows = [
        {
            "id": verdict.belief.id,
            "belief": verdict.belief.sentence,
            "outcome": verdict.outcome.value,
            "said": verdict.said,
            "at_most": planned.price.dollars,
        }
        for verdict, planned in zip(trial.all(), trial.planned, strict=True)
    ]
    return {
        "stage": trial.bench.stage,
        "run": trial.bench.journal.run,
        "at_most": round(plan.total(trial.planned), 4),
        "beliefs": rows,
        "left": list(stuck),
    }


def write(out: str, trial: Trial, stuck: Sequence[str]) -> None:
    """Write the table to a file, as JSON or as Markdown by the end of its name; none without."""
    if not out:
        return
    path = Path(out)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".json":
        text = json.dumps(document(trial, stuck), indent=2, sort_keys=True) + "\n"
    else:
        text = f"{HEADER}{''.join(map(_row, trial.all()))}\n{summary(trial.all())}\n"
    path.write_text(text, encoding="utf-8")
    tell(f"wrote {path}")


def _row(verdict: Verdict) -> str:
    cells = (verdict.belief.id, verdict.belief.sentence, verdict.outcome.value, verdict.said)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"

"""Does AWS do what is believed of it? The cheapest calls that would refute it, in this account.

It is done with an administrator's own credentials. All that it makes is called like its run, is
written down before it is made, and goes at the end.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from aws import identity
from aws.outputs import STAGE, outputs
from cli.result import Result
from cli.smoke import journal, plan, removal, table
from cli.smoke.bench import EVERY, Bench, new_run, tell
from cli.smoke.journal import Journal
from cli.smoke.trial import Trial
from factory.exit_code import ExitCode
from factory.stage import stage as stage_of


def run(arguments: Any) -> Result:
    """Ask what was chosen and can be paid, or with `--clean` remove what a killed run has left."""
    if arguments.clean:
        return clean(arguments.stage)
    found = outputs(arguments.stage)
    stage, region = stage_of(found[STAGE]).name, identity.region()
    planned = plan.of(arguments.only, arguments.budget, region)
    for line in (words := plan.lines(planned, arguments.budget, region)):
        tell(line)
    if not arguments.yes and not plan.confirmed(as_json=arguments.json):
        last = "nothing was asked of AWS; add --yes to go ahead"
        return Result((last,), {"would_ask": list(words)}, ExitCode.FAILED)
    bench = Bench(stage, found, journal.begun(stage, identity.account(), region, new_run()), EVERY)
    trial = Trial(bench, planned)
    return _tried(trial, arguments)


def _tried(trial: Trial, arguments: Any) -> Result:
    """Return what became of every belief, after all has been removed, however it ended."""
    try:
        with _told_to_stop():
            trial.run()
    finally:
        stuck = removal.remove(trial.bench.journal)
        table.write(arguments.out, trial, stuck)
        if stuck:
            tell("\n".join(("left behind; run factory smoke --clean:", *stuck)))
    return table.result(trial, stuck)


@contextmanager
def _told_to_stop() -> Iterator[None]:
    """Let SIGTERM end a run as Ctrl-C does: what it made goes first."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def clean(stage: str) -> Result:
    """Remove what earlier runs on this machine have left in this account and region."""
    account, region = identity.account(), identity.region()
    name = stage or outputs(stage)[STAGE]
    stuck = [words for each in _left(name, account, region) for words in removal.remove(each)]
    if stuck:
        return Result(("left behind:", *stuck), {"left": stuck}, ExitCode.ERROR)
    return Result((f"nothing of any smoke run of {name} is left that this machine knows of",), {})


def _left(stage: str, account: str, region: str) -> Sequence[Journal]:
    return journal.left(stage_of(stage).name, account, region)

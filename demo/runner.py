"""How does the demo run? Step by step: what was expected, what happened, and whether it passed."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from demo.session import Session


class Unexpected(Exception):
    """What happened is not what was expected; the message says what happened."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the demo."""

    title: str
    expected: str
    act: Callable[[Session], str]
    """Performs the step and returns what happened; raises if it is not what was expected."""


class Runner:
    """Runs the steps in order; a failed one does not stop the next."""

    def __init__(self, steps: Sequence[Step], *, quiet: bool = False) -> None:
        """Prepare to run *steps*; if *quiet*, print nothing."""
        self.steps = steps
        self.console = Console(quiet=quiet, highlight=False, soft_wrap=True)
        self.results: list[dict[str, Any]] = []

    def run(self, session: Session) -> list[dict[str, Any]]:
        """Run every step in *session* and return the results."""
        with self._progress() as progress:
            task = progress.add_task("", total=len(self.steps)) if progress else None
            for number, step in enumerate(self.steps, start=1):
                if progress and task is not None:
                    progress.update(task, description=step.title, completed=number - 1)
                self.results.append(self._run_step(number, step, session))
        return self.results

    def write(self, path: Path) -> None:
        """Write the results as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.results, indent=2) + "\n", encoding="utf-8")

    def _run_step(self, number: int, step: Step, session: Session) -> dict[str, Any]:
        self.console.print(f"[bold]{number}. {step.title}[/]\n   expected: {step.expected}")
        start = time.perf_counter()
        try:
            ok, seen = True, step.act(session)
        except Unexpected as exc:
            ok, seen = False, str(exc)
        except Exception:  # noqa: BLE001 - any error is a result, and the demo continues
            ok, seen = False, traceback.format_exc()
        seconds = round(time.perf_counter() - start, 2)
        mark = "[green]ok[/]" if ok else "[red]FAILED[/]"
        self.console.print("   seen:     ", end="")
        self.console.print(seen.replace("\n", "\n             "), markup=False)
        self.console.print(f"   {mark} in {seconds:.1f} s")
        return {
            "step": step.title,
            "expected": step.expected,
            "seen": seen,
            "ok": ok,
            "seconds": seconds,
        }

    def _progress(self) -> AbstractContextManager[Progress | None]:
        """Show a progress bar on a terminal; elsewhere the printed lines suffice."""
        if not self.console.is_terminal:
            return nullcontext()
        columns = (SpinnerColumn(), BarColumn(), TextColumn("{task.description}"))
        return Progress(*columns, TimeElapsedColumn(), console=self.console, transient=True)

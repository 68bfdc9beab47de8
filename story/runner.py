"""How is a story told? Step by step: what was expected, what was seen, and whether they agree."""

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

from story.session import Life


class Unexpected(Exception):
    """What was seen is not what was expected; the message says what was seen."""


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One step of the story."""

    title: str
    expected: str
    act: Callable[[Life], str]
    """Does the step and returns what was seen; raises when it is not what was expected."""


class Story:
    """Chapters, told in order; a failed one does not silence the next."""

    def __init__(self, chapters: Sequence[Chapter], *, quiet: bool = False) -> None:
        """Prepare to tell *chapters*; when *quiet*, only the record is kept."""
        self.chapters = chapters
        self.console = Console(quiet=quiet, highlight=False, soft_wrap=True)
        self.told: list[dict[str, Any]] = []

    def tell(self, life: Life) -> list[dict[str, Any]]:
        """Act every chapter on *life* and return the record of each."""
        with self._progress() as progress:
            task = progress.add_task("", total=len(self.chapters)) if progress else None
            for number, chapter in enumerate(self.chapters, start=1):
                if progress and task is not None:
                    progress.update(task, description=chapter.title, completed=number - 1)
                self.told.append(self._act(number, chapter, life))
        return self.told

    def write(self, path: Path) -> None:
        """Write the record as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.told, indent=2) + "\n", encoding="utf-8")

    def _act(self, number: int, chapter: Chapter, life: Life) -> dict[str, Any]:
        self.console.print(f"[bold]{number}. {chapter.title}[/]\n   expected: {chapter.expected}")
        began = time.perf_counter()
        try:
            ok, seen = True, chapter.act(life)
        except Unexpected as exc:
            ok, seen = False, str(exc)
        except Exception:  # noqa: BLE001 - whatever broke is what was seen, and the story goes on
            ok, seen = False, traceback.format_exc()
        seconds = round(time.perf_counter() - began, 2)
        mark = "[green]ok[/]" if ok else "[red]FAILED[/]"
        self.console.print("   seen:     ", end="")
        self.console.print(seen.replace("\n", "\n             "), markup=False)
        self.console.print(f"   {mark} in {seconds:.1f} s")
        return {
            "step": chapter.title,
            "expected": chapter.expected,
            "seen": seen,
            "ok": ok,
            "seconds": seconds,
        }

    def _progress(self) -> AbstractContextManager[Progress | None]:
        """Show a bar on a terminal; elsewhere the lines are progress enough."""
        if not self.console.is_terminal:
            return nullcontext()
        columns = (SpinnerColumn(), BarColumn(), TextColumn("{task.description}"))
        return Progress(*columns, TimeElapsedColumn(), console=self.console, transient=True)

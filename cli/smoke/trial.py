"""How are the beliefs asked about, one after the other?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cli.smoke.belief import Belief, Outcome, Refuted, Skipped, Verdict
from cli.smoke.bench import Bench, tell, unanswered
from cli.smoke.plan import Planned
from factory.errors import FactoryError

HERE = "cannot be known here, the local cloud does not have it: "


@dataclass
class Trial:
    """One run of what was planned, and what has become of it so far."""

    bench: Bench
    planned: Sequence[Planned]
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    def run(self) -> None:
        """Ask about each belief in turn; what one of them fails does not end the others."""
        for number, each in enumerate(self.planned, start=1):
            if each.not_run:
                self._note(each.belief, Outcome.NOT_RUN, each.not_run)
                continue
            tell(f"{number}/{len(self.planned)} {each.belief.id}: {each.belief.sentence}")
            self._ask(each.belief)

    def all(self) -> list[Verdict]:
        """Return a verdict about every belief; those not reached were not run."""
        unreached = "the run ended before"
        return [
            self.verdicts.get(p.belief.id)
            or Verdict.of(p.belief, Outcome.NOT_RUN, p.not_run or unreached)
            for p in self.planned
        ]

    def _ask(self, belief: Belief) -> None:
        waiting = [name for name in belief.after if not self._passed(name)]
        if waiting:
            words = f"it stands on {', '.join(waiting)}, which did not pass"
            self._note(belief, Outcome.SKIPPED, words)
            return
        try:
            self._note(belief, Outcome.PASS, belief.check(self.bench))
        except Refuted as no:
            self._note(belief, Outcome.FAIL, no)
        except Skipped as why:
            self._note(belief, Outcome.SKIPPED, why)
        except FactoryError as odd:
            here = unanswered(odd)
            outcome = Outcome.SKIPPED if here else Outcome.ERROR
            self._note(belief, outcome, f"{HERE if here else ''}{odd}")

    def _passed(self, name: str) -> bool:
        found = self.verdicts.get(name)
        return found is not None and found.outcome is Outcome.PASS

    def _note(self, belief: Belief, outcome: Outcome, said: object) -> None:
        verdict = Verdict.of(belief, outcome, said)
        self.verdicts[belief.id] = verdict
        if outcome is not Outcome.NOT_RUN:
            tell(f"   {outcome.value}: {verdict.said}")

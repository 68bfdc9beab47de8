"""What do a configuration's answers show? One round of questions, within its time."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import aws
from factory.errors import NotFound
from factory.layout import objects
from factory.serving import probe_ids, probes
from factory.serving.probes import BUDGET, MOST, Case, Round
from factory.serving.replay import Replay, Request, Seen, ask_all, parse
from factory.serving.rollout import Traffic
from factory.settings import ProbeSettings
from factory.tasks.answers import JSON

LONGEST = 200  # characters of an answer, in the log
TRIES = 3  # of a judged request that gets no answer: a network can fail too
CHANCE = random.SystemRandom()


@dataclass(frozen=True, kw_only=True)
class Document:
    """What promotion wrote down beside a configuration, as far as probes need it."""

    cases: Sequence[Case]
    evidence: str
    """The digest of the version's evidence, which names its judged rows."""
    secret: str

    @classmethod
    def of(cls, body: bytes) -> Self:
        """Read it."""
        raw = json.loads(body)
        return cls(cases=probes.cases(raw), evidence=raw["evidence"], secret=raw["secret"])


@dataclass(frozen=True, kw_only=True)
class Found:
    """What one round has shown."""

    seen: Seen
    failed: int
    """Cases that got no answer."""
    log: tuple[str, ...]

    @property
    def failures(self) -> int:
        """Return how many questions of both kinds the version failed on."""
        return self.failed + len(self.seen.wrong)


def round_(
    message: Mapping[str, Any], document: Document, plan: Round, settings: ProbeSettings
) -> Found:
    """Ask for judged rows, unless only others can answer, and then for every case."""
    asking = _Asking(message, document.secret)
    seen = _judged_rows(document, plan, asking, settings)
    found, failed = probes.failures(document.cases[:MOST], asking.cases, alone=plan.rest)
    log = [*map(str, found), *(f"- {words}" for words in seen.wrong)]
    if asking.skipped or len(document.cases) > MOST:
        log.append(
            f"- of {len(document.cases)} cases or more not all were asked: too many, or late"
        )
        failed += 1
    return Found(seen=seen, failed=failed, log=tuple(log))


def only_cases(found: Found, why: str) -> Found:
    """Return what a round has shown without the answers about judged rows; the log says *why*."""
    return replace(found, seen=Seen(), log=(*found.log, why))


def _judged_rows(document: Document, plan: Round, asking: _Asking, settings: ProbeSettings) -> Seen:
    replay = _replay(document, settings)
    if plan.traffic is Traffic.OLD or replay is None:
        return Seen()
    alone = plan.traffic is Traffic.NEW
    return ask_all(replay, asking.rows, CHANCE, alone=alone, late=asking.late)


def _replay(document: Document, settings: ProbeSettings) -> Replay | None:
    """Return the judged rows; None when they have ended with the version's approval."""
    try:
        return parse(aws.s3_get(objects.replay(settings.replays_bucket, document.evidence)))
    except NotFound:
        return None


class _Asking:
    """Sends the requests of one round, each with an id of its own."""

    def __init__(self, message: Mapping[str, Any], secret: str) -> None:
        self._message, self._secret = message, secret
        self._numbers, self._end = itertools.count(), aws.now() + BUDGET
        self.skipped = 0

    def late(self) -> bool:
        return aws.now() > self._end

    def cases(self, asked: Sequence[Case]) -> tuple[int, str]:
        """Ask for cases; what there is no time for counts as answered, and as skipped."""
        if self.late():
            self.skipped += 1
            return probes.SUCCESS.start, ""
        status, words = self._ask(probes.body(asked), JSON, JSON)
        return status, words[:LONGEST]

    def rows(self, request: Request) -> tuple[int, str]:
        """Ask for judged rows, again when nothing is answered."""
        answer = self._ask(request.body, request.content_type, request.accept)
        for _ in range(1, TRIES):
            if answer[0] in probes.SUCCESS or self.late():
                break
            answer = self._ask(request.body, request.content_type, request.accept)
        return answer

    def _ask(self, body: str, content_type: str, accept: str) -> tuple[int, str]:
        return aws.invoke_endpoint(
            self._message["endpoint"],
            body,
            content_type=content_type,
            accept=accept,
            inference_id=probe_ids.inference_id(
                self._secret, self._message["turn"], next(self._numbers)
            ),
        )

"""Does whatever others wrote stay on the line on which it is told, and drive no terminal?"""

from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import given, settings

from cli import audit, main
from cli.result import LONGEST_LINE, Result
from cli.review import text as review
from cli.status import text as status
from factory.errors import NotFound
from factory.exit_code import ExitCode
from factory.ledger import chain
from factory.ledger.chain import Head
from factory.ledger.check import Remembered
from tests.cli.review import test_text as reviews
from tests.cli.status import test_text as statuses
from tests.factory.ledger.ledgers import kept, ledger, recorded, segment
from tests.hostile import CANARY, HOSTILE, everywhere, harmless

FEW = settings(max_examples=25, deadline=None)
VERDICTS = [{"gate": "floor", "verdict": "FAIL", "reason": "AUC 0.5"}] * 2


def printed(result):
    """Return the lines that a person reads of a result."""
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        main._print(result, as_json=False)
    *lines, rest = (out.getvalue() + errors.getvalue()).split("\n")
    assert rest == ""
    return lines


def assert_as_told(lines):
    """Check that each of *lines* is printed as one line, and nothing else is."""
    found = printed(Result(tuple(lines)))
    assert len(found) == len(lines)
    for line in found:
        assert harmless(line), repr(line)
        assert len(line) <= LONGEST_LINE


ENTRY = {
    "name": "income",
    "purpose": "a test",
    "spec": statuses.SPEC,
    "versions": statuses.VERSIONS,
    "endpoint": statuses.ENDPOINT,
    "traffic": {"requests": 12, "refused": 3, "failed": 1},
    "drift": {"breached": True, "since": "", "columns": {"age": "x"}, "breaching": 1, "judged": ""},
    "incidents": [statuses.OPEN, statuses.CLOSED],
    "budget": {"started": 2, "runs_per_day": 24, "look": "look 1 of 20"},
}


@given(HOSTILE)
@FEW
def test_status_has_a_line_for_each_matter_and_no_other(text):
    entry = everywhere(ENTRY, text)
    assert len(list(status.lines(entry))) == len(list(status.lines(ENTRY)))
    assert_as_told(list(status.lines(entry)))


@given(HOSTILE)
@FEW
def test_review_has_a_line_for_each_matter_and_no_other(text):
    known = {**reviews.FOUND, "verdicts": VERDICTS, "serving": reviews.SERVED}
    found = {**everywhere(known, text), "exempt": text, "fallback": {text: text}}
    found["left_out"] = {"entity": 1, text: 2}
    assert_as_told(list(review.lines(found)))


@given(HOSTILE)
@FEW
def test_an_audit_has_a_line_for_each_finding_whatever_an_object_or_an_event_is_called(text):
    made = ledger(2)
    made.append(segment(made.head, recorded(9, type=text, subject=text, source=text, key=text)))
    made.stored.append(kept(f"seg/{text}\n0 findings", b"x"))
    made.stored.append(kept(f"{text}", None))
    made.items[text] = {"pk": text}
    remembered = [Remembered(tail=Head(index=1, digest=text), by=text, bucket=text)]
    report = made.report(*remembered)
    result = audit._result("ledger", report, remembered)
    assert result.code is ExitCode.FAILED
    assert any(CANARY in line for line in result.lines)
    assert_as_told(list(result.lines))
    assert printed(result)[-1] == result.lines[-1]


@given(HOSTILE)
@FEW
def test_what_the_ledger_keeps_of_a_text_is_one_line_and_comes_back_as_it_was(text):
    data = segment(Head(), recorded(1, reason=text, detail={"said": text, text: text}))
    assert data.count(b"\n") == len(data.splitlines()) == 2
    assert data.isascii()
    (event,) = chain.decode(data).events
    assert (event["reason"], event["detail"]) == (text, {"said": text, text: text})


@given(HOSTILE)
@FEW
def test_a_failure_has_lines_of_its_own_that_begin_as_no_other_does(text):
    result = main._failed(NotFound(f"s3://bucket/{text}: not found"))
    first, *more = printed(result)
    assert first.startswith("factory: s3://bucket/")
    assert all(harmless(line) for line in (first, *more))
    assert all(line.startswith("  ") for line in more)


@pytest.mark.parametrize("text", ["a\nb", "a\u2028b", "a\x85b", "a\rb"])
def test_an_answer_may_not_begin_a_line(text):
    assert len(printed(Result((text,)))) == 1

"""Is every file counted once when several are counted at the same time?"""

from __future__ import annotations

import aws
from factory.errors import Conflict
from tests.lambdas.watch.conftest import CONFIG, LIKE, findings


def test_a_file_that_is_counted_meanwhile_is_not_forgotten(watch, traffic, monkeypatch):
    """While one file is judged, others of the same model are counted."""
    first, *others = [traffic.write(LIKE[:60]) for _ in range(5)]
    real, waiting = aws.table_get_many, iter(others)

    def meanwhile(*args):
        answer = real(*args)
        for other in waiting:
            watch(other)
            break
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(aws, "table_get_many", meanwhile)
        assert watch(first) == {"batchItemFailures": []}
    windows = [aws.table_get("windows", f"{kind}|{CONFIG}") for kind in ("window", "late")]
    counted = [*(f["window"] for f in findings().values()), *filter(None, windows)]
    assert sum(window["rows"] for window in counted) == 300
    assert sum(window["files"] for window in counted) == 5


def test_two_deliveries_of_one_file_at_the_same_time_count_it_once(watch, traffic, monkeypatch):
    envelope = traffic.write(LIKE)
    real, answers = aws.table_get_many, []

    def meanwhile(*args):
        known = real(*args)
        if not answers:
            answers.append("the other delivery has begun")
            answers.append(watch(envelope))
        return known

    with monkeypatch.context() as patch:
        patch.setattr(aws, "table_get_many", meanwhile)
        answers.append(watch(envelope))
    assert answers[1:] == [{"batchItemFailures": []}] * 2
    ((_, finding),) = findings().items()
    assert finding["window"]["rows"] == 200


def test_a_file_that_always_meets_another_comes_again_later(watch, traffic, monkeypatch):
    def taken(*_args):
        raise Conflict("somebody was first")

    envelope = traffic.write(LIKE)
    with monkeypatch.context() as patch:
        patch.setattr(aws, "table_commit", taken)
        assert watch(envelope) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert watch(envelope) == {"batchItemFailures": []}
    assert len(findings()) == 1


def test_after_ten_attempts_it_says_whose_files_came_first(watch, traffic, monkeypatch, capsys):
    attempts = []

    def taken(*_args):
        attempts.append("one")
        raise Conflict("somebody was first")

    monkeypatch.setattr(aws, "table_commit", taken)
    watch(traffic.write(LIKE))
    assert len(attempts) == 10
    assert "at each of 10 attempts another file of income was counted first" in (
        capsys.readouterr().out
    )

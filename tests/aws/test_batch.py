"""Does one bad message of a batch come again alone?"""

import json

from aws.batch import each


def test_one_bad_record_does_not_take_the_batch_with_it(capsys):
    done = []

    def work(message):
        if message == 2:
            raise ValueError("two is bad")
        done.append(message)

    records = [{"messageId": f"m{n}", "body": json.dumps(n)} for n in (1, 2, 3)]
    records.append({"messageId": "m4", "body": "no json"})
    answer = each({"Records": records}, work)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m2"}, {"itemIdentifier": "m4"}]}
    assert done == [1, 3]
    assert "two is bad" in capsys.readouterr().out


def test_what_is_logged_of_a_failure_drives_no_terminal_and_is_bounded(capsys):
    def work(message):
        raise ValueError(f"\x1b[2J\u202e{message}\n" + "x" * 10**6 + "\n" * 10**5)

    each({"Records": [{"messageId": "m1", "body": json.dumps("y")}]}, work)
    said = capsys.readouterr().out
    assert "\\x1b[2J\\u202ey" in said
    assert all(line.isprintable() for line in said.splitlines())
    assert len(said) < 300_000

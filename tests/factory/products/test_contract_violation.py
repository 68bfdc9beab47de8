"""Is what is told of a broken rule bounded, and does it drive no terminal?"""

from factory.products.contract_violation import LONGEST, ContractViolation


def violation(**words):
    told = {"expected": "e", "found": "f", **words}
    return ContractViolation(rule="pattern", column="age", count=1, **told)


def test_a_violation_is_one_sentence():
    assert str(violation()) == "column age: pattern: expected e; found f"


def test_what_a_contract_expects_is_one_bounded_line_that_drives_no_terminal():
    said = violation(expected="the pattern \x1b[2J\u202e\n(a|b)")
    assert said.expected == "the pattern \\x1b[2J\\u202e (a|b)"
    assert len(violation(found="x" * 10**6).found) == LONGEST

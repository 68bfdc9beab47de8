"""Does the page of errors know every class, and who raises it?"""

import ast

from docgen import errors
from factory.errors import FactoryError


def below(kind):
    return {kind} | {each for child in kind.__subclasses__() for each in below(child)}


def test_every_class_of_the_tree_has_a_section():
    assert set(errors.kinds()) == {
        k for k in below(FactoryError) if k.__module__ == "factory.errors"
    }


def test_the_drawn_tree_names_every_class():
    drawn = errors.page().partition("```\n")[2].partition("```")[0]
    assert {line.split()[0] for line in drawn.splitlines()} == {k.__name__ for k in errors.kinds()}


def test_an_error_that_is_only_caught_is_raised_nowhere():
    chosen = errors._chosen(ast.parse("try:\n    f()\nexcept (A, B):\n    raise C('x') from None"))
    assert chosen == {"f", "C"}


def test_an_error_that_a_table_chooses_is_raised():
    assert "A" in errors._chosen(ast.parse("KINDS = ((CODES, A),)"))


def test_every_error_is_raised_somewhere():
    assert "nowhere" not in errors.page()

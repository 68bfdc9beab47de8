"""Is what stands under a field found, also under those that a class has from another?"""

from docgen import source
from factory.catalogue.classes import FieldClass
from factory.catalogue.spec import Floor, Model


def test_the_text_under_a_field_is_its_meaning():
    told = source.meanings(Floor)["confidence"]
    assert told == "One-sided; also of the proof that the naive model is beaten."


def test_fields_of_the_class_above_are_found_too():
    found = source.meanings(Model)
    assert found["recipe"] == "The folder below pipelines/ that trains it."
    assert found["retired"].startswith("A retired model is not trained")


def test_values_of_an_enumeration_have_a_meaning():
    assert set(source.meanings(FieldClass)) == {"JUDGED", "GUARD", "REST"}


def test_the_first_line_of_nothing_is_empty():
    assert source.first_line(None) == ""
    assert source.first_line("\n  One?\n\nTwo.") == "One?"

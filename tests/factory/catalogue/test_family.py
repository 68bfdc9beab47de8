"""Does one base make many models, each its own, and say what is wrong with an axis or override?"""

import dataclasses

import pytest

import models
from factory.catalogue.catalogue import Catalogue, parse, render
from factory.catalogue.family import family
from factory.catalogue.rules import NAME
from factory.catalogue.spec import Floor, Serving
from factory.errors import InvalidSpec

INCOME = models.catalogue()["income"]
BASE = dataclasses.replace(INCOME, name="sales")


def test_there_is_one_member_for_each_combination_of_values():
    members = family(BASE, workclass=["Private", "Local-gov"], native_country=["Peru", "Cuba"])
    assert [(m.name, dict(m.where)) for m in members] == [
        ("sales-private-peru", {"workclass": "Private", "native_country": "Peru"}),
        ("sales-private-cuba", {"workclass": "Private", "native_country": "Cuba"}),
        ("sales-local-gov-peru", {"workclass": "Local-gov", "native_country": "Peru"}),
        ("sales-local-gov-cuba", {"workclass": "Local-gov", "native_country": "Cuba"}),
    ]


def test_a_member_knows_its_family_and_what_it_is_about():
    (member,) = family(BASE, education=["HS-grad"])
    assert member.family == "sales"
    assert member.purpose == f"{BASE.purpose}; where education is HS-grad"


def test_a_column_that_is_constant_among_a_members_rows_is_no_feature():
    (member,) = family(BASE, education=["HS-grad"], workclass=["Private"])
    gone = set(BASE.features) - set(member.features)
    assert gone == {"education", "workclass"}
    assert list(member.features) == [c for c in BASE.features if c not in gone]


def test_whatever_is_not_made_by_the_axes_is_the_bases():
    (member,) = family(BASE, education=["HS-grad"])
    made = {"name", "purpose", "family", "where", "features"}
    changed = {f.name for f in dataclasses.fields(member)} - made
    assert all(getattr(member, name) == getattr(BASE, name) for name in changed)


def test_the_bases_own_rows_stay_its_own():
    base = dataclasses.replace(BASE, where={"sex": "Female"})
    (member,) = family(base, education=["HS-grad"])
    assert dict(member.where) == {"sex": "Female", "education": "HS-grad"}


def test_an_override_changes_one_member_and_replaces_nested_values_whole():
    strict = dataclasses.replace(BASE.gates, floor=Floor(at_least=0.95))
    first, second = family(
        BASE,
        education=["HS-grad", "Masters"],
        overrides={
            "sales-masters": {
                "owner": "somebody-else",
                "builders": ("mia",),
                "gates": strict,
                "serving": Serving(instances=2),
                "hyperparameters": {"iterations": 9},
                "retired": True,
                "runs_per_day": 1,
            }
        },
    )
    assert (first.owner, first.gates, first.retired) == (BASE.owner, BASE.gates, False)
    assert (second.owner, second.builders, second.gates) == ("somebody-else", ("mia",), strict)
    assert (second.serving.instances, second.runs_per_day, second.retired) == (2, 1, True)
    assert second.hyperparameters == {"iterations": 9}


def test_an_override_of_nobody_names_those_there_are():
    with pytest.raises(InvalidSpec, match=r"overrides sales-phd, which .* are sales-hs-grad"):
        family(BASE, education=["HS-grad"], overrides={"sales-phd": {"owner": "x"}})


@pytest.mark.parametrize("field", ["ownr", "name", "family", "where"])
def test_an_override_of_what_is_no_field_or_makes_the_member_names_what_there_is(field):
    words = f"'sales-hs-grad': {field} cannot be overridden; recipe, task, split"
    with pytest.raises(InvalidSpec, match=words):
        family(BASE, education=["HS-grad"], overrides={"sales-hs-grad": {field: "x"}})


@pytest.mark.parametrize("values", [["HS-grad", "HS grad"], ["HS-grad", "HS-grad"], ["Á", "a"]])
def test_two_values_that_would_make_one_name_are_both_named(values):
    words = f"education is {values[0]} and education is {values[1]} would both be called"
    with pytest.raises(InvalidSpec, match=words):
        family(BASE, education=values)


def test_combinations_that_would_make_one_name_are_both_named():
    with pytest.raises(InvalidSpec, match=r"workclass is a b .* would both be called 'sales-a-b-"):
        family(BASE, workclass=["a", "a b"], sex=["b c", "c"])


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        ({}, "has no axis; name a column and its values"),
        ({"education": "HS-grad"}, "axis education is 'HS-grad'; list its values"),
        ({"education": []}, "axis education is []; list its values"),
        ({"education": ["?"]}, "education '?' makes no part of a name"),
        ({"education": [7]}, "education 7 makes no part of a name"),
    ],
)
def test_an_axis_that_makes_no_models_is_refused_with_the_mend(axes, words):
    with pytest.raises(InvalidSpec) as caught:
        family(BASE, **axes)
    assert words in str(caught.value)


def test_an_axis_that_the_base_has_settled_already_is_refused():
    base = dataclasses.replace(BASE, where={"sex": "Female"})
    with pytest.raises(InvalidSpec, match="sex is an axis, and 'Female' in the base's `where`"):
        family(base, sex=["Male"])


def test_the_axis_of_a_protected_column_must_leave_the_fairness_gate_openly():
    (member,) = family(BASE, sex=["Female"])
    with pytest.raises(InvalidSpec, match="attributes: sex has one value in all its rows by"):
        Catalogue.of([member])


def test_the_longest_name_leaves_room_for_what_an_endpoints_configuration_adds():
    longest = "x" * 36
    assert NAME.fullmatch(longest)
    assert not NAME.fullmatch(f"{longest}x")
    assert len(f"mw-longname-{longest}-v9999-12345678") == 63


def test_a_thousand_members_come_back_from_the_catalogues_json():
    members = family(
        BASE,
        occupation=[f"job {n}" for n in range(20)],
        native_country=[f"land {n}" for n in range(50)],
    )
    catalogue = Catalogue.of(members)
    assert len(catalogue.models) == 1000
    assert dict(parse(render(catalogue)).models) == dict(catalogue.models)

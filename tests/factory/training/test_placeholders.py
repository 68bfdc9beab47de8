import pytest

from factory.training.placeholders import duty_of, image, image_of, placeholder, role


def test_a_role_and_an_image_are_asked_for_by_name():
    assert placeholder(role("Prepare")) == "${PrepareRoleArn}"
    assert duty_of("${PrepareRoleArn}") == "Prepare"
    assert placeholder(image("ScikitLearn")) == "${ScikitLearnImage}"
    assert image_of("${ScikitLearnImage}") == "ScikitLearn"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PrepareRoleArn",
        "${RoleArn}",
        "${Image}",
        "${CodeUri}",
        "x${AImage}",
        "${ARoleArn}x",
        "${}",
    ],
)
def test_anything_else_asks_for_neither(text):
    assert duty_of(text) is None
    assert image_of(text) is None


def test_a_role_is_not_an_image():
    assert image_of("${PrepareRoleArn}") is None
    assert duty_of("${ScikitLearnImage}") is None

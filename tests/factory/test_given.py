import pytest

from factory.errors import InvalidSettings
from factory.given import NOTHING, Given, Network, by_stack

KEY = "arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
NETWORK = {
    "vpc": "vpc-0123456789abcdef0",
    "subnets": "subnet-0123456789abcdef0, subnet-01234567",
    "security_groups": "sg-0123456789abcdef0",
}
STACKS = ("data", "training")


def of(region=None, **context):
    return Given.of(context, region)


def test_what_is_not_given_the_factory_makes_or_does_without():
    assert of() == NOTHING


def test_a_key_and_a_network_are_taken_as_they_are():
    assert of("eu-west-1", kms_key=KEY, **NETWORK) == Given(
        key=KEY,
        network=Network(
            vpc="vpc-0123456789abcdef0",
            subnets=("subnet-0123456789abcdef0", "subnet-01234567"),
            security_groups=("sg-0123456789abcdef0",),
        ),
    )


@pytest.mark.parametrize(
    ("context", "words"),
    [
        ({"kms_key": "alias/ours"}, "no alias, which can come to mean another key"),
        ({"kms_key": KEY.replace(":key/", ":alias/")}, "is not the ARN of a key"),
        ({"kms_key": KEY.replace("eu-west-1", "us-east-1")}, "the key is of us-east-1"),
        ({"kms_key": ""}, "'' is not the ARN of a key"),
        ({"kms_key": 7}, "7 is not a text"),
        ({"vpc": NETWORK["vpc"]}, "context subnets: it is not given; a network is all of vpc"),
        ({**NETWORK, "vpc": ""}, "context vpc: it is not given"),
        ({**NETWORK, "subnets": "subnet-1"}, "'subnet-1' is not an id like subnet-0123456789abc"),
        ({**NETWORK, "subnets": "subnet-01234567,"}, "'' is not an id like subnet-"),
        ({**NETWORK, "subnets": ["subnet-01234567"]}, "is not a text; put it in quotes"),
        ({**NETWORK, "security_groups": "subnet-01234567"}, "is not an id like sg-0123456789abc"),
        ({**NETWORK, "vpc": "vpc-01234567,vpc-01234568"}, "2 are given, and SageMaker takes 1"),
        (
            {**NETWORK, "security_groups": ",".join(f"sg-0123456{n}" for n in range(6))},
            "6 are given, and SageMaker takes 5 at most",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_the_fact_and_the_remedy(context, words):
    with pytest.raises(InvalidSettings, match="context ") as no:
        of("eu-west-1", **context)
    assert words in str(no.value)


@pytest.mark.parametrize(
    ("found", "home", "is_given"),
    [
        (None, None, None),
        (KEY, None, KEY),
        (KEY, "data", KEY),
        ({"data": KEY}, "data", KEY),
        ({"data": KEY}, "training", None),
        (f'{{"training": "{KEY}"}}', "training", KEY),
    ],
)
def test_a_text_is_for_every_account_and_an_object_for_some(found, home, is_given):
    assert by_stack(found, "kms_key", home, STACKS) == is_given


@pytest.mark.parametrize(
    ("found", "home", "words"),
    [
        ({"data": KEY}, None, "it is by stack, and one account has all; give one text"),
        ({"studio": KEY}, "data", "studio is no stack; name data, training"),
        ("{data", "data", "'{data' is not JSON"),
    ],
)
def test_what_is_by_stack_names_stacks_and_needs_several_accounts(found, home, words):
    with pytest.raises(InvalidSettings, match="context kms_key: ") as no:
        by_stack(found, "kms_key", home, STACKS)
    assert words in str(no.value)

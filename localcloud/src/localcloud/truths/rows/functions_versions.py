"""What is a version of a function, and what an alias?"""

from __future__ import annotations

from typing import Any

from localcloud.truths.row import truth
from localcloud.truths.rows.functions import invoke
from localcloud.truths.things import zipped
from localcloud.truths.world import World

VERSIONS = "Lambda Developer Guide, Manage Lambda function versions"
ALIASES = "Lambda Developer Guide, Create an alias for a Lambda function"
CODE = "def handle(event, context): return {}"


def change(world: World, name: str, answer: int) -> Any:
    """Give the function other code and return the version that is published of it."""
    aws = world.aws("lambda")
    aws.update_function_code(FunctionName=name, ZipFile=zipped(CODE.format(answer)))
    aws.get_waiter("function_updated_v2").wait(FunctionName=name)
    return aws.publish_version(FunctionName=name)["Version"]


@truth("lambda", VERSIONS, ["1", "1", "2"], needs="lambda iam")
def what_has_not_changed_is_not_published_again(world: World) -> Any:
    """Lambda publishes no version when code and configuration are those of the last one."""
    name = world.function(CODE.format(1))
    publish = world.aws("lambda").publish_version
    same = [publish(FunctionName=name)["Version"] for _ in range(2)]
    return [*same, change(world, name, 2)]


@truth("lambda", VERSIONS, ["1", "2", "3"], needs="lambda iam")
def the_number_of_a_deleted_version_is_not_given_again(world: World) -> Any:
    """Lambda does not reuse version numbers, even for a function that has been re-created."""
    name = world.function(CODE.format(0))
    numbers = [change(world, name, 1)]
    for answer in (2, 3):
        world.aws("lambda").delete_function(FunctionName=name, Qualifier=numbers[-1])
        numbers.append(change(world, name, answer))
    return numbers


@truth("lambda", ALIASES, [[None, 1], [None, 2], [None, 1]], needs="lambda iam")
def an_alias_answers_for_the_version_that_it_has(world: World) -> Any:
    """An alias, named by qualifier or in the ARN, is the version that it was last given."""
    name, aws = world.function(CODE.format(0)), world.aws("lambda")
    first = change(world, name, 1)
    arn = aws.create_alias(FunctionName=name, Name="live", FunctionVersion=first)["AliasArn"]
    second = change(world, name, 2)
    before = invoke(world, name, Qualifier="live")
    aws.update_alias(FunctionName=name, Name="live", FunctionVersion=second)
    answers = [before, invoke(world, arn), invoke(world, f"{name}:{first}")]
    return [list(each) for each in answers]

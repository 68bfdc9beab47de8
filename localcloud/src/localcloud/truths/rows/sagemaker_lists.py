"""What do the lists of SageMaker take?"""

from __future__ import annotations

from typing import Any

from localcloud.truths.row import truth
from localcloud.truths.things import error_message, outcome
from localcloud.truths.world import World

LISTS = "SageMaker API Reference, ListPipelines; ListTrainingJobs; ListProcessingJobs"


@truth("sagemaker", LISTS, ["ValidationException"] * 5)
def a_list_has_from_one_to_a_hundred_entries_of_known_orders(world: World) -> Any:
    """MaxResults is between 1 and 100; SortBy, SortOrder and StatusEquals are words of the API."""
    sagemaker = world.aws("sagemaker")
    wrong: list[dict[str, Any]] = [
        {"MaxResults": 101},
        {"SortBy": "Colour"},
        {"SortOrder": "Sideways"},
        {"StatusEquals": "Lost"},
    ]
    return [
        *[outcome(sagemaker.list_training_jobs, **each) for each in wrong],
        outcome(sagemaker.list_pipelines, MaxResults=101),
    ]


@truth("sagemaker", LISTS, ["ValidationException"] * 3)
def a_token_that_no_list_gave_is_refused(world: World) -> Any:
    """NextToken is what the list before answered."""
    sagemaker = world.aws("sagemaker")
    lists = (sagemaker.list_pipelines, sagemaker.list_training_jobs, sagemaker.list_endpoints)
    return [outcome(each, NextToken="some garbage") for each in lists]


@truth("sagemaker", LISTS, True)
def a_value_out_of_bounds_is_named_with_its_bound(world: World) -> Any:
    """The message of a validation error has the value, the parameter and the constraint."""
    said = error_message(world.aws("sagemaker").list_pipelines, MaxResults=101)
    return "Value '101' at 'maxResults' failed to satisfy constraint: Member must have" in said

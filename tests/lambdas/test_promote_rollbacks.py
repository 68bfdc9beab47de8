"""What does promote do when a person rolls back, and when a deployment has failed?"""

from __future__ import annotations

from factory.events.model import (
    ApprovalRefused,
    DeploymentFailed,
    ModelDeployed,
    ModelPromoted,
    RollbackRefused,
)
from factory.events.people import ModelApproved
from tests.lambdas.promotions import ended, promote, requested, serving
from tests.lambdas.serving import apart


@apart
def test_an_earlier_version_serves_again_at_a_person_s_word(world):
    first = serving(world)
    second = serving(world, champion=first)
    world.events()
    promote(world, requested(first.package, second.config()))
    ((kind, said),) = world.events()
    assert (kind, said["reason"]) == (ModelPromoted.TYPE, "grace rolled back: it selects too few")
    config = said["detail"]["config"]
    assert world.coming == config not in {first.config(), second.config()}
    model = world.aws("sagemaker").describe_model(ModelName=config)["PrimaryContainer"]
    assert model["ModelDataUrl"] == f"s3://approved/models/{first.digest}.tar.gz"
    routing = world.endpoint["LastDeploymentConfig"]["BlueGreenUpdatePolicy"]
    assert routing["TrafficRoutingConfiguration"]["Type"] == "ALL_AT_ONCE"
    world.settle()
    promote(world, ended(ModelDeployed, first, config))
    assert (world.status(first), world.status(second)) == ("Approved", "Rejected")
    assert world.words(second).endswith("grace rolled back: it selects too few")


@apart
def test_a_rollback_that_comes_again_after_it_was_done_does_nothing(world):
    first = serving(world)
    second = serving(world, champion=first)
    request = requested(first.package, second.config())
    promote(world, request)
    world.settle()
    world.events()
    serves = world.serves
    promote(world, request)
    assert (world.events(), world.serves, world.coming) == ([], serves, None)


@apart
def test_an_approval_that_comes_late_does_not_undo_a_rollback_that_is_not_proven_yet(world):
    first = serving(world)
    second = serving(world, champion=first)
    promote(world, requested(first.package, second.config()))
    world.settle()
    world.events()
    serves = world.serves
    promote(world, second.change)
    assert (world.kinds(), world.serves, world.coming) == ([ModelApproved.TYPE], serves, None)


@apart
def test_a_rollback_from_what_no_longer_serves_is_refused(world):
    first = serving(world)
    second = serving(world, champion=first)
    world.events()
    promote(world, requested(first.package, "mw-dev-churn-v9-ffffffff"))
    ((kind, said),) = world.events()
    assert (kind, said["reason"]) == (
        RollbackRefused.TYPE,
        f"endpoint mw-dev-churn serves {second.config()} now, no longer mw-dev-churn-v9-ffffffff",
    )
    assert world.coming is None


@apart
def test_a_rollback_to_what_was_never_recorded_is_refused(world):
    first = world.version()
    first.approved()
    second = serving(world, champion=first)
    world.events()
    promote(world, requested(first.package, second.config()))
    ((kind, said),) = world.events()
    assert (kind, said["reason"]) == (
        RollbackRefused.TYPE,
        "churn version 1 was never checked and recorded",
    )


@apart
def test_a_deployment_that_failed_ends_its_approval_and_no_other(world):
    first = serving(world)
    second = world.version(champion=first)
    promote(world, second.approved())
    world.endpoint.pop("PendingDeploymentSummary")
    world.settle()
    world.events()
    promote(world, ended(DeploymentFailed, second, second.config()))
    assert (world.status(first), world.status(second)) == ("Approved", "Rejected")
    assert world.words(second).endswith("its deployment failed: an alarm went off")
    assert world.kinds() == [ApprovalRefused.TYPE, ModelApproved.TYPE]
    assert (world.serves, world.coming) == (first.config(), None)

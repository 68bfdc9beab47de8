"""What does the local cloud's SageMaker do?"""

from __future__ import annotations

from localcloud import resets
from localcloud.iam import resources
from localcloud.sagemaker import (
    api,
    container,
    deployments,
    endpoint_configs,
    endpoints,
    executions,
    fleets,
    groups,
    jobs,
    metrics,
    models,
    package_lists,
    pipeline_versions,
    pipelines,
    processing,
    registry,
    restarts,
    runtime,
    store,
    tags,
    training,
)

OPERATIONS = (
    endpoint_configs,
    endpoints,
    executions,
    groups,
    models,
    package_lists,
    pipeline_versions,
    pipelines,
    processing,
    registry,
    tags,
    training,
)
"""The modules whose functions are SageMaker's operations: importing them registers them."""


def install() -> None:
    """Put our operations into moto's SageMaker, and end its processes with the cloud."""
    api.install()
    container.install()
    deployments.install()
    fleets.install()
    metrics.install()
    restarts.install()
    runtime.install()
    resets.on_reset(_forget)
    resources.policy_sources["sagemaker"] = groups.policy_of
    resources.tag_sources["sagemaker"] = lambda arn, _account, _region: store.tags_of(arn)


def _forget() -> None:
    """End all processes and forget what they were for."""
    executions.clear()
    jobs.stop_all()
    fleets.close_all()
    registry.clear()
    store.clear()

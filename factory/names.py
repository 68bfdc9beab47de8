"""What are the things called that people and other systems type?"""

from __future__ import annotations

TAG_CONFIG = "modelworks:config"
"""On an endpoint: the configuration that it is meant to serve."""
TAG_PACKAGE = "modelworks:package"
"""On an endpoint: the package that it is meant to serve."""
NO_CHAMPION = "none"
"""What a run is told instead of a champion's digest while no version is approved."""


def pipeline(recipe: str) -> str:
    """Return the name of the pipeline that runs *recipe*."""
    return f"modelworks-{recipe}"


def package_subject(model: str, version: int) -> str:
    """Return the subject under which the ledger knows one version of a model."""
    return f"model/{model}/{version}"


def function_actor(function: str) -> str:
    """Return the actor that a function is in the ledger."""
    return f"function/{function}"


def person_actor(source_identity: str) -> str:
    """Return the actor that a person is in the ledger."""
    return f"person/{source_identity}"


def evidence_prefix(bucket: str, model: str, execution_arn: str) -> str:
    """Return where the gates of a run wrote: a URI that ends in a slash."""
    return f"s3://{bucket}/runs/{model}/{execution_arn.rsplit('/', 1)[-1]}/"

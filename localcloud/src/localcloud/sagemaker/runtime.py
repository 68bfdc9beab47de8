"""What does InvokeEndpoint answer?"""

from __future__ import annotations

import contextlib
import random
import time
from typing import Any

from moto.core.exceptions import ServiceException
from moto.sagemakerruntime.responses import SageMakerRuntimeResponse

from localcloud import moto_patches, places
from localcloud.sagemaker import fleets, metrics
from localcloud.sagemaker.asking import Answer
from localcloud.sagemaker.fleets import Fleet
from localcloud.sagemaker.serving import MovedError, Server
from localcloud.state import gate

LIMIT = 25 * 1024 * 1024  # bytes of a real-time request
LONGEST_INFERENCE_ID = 64
_HEADER = "X-Amzn-SageMaker-"
_CLIENT_ERROR, _SERVER_ERROR = 400, 500


class InvocationError(ServiceException):
    """A call that no model heard."""

    code = "ValidationError"


class ModelError(ServiceException):
    """A model's own error; its attributes are members of the answer."""

    code = "ModelError"

    def __init__(self, endpoint: str, answer: Answer) -> None:
        self.OriginalStatusCode = answer.status
        self.OriginalMessage = answer.body.decode(errors="replace")
        group = f"/aws/sagemaker/Endpoints/{endpoint}"
        region, account = places.here().region, places.here().account
        self.LogStreamArn = f"arn:aws:logs:{region}:{account}:log-group:{group}"
        whose = "client" if answer.status < _SERVER_ERROR else "server"
        super().__init__(
            f'Received {whose} error ({answer.status}) from primary with message "'
            f'{self.OriginalMessage}". See https://{region}.console.aws.amazon.com/cloudwatch/home'
            f"?region={region}#logEventViewer:group={group} in account {account} for more"
            " information."
        )


def invoke(name: str, body: bytes, headers: Any) -> tuple[Answer, str]:
    """Ask an endpoint; return the answer and the variant that gave it.

    Raises `InvocationError` where there is nobody to ask and `ModelError` for a 4xx or 5xx.
    """
    inference = headers.get(f"{_HEADER}Inference-Id")
    _demand_short("body", body, LIMIT)
    _demand_short("inferenceId", inference or "", LONGEST_INFERENCE_ID)
    sent = headers.get("Content-Type") or "application/octet-stream"
    words = {"Content-Type": sent, "Accept": headers.get("Accept") or "*/*"}
    fleet, server, answer = _ask(name, body, words, headers.get(f"{_HEADER}Target-Variant"))
    variant: str = server.variant["VariantName"]
    if answer.status >= _CLIENT_ERROR:
        raise ModelError(name, answer)
    if fleet.capture:
        fleet.capture.take(variant, (body, sent), (answer.body, answer.content_type), inference)
    return answer, variant


def _demand_short(name: str, value: bytes | str, most: int) -> None:
    if len(value) > most:
        raise InvocationError(
            f"1 validation error detected: Value at '{name}' failed to satisfy constraint: Member"
            f" must have length less than or equal to {most}"
        )


def _ask(
    name: str, body: bytes, words: dict[str, str], target: str | None
) -> tuple[Fleet, Server, Answer]:
    """Ask whoever answers for the endpoint, again if it was just replaced."""
    while True:
        fleet = fleets.of(name)
        if fleet is None:
            raise InvocationError(f"Endpoint {name} of account {places.here().account} not found.")
        server = _server(fleet, target)
        begun = time.perf_counter()
        with contextlib.suppress(MovedError):
            with gate.aside():
                answer = server.ask(body, words)
            variant, config = server.variant["VariantName"], fleet.config["EndpointConfigName"]
            source = metrics.Source(name, config, variant, places.here())
            metrics.count(source, answer.status, time.perf_counter() - begun)
            return fleet, server, answer


def _server(fleet: Fleet, target: str | None) -> Server:
    if target is not None:
        if target not in fleet.servers:
            raise InvocationError(f"Variant {target} is none of {sorted(fleet.servers)}.")
        return fleet.servers[target]
    servers = list(fleet.servers.values())
    weights = [float(each.variant.get("InitialVariantWeight", 1.0)) for each in servers]
    return random.choices(servers, weights)[0]  # noqa: S311 - the split of traffic


def _invoke_endpoint(self: SageMakerRuntimeResponse) -> tuple[int, dict[str, str], bytes]:
    name = self.path.split("/")[2]
    answer, variant = invoke(name, self.normalized_request.data, self.headers)
    headers = {"Content-Type": answer.content_type, "x-Amzn-Invoked-Production-Variant": variant}
    return 200, headers, answer.body


def install() -> None:
    """Let real models answer, where moto invents an answer for any name."""
    moto_patches.provide(
        SageMakerRuntimeResponse,
        {
            "use_raw_body": True,
            "invoke_endpoint": _invoke_endpoint,
        },
        fixes="invents an answer for an endpoint of any name",
        upstream="policy: real models answer here",
    )

"""What answers /ping and /invocations inside a model's container?

Run as a script under the container contract: it serves code/inference.py of /opt/ml/model, by the
hooks of SageMaker's toolkits, on the Unix socket named by its only argument. Of the hooks only
model_fn is needed; the others are by default what the scikit-learn container has for them.
"""

from __future__ import annotations

import importlib.util
import io
import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

JSON, CSV, NPY = "application/json", "text/csv", "application/x-npy"
TEXTS = (JSON, CSV)
"""Types of content that the hooks get as text; all others come as bytes.

What is no UTF-8 in them becomes U+FFFD, as in the scikit-learn container, whose server is Flask.
"""
STEPS = ("input_fn", "predict_fn", "output_fn")
DEFAULT_ACCEPT = JSON
Transform = Callable[[Any, Any, str, str], Any]


class UnsupportedFormat(Exception):
    """A type of content that the default hooks neither read nor write."""

    status_code = 415

    def __init__(self, content_type: str) -> None:
        super().__init__(f"Content type {content_type} is not supported by this framework.")


def default_input_fn(body: Any, content_type: str) -> Any:
    """Return the array in a request of JSON, CSV or NumPy's own format."""
    import numpy as np  # noqa: PLC0415 - the container's own; a model may do without

    if content_type == JSON:
        return np.array(json.loads(body)).astype(np.float32)
    if content_type == CSV:
        return np.genfromtxt(io.StringIO(body), delimiter=",", dtype=np.float32)
    if content_type == NPY:
        return np.load(io.BytesIO(body), allow_pickle=False)
    raise UnsupportedFormat(content_type)


def default_predict_fn(rows: Any, model: Any) -> Any:
    """Ask a model of scikit-learn's kind."""
    return model.predict(rows)


def default_output_fn(prediction: Any, accept: str) -> Any:
    """Write an array-like prediction as JSON, CSV or NumPy's own format."""
    import numpy as np  # noqa: PLC0415 - as above

    if accept == JSON:
        return json.dumps(prediction, default=lambda array: array.tolist())
    written: Any = io.StringIO() if accept == CSV else io.BytesIO()
    if accept == CSV:
        np.savetxt(written, prediction, delimiter=",", fmt="%s")
    elif accept == NPY:
        np.save(written, prediction)
    else:
        raise UnsupportedFormat(accept)
    return written.getvalue()


def transform_of(module: ModuleType) -> Transform:
    """Return what turns a request into an answer: the module's one hook for all, or its steps."""
    given = [step for step in STEPS if hasattr(module, step)]
    whole: Transform | None = getattr(module, "transform_fn", None)
    if whole is None:
        read, ask, write = (getattr(module, step, globals()[f"default_{step}"]) for step in STEPS)
        return lambda model, body, sent, accept: write(ask(read(body, sent), model), accept)
    if given:
        raise SystemExit(f"{module.__name__} has transform_fn and {given[0]}: one excludes others.")
    return whole


def load(model: Path) -> tuple[Transform, Any]:
    """Import the model's program and let it load the model."""
    program = model / "code" / os.environ.get("SAGEMAKER_PROGRAM", "inference.py")
    if not program.is_file():
        raise SystemExit(f"model.tar.gz has no code/{program.name}: put the serving code there.")
    sys.path.insert(0, str(program.parent))
    spec = importlib.util.spec_from_file_location(program.stem, program)
    if spec is None or spec.loader is None:
        raise SystemExit(f"code/{program.name} is not a Python module.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[program.stem] = module
    spec.loader.exec_module(module)
    if not hasattr(module, "model_fn"):
        raise SystemExit(f"code/{program.name} lacks model_fn, which loads the model.")
    return transform_of(module), module.model_fn(str(model))


def answer(transform: Transform, model: Any, body: bytes, sent: str, accept: str) -> Response:
    """Run the hooks; an exception with an int ``status_code`` gives that status, any other 500."""
    try:
        given = body.decode("utf-8", "replace") if sent in TEXTS else body
        output = transform(model, given, sent, accept)
    except Exception as error:  # noqa: BLE001 - whatever a model raises becomes its answer
        status = getattr(error, "status_code", 500)
        traceback.print_exc()
        return Response(
            str(error), status if isinstance(status, int) else 500, media_type="text/plain"
        )
    content, kind = output if isinstance(output, tuple) else (output, accept)
    return Response(content, headers={"content-type": kind})


def application(transform: Transform, model: Any) -> Starlette:
    """Build the two routes of the contract; one request is answered at a time, as by one worker."""

    async def ping(_request: Request) -> Response:
        return Response()

    async def invocations(request: Request) -> Response:
        sent = request.headers.get("content-type", DEFAULT_ACCEPT)
        accept = request.headers.get("accept", "*/*")
        if accept in {"", "*/*"}:
            accept = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", DEFAULT_ACCEPT)
        return answer(transform, model, await request.body(), sent, accept)

    return Starlette(
        routes=[Route("/ping", ping), Route("/invocations", invocations, methods=["POST"])]
    )


def main(socket: str) -> None:
    """Load the model next to the socket, then serve until killed."""
    Path(socket).unlink(missing_ok=True)

    served = application(*load(Path(socket).parent / "model"))
    uvicorn.run(served, uds=socket, workers=1, access_log=False, log_level="warning")


if __name__ == "__main__":
    main(sys.argv[1])

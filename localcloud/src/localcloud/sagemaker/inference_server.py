"""What answers /ping and /invocations inside a model's container?

Run as a script under the container contract: it serves code/inference.py of /opt/ml/model, by the
hooks of SageMaker's toolkits, on the Unix socket named by its only argument.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

HOOKS = ("model_fn", "input_fn", "predict_fn", "output_fn")
DEFAULT_ACCEPT = "application/json"


def load(model: Path) -> tuple[ModuleType, Any]:
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
    if missing := [hook for hook in HOOKS if not hasattr(module, hook)]:
        raise SystemExit(f"code/{program.name} lacks {', '.join(missing)}: all hooks are needed.")
    return module, module.model_fn(str(model))


def answer(module: ModuleType, model: Any, body: bytes, sent: str, accept: str) -> Response:
    """Run the hooks; an exception with an int ``status_code`` gives that status, any other 500."""
    try:
        output = module.output_fn(module.predict_fn(module.input_fn(body, sent), model), accept)
    except Exception as error:  # noqa: BLE001 - whatever a model raises becomes its answer
        status = getattr(error, "status_code", 500)
        traceback.print_exc()
        return Response(
            str(error), status if isinstance(status, int) else 500, media_type="text/plain"
        )
    content, kind = output if isinstance(output, tuple) else (output, accept)
    return Response(content, headers={"content-type": kind})


def application(module: ModuleType, model: Any) -> Starlette:
    """Build the two routes of the contract; one request is answered at a time, as by one worker."""

    async def ping(_request: Request) -> Response:
        return Response()

    async def invocations(request: Request) -> Response:
        sent = request.headers.get("content-type", DEFAULT_ACCEPT)
        accept = request.headers.get("accept", "*/*")
        if accept in {"", "*/*"}:
            accept = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", DEFAULT_ACCEPT)
        return answer(module, model, await request.body(), sent, accept)

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

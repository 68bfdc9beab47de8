"""What answers /ping and /invocations inside a model's container?

Run as a script under the container contract: it serves code/inference.py of /opt/ml/model, by the
hooks of SageMaker's toolkit for one model, on the Unix socket named by its only argument. Of the
hooks only model_fn is needed; the others are by default what the scikit-learn container has for
them. As in the toolkit, Flask makes the responses: a hook may return one, with a status of its own,
and whatever it raises is a 500 that says nothing.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import flask
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from werkzeug.test import create_environ, run_wsgi_app

JSON, CSV, NPY = "application/json", "text/csv", "application/x-npy"
TEXTS = (JSON, CSV)
"""Types of content that the hooks get as text; all others, and these with parameters, as bytes.

What is no UTF-8 in them becomes U+FFFD.
"""
STEPS = ("input_fn", "predict_fn", "output_fn")
Transform = Callable[[Any, Any, str, str], Any]


def default_input_fn(body: Any, content_type: str) -> Any:
    """Return the array in a request of JSON, CSV or NumPy's own format.

    The toolkit would also unpickle what is in the last.
    """
    import numpy as np  # noqa: PLC0415 - the container's own; a model may do without

    if content_type == JSON:
        return np.array(json.loads(body)).astype(np.float32)
    if content_type == CSV:
        rows = list(csv.reader(io.StringIO(body), strict=True))
        return np.array(rows).squeeze().astype(np.float32)
    if content_type == NPY:
        return np.load(io.BytesIO(body), allow_pickle=False)
    raise _unsupported(content_type)


def default_predict_fn(rows: Any, model: Any) -> Any:
    """Ask a model of scikit-learn's kind."""
    return model.predict(rows)


def default_output_fn(prediction: Any, accept: str) -> Any:
    """Write an array-like prediction as JSON, CSV or NumPy's own format."""
    import numpy as np  # noqa: PLC0415 - as above

    if accept == JSON:
        return json.dumps(prediction, default=lambda array: array.tolist()), accept
    written: Any = io.StringIO() if accept == CSV else io.BytesIO()
    if accept == CSV:
        array = np.array(prediction)
        rows = array.reshape(-1, 1) if array.ndim == 1 else array
        csv.writer(written, lineterminator="\n").writerows(rows)
    elif accept == NPY:
        np.save(written, prediction)
    else:
        raise _unsupported(accept)
    return written.getvalue(), accept


def _unsupported(content_type: str) -> ValueError:
    return ValueError(f"Content type {content_type} is not supported by this framework.")


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


class HookError(Exception):
    """What a hook has raised: no status of Flask's own is heeded."""


class Answer(flask.Response):
    """What a pair of body and content type becomes."""

    default_mimetype = JSON


def application(transform: Transform, model: Any) -> flask.Flask:
    """Build the two routes of the contract."""
    app = flask.Flask("inference", static_folder=None)

    @app.get("/ping")
    def ping() -> flask.Response:
        return Answer()

    @app.post("/invocations")
    def invocations() -> Any:
        headers = flask.request.headers
        sent = headers.get("ContentType") or headers.get("Content-Type") or JSON
        accept = headers.get("Accept")
        if accept in {None, "", "*/*"}:
            accept = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", JSON)
        body = flask.request.get_data()
        given = body.decode("utf-8", "replace") if sent in TEXTS else body
        try:
            output = transform(model, given, sent, accept)
        except Exception as error:
            raise HookError(repr(error)) from error
        return Answer(output[0], mimetype=output[1]) if isinstance(output, tuple) else output

    return app


def over_http(app: flask.Flask) -> Starlette:
    """Let *app* be asked; one request is answered at a time, as by one worker."""

    async def asked(request: Request) -> Response:
        body = await request.body()
        environ = create_environ(
            request.url.path,
            method=request.method,
            headers=request.headers.items(),
            input_stream=io.BytesIO(body),
            content_length=len(body),
        )
        parts, status, headers = run_wsgi_app(app, environ)
        content, (code, _, _) = b"".join(parts), status.partition(" ")
        answer = Response(content, int(code))
        answer.raw_headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in headers.items()
        ]
        return answer

    return Starlette(routes=[Route("/{path:path}", asked, methods=["GET", "POST"])])


def main(socket: str) -> None:
    """Load the model next to the socket, then serve until killed."""
    Path(socket).unlink(missing_ok=True)
    served = over_http(application(*load(Path(socket).parent / "model")))
    uvicorn.run(served, uds=socket, workers=1, access_log=False, log_level="warning")


if __name__ == "__main__":
    main(sys.argv[1])

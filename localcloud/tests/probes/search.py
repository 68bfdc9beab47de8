"""Which members of an operation's input does the code that answers it name?"""

from __future__ import annotations

import ast
import fnmatch
import functools
import importlib.util
import inspect
import re
import textwrap
from pathlib import Path

from moto.core.responses import BaseResponse
from moto.core.utils import camelcase_to_underscores, get_service_model

from localcloud import cloud, moto_patches, operations

cloud.start()

MODELS = {"awslambda": "lambda"}
PACKAGES = {"sagemaker-runtime": "sagemakerruntime"}
OURS = {
    "awslambda": ["localcloud.functions", "localcloud.queues"],
    "cloudformation": ["localcloud.cloudformation"],
    "cloudwatch": ["localcloud.alarms"],
    "dynamodb": ["localcloud.tables"],
    "events": ["localcloud.events"],
    "iam": ["localcloud.iam.simulation"],
    "s3": ["localcloud.lifecycle"],
    "sagemaker": ["localcloud.sagemaker"],
    "sagemaker-runtime": ["localcloud.sagemaker"],
    "sns": ["localcloud.events"],
    "sqs": ["localcloud.queues"],
    "sts": ["localcloud.iam.sts", "localcloud.iam.trust"],
}
"""Our packages that answer for a service; for the others, it is the modules that patch moto's."""
WHOLE = re.compile(
    r"(_get_params\(\)|self\.json_body|json\.loads\(self\.body\)|self\._json|request_json"
    r"|self\.request_params|self\.body|self\.params|self\.parameters)(?!\w|\[|\.get\(|\.items)"
)


def model(service):
    return get_service_model(MODELS.get(service, service))


@functools.cache
def words(source):
    """Return the words of all texts in a source but its docstrings and sentences, lower case."""
    found = set()
    tree = ast.parse(textwrap.dedent(source))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        text = getattr(node, "value", None) if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and id(node) not in docs and " " not in text:
            found |= {text.lower(), *re.findall(r"\w+", text.lower())}
    return frozenset(found)


def _source(thing):
    try:
        return inspect.getsource(thing)
    except (OSError, TypeError):
        return ""


@functools.cache
def _classes(service):
    module = importlib.import_module(f"moto.{PACKAGES.get(service, service)}.responses")
    return [
        one
        for one in vars(module).values()
        if inspect.isclass(one) and issubclass(one, BaseResponse) and one is not BaseResponse
    ]


@functools.cache
def _package(name):
    """Return the words of a package's or a module's sources."""
    file = Path(importlib.util.find_spec(name).origin)
    files = file.parent.rglob("*.py") if file.name == "__init__.py" else [file]
    return frozenset().union(*(words(each.read_text(encoding="utf-8")) for each in files))


@functools.cache
def ours(service):
    package = PACKAGES.get(service, service).replace("-", "")
    patching = {
        patch.module
        for patch in moto_patches.patches
        if any(target.split(".")[1] == package for target in patch.targets)
        and not patch.module.startswith(("localcloud.iam", "localcloud.unimplemented"))
    }
    return frozenset().union(*map(_package, [*OURS.get(service, []), *patching]))


@functools.cache
def everything(service):
    return _package(f"moto.{PACKAGES.get(service, service)}") | ours(service)


def had(service):
    """Return the operations that moto has; of S3, whose dispatch is its own, all that there are."""
    known = model(service).operation_names
    if service == "s3":
        here = operations.answered("s3")
        return here | {one for one in known if _way(one) not in {*map(_way, here)}}
    methods = {name for one in _classes(service) for name in dir(one)}
    return {one for one in known if camelcase_to_underscores(one) in methods}


def _way(operation):
    """Return method and address of one of S3's calls: those that are deprecated share them."""
    found = model("s3").operation_model(operation).http
    return found["method"], found["requestUri"]


def handled(service, operation):
    """Return the words of the handler and what it calls: of all, if it passes the request on."""
    method = camelcase_to_underscores(operation)
    owner = next((one for one in _classes(service) if hasattr(one, method)), None)
    if owner is None or service == "s3":
        return everything(service)
    texts, seen = [], set()
    _walk(owner, method, texts, seen)
    text = "\n".join(texts)
    found = frozenset().union(*(words(one) for one in texts)) | ours(service)
    return found | (everything(service) if WHOLE.search(text) else frozenset())


def _walk(owner, name, texts, seen):
    function = getattr(owner, name, None)
    if name in seen or not callable(function) or name in vars(BaseResponse):
        return
    seen.add(name)
    while function is not None:
        if source := _source(getattr(function, "__code__", function)):
            texts.append(textwrap.dedent(source))
            for called in re.findall(r"self\.(\w+)", source):
                _walk(owner, called, texts, seen)
        function = getattr(function, "__wrapped__", None)


def members(service, operation):
    """Return the path of every member of the input, to its shape."""
    shape = model(service).operation_model(operation).input_shape
    return dict(_members(shape, "", ())) if shape else {}


def _members(shape, path, above):
    if shape.type_name in {"list", "map"}:
        yield from _members(shape.member if shape.type_name == "list" else shape.value, path, above)
    elif shape.type_name == "structure" and shape.name not in above:
        for name, inner in shape.members.items():
            here = f"{path}.{name}".strip(".")
            yield here, inner
            yield from _members(inner, here, (*above, shape.name))


def read(service, operation):
    """Return the paths of the members whose names are found."""
    top, deep, found = handled(service, operation), everything(service), set()
    for path, shape in members(service, operation).items():
        name = path.rsplit(".", 1)[-1]
        written = shape.serialization
        names = {name, written.get("name", name), written.get("queryName", name)}
        known = deep if "." in path else top
        if written.get("location") == "uri" or any(one.lower() in known for one in names):
            found.add(path)
    return found


def refused(service, operation):
    known = operations.of(service)
    return known.dropped.get(operation, ()), known.stored.get(operation, ())


def depth(tops, path):
    """Return how much of a path the longest of these tops is, or 0."""
    parts = path.split(".")
    every = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((one.count(".") + 1 for one in every if one in tops), 0)


def pattern_depth(patterns, operation, path):
    """Return how much of a path the shortest part is that matches one of these patterns, or 0.

    A star stands for an operation, or for all below it.
    """
    parts = path.split(".")
    every = (".".join([operation, *parts[:length]]) for length in range(1, len(parts) + 1))
    found = (one.count(".") for one in every if any(fnmatch.fnmatchcase(one, p) for p in patterns))
    return next(found, 0)

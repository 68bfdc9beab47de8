"""What does the page of the settings say? Functions' variables, and what a person sets."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator, Mapping

from docgen import markdown, source
from factory.settings import Settings

INTRODUCTION = """\
# Settings

This page is generated from `factory/settings.py`, `app.py` and every place that reads the
environment.

Thresholds are never settings. They are fields of [the spec](spec.md).
"""
CONTEXT: Mapping[str, str] = {
    "alerts": (
        "mail addresses, or ARNs of queues, separated by commas, that are told of alarms and "
        "incidents; in five accounts each of them is told by every account"
    ),
    "accounts": (
        "one account id per duty, as JSON; without it everything is in one account. See "
        "[Deploy in five accounts](../guides/deploy-five-accounts.md)"
    ),
    "catalogue": "a file of models to deploy instead of `models/`, for trying",
    "kms_key": (
        "a key of the organisation instead of ours; in five accounts also an object by "
        "duty. See [Deploy into a landing zone](../guides/landing-zone.md)"
    ),
    "contracts": "a folder of more data products than `data_products/` has, for trying",
    "region": "the region of the five accounts; needed with `accounts`",
    "security_groups": "those of jobs and endpoints; as `subnets`",
    "stage": "`dev` (the default) or `prod`: what is kept, and for how long",
    "subnets": "where jobs and endpoints have their network interfaces, with commas; as `kms_key`",
    "vpc": "the network of these subnets; given with `subnets` and `security_groups` or not at all",
}
"""What each key of the CDK context means; the keys themselves are found in app.py."""
VARIABLES: Mapping[str, str] = {
    "CDK_OUTDIR": "where `python app.py` writes the assembly; the CDK command line sets it",
    "JSII_NODE": "the Node that the CDK library runs on; the one of our wheels unless it is set",
    "MODELWORKS_STATE": "the folder where `factory` notes what it saw last of a ledger",
    "USER": "the owner and builder that `factory new` writes into a file",
    "XDG_STATE_HOME": "where that folder is when it is not named; else `~/.local/state`",
}
"""What each variable that code reads by name means; their names are found in the code."""
ROOMS = ("app.py", "benchmarks", "bundling", "cli", "demo", "local", "report", "scan")
KINDS: Mapping[str, str] = {
    "arn": "an ARN",
    "bucket": "the name of a bucket",
    "database": "the name of a database in Glue",
    "name": "a name",
    "role": "the name of a role",
    "table": "the name of a table",
    "uri": "the place of an object in S3",
    "url": "an address",
}
"""What a setting holds, by the last word of its name."""


def page() -> str:
    """Return the page as Markdown."""
    variables = sorted({name for name, _ in read(*ROOMS)})
    return "\n".join(
        [
            INTRODUCTION,
            "## Context of the CDK\n",
            "Set by `-c KEY=VALUE`, or in `cdk.json`.\n",
            markdown.table(("Key", "Meaning"), [_row(k, CONTEXT) for k in context_keys()]),
            "## Environment of the commands\n",
            "AWS's own variables work as they do for every SDK.\n",
            markdown.table(("Variable", "Meaning"), [_row(v, VARIABLES) for v in variables]),
            "## Environment of the functions\n",
            "A stack sets them, and the function refuses to start when one is missing.\n",
            *map(_section, kinds()),
        ]
    )


def kinds() -> list[type[Settings]]:
    """Return the classes of the functions' settings, by name."""
    own = [each for each in Settings.__subclasses__() if each.__module__ == Settings.__module__]
    return sorted(own, key=lambda kind: kind.__name__)


def context_keys() -> list[str]:
    """Return the keys that app.py asks the context for."""
    calls = [n for n in ast.walk(source.tree(source.ROOT / "app.py")) if isinstance(n, ast.Call)]
    asked = [c for c in calls if ast.unparse(c.func).endswith("try_get_context")]
    return sorted({str(ast.literal_eval(call.args[0])) for call in asked})


def read(*rooms: str) -> Iterator[tuple[str, str]]:
    """Yield each variable that the code of *rooms* reads by its name, and the file that does."""
    for path in source.sources(*rooms):
        for node in ast.walk(source.tree(path)):
            if name := _variable(node):
                yield name, str(path.relative_to(source.ROOT))


def _variable(node: ast.AST) -> str:
    match node:
        case ast.Subscript(value=where, slice=ast.Constant(value=str(name))):
            return name if ast.unparse(where) == "os.environ" else ""
        case ast.Call(func=ast.Attribute(value=where), args=[ast.Constant(value=str(name)), *_]):
            return name if ast.unparse(where) == "os.environ" else ""
        case _:
            return ""


def _row(name: str, meanings: Mapping[str, str]) -> tuple[str, str]:
    if name not in meanings:
        raise KeyError(f"{name} is read and not explained; say in docgen/settings.py what it means")
    return f"`{name}`", meanings[name]


def _section(kind: type[Settings]) -> str:
    summary, texts = source.first_line(kind.__doc__), source.meanings(kind)
    rows = [
        (f"`{f.name.upper()}`", texts.get(f.name) or _kind_of(f.name))
        for f in dataclasses.fields(kind)
    ]
    return "\n".join(
        [
            f"### {function(kind)}\n",
            markdown.prose(re.sub(r"^For `\w+`: (.)", lambda m: m[1].upper(), summary)),
            markdown.table(("Variable", "Holds"), rows),
        ]
    )


def function(kind: type[Settings]) -> str:
    """Return the function whose settings *kind* holds: the folder below lambdas/."""
    words = kind.__name__.removesuffix("Settings")
    return re.sub(r"(?<!^)(?=[A-Z])", "_", words).lower()


def _kind_of(name: str) -> str:
    return KINDS.get(name.rpartition("_")[2], "")

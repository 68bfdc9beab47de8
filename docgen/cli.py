"""What does the reference page of the command say? It is written from its grammar."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterator

from cli.main import parser
from docgen import markdown, source
from factory.exit_code import ExitCode

WIDTH, INDENT = 100, 4
KEPT = "\xa0"  # a blank at which no line ends

INTERRUPTED = 130
"""What shells say of a command that Ctrl-C ended."""
INTRODUCTION = """\
# The command `factory`

`.venv/bin/factory VERB ...`, from the root of the repository. This page is generated from
`cli/main.py`.
"""
AS_WHOM = """\
AWS's own variables and profiles say who you are: `AWS_PROFILE`, `AWS_REGION`, `AWS_ENDPOINT_URL`.
A verb that needs a role assumes it in your name.
"""


def page() -> str:
    """Return the page as Markdown: the exit codes, then a section per verb."""
    codes = markdown.table(("Exit code", "Meaning"), _codes())
    sections = (_section(words, verb) for words, verb in verbs(parser()))
    return "\n".join([INTRODUCTION, codes, AS_WHOM, *sections])


def _codes() -> Iterator[tuple[str, str]]:
    meanings = source.meanings(ExitCode)
    yield from ((f"{code:d}", meanings[code.name]) for code in ExitCode)
    yield str(INTERRUPTED), "Interrupted by Ctrl-C."


def verbs(
    top: argparse.ArgumentParser, before: str = ""
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield each verb as it is typed (`audit verify`) with its grammar."""
    for action in top._actions:  # noqa: SLF001 - argparse has no other way to list them
        if not isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - same
            continue
        for name, verb in action.choices.items():
            inside = list(verbs(verb, f"{before}{name} "))
            yield from inside or [(f"{before}{name}", verb)]


def _section(words: str, verb: argparse.ArgumentParser) -> str:
    arguments = [a for a in verb._actions if a.dest != "help"]  # noqa: SLF001 - as above
    parts = [_usage(each).replace(" ", KEPT) for each in sorted(arguments, key=_is_option)]
    whole = " ".join(["factory", words, *parts])
    usage = textwrap.fill(whole, WIDTH, subsequent_indent=" " * INDENT).replace(KEPT, " ")
    rows = [(f"`{_name(each)}`", _does(each)) for each in arguments]
    text = f"{(verb.description or '').strip().rstrip('.')}."
    lines = [f"## {words}\n", f"```\n{usage}\n```\n", markdown.wrapped(_capital(text)) + "\n"]
    return "\n".join([*lines, markdown.table(("Argument", "Meaning"), rows)])


def _usage(action: argparse.Action) -> str:
    name = _value(action) if not action.option_strings else _name(action)
    return name if _required(action) else f"[{name}]"


def _required(action: argparse.Action) -> bool:
    return action.required if action.option_strings else action.nargs != "?"


def _is_option(action: argparse.Action) -> bool:
    return bool(action.option_strings)


def _name(action: argparse.Action) -> str:
    if not action.option_strings:
        return _value(action)
    return action.option_strings[-1] + (f" {_value(action)}" if action.nargs != 0 else "")


def _value(action: argparse.Action) -> str:
    if action.choices:
        return "|".join(map(str, action.choices))
    return str(action.metavar or action.dest).upper()


def _does(action: argparse.Action) -> str:
    return action.help or ("one of the models of the catalogue" if action.dest == "model" else "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

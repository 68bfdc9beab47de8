"""How is the local cloud started, and how is something deployed into it?"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

DEFAULT_PORT = 5066
HIGHEST_PORT = 65535


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: give 0 to {HIGHEST_PORT}")
    return int(text)


def _modules(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    for name in names:
        if not all(part.isidentifier() for part in name.split(".")):
            raise argparse.ArgumentTypeError(f"{name!r} is not the name of a module")
    return names


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m localcloud", description="AWS on this machine."
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    text = "serve the cloud over HTTP until it is ended; print 'ready ENDPOINT' when it is usable"
    serve = verbs.add_parser("serve", help=text, description=text)
    serve.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, help="0 takes a free one (default: %(default)s)"
    )
    serve.add_argument(
        "--preload",
        type=_modules,
        default=(),
        metavar="MODULE,...",
        help="what containers' Python has imported before it starts: jobs and endpoints start"
        " faster",
    )
    serve.add_argument(
        "--state",
        type=Path,
        metavar="DIR",
        help="keep everything in this folder (a new or empty one, or one that a cloud had before):"
        " after an end of any kind the next cloud on it goes on from there",
    )
    serve.add_argument("--until-eof", action="store_true", help="also end when stdin closes")
    text = "deploy a synthesized CDK application into a served cloud and print its outputs"
    deploy = verbs.add_parser("deploy", help=text, description=text)
    deploy.add_argument("assembly", metavar="CDK_OUT", help="the folder that cdk synth wrote")
    deploy.add_argument(
        "--endpoint",
        default=f"http://localhost:{DEFAULT_PORT}",
        help="where the cloud is served (default: %(default)s)",
    )
    deploy.add_argument("--json", action="store_true", help="print the outputs as JSON")
    _add_parameters(deploy)
    text = "list all that a synthesized application asks for and this cloud does not have"
    checked = verbs.add_parser("check", help=text, description=f"{text}; exit code 1 if any")
    checked.add_argument("assembly", metavar="CDK_OUT", help="the folder that cdk synth wrote")
    checked.add_argument("--json", action="store_true", help="print it as JSON")
    _add_parameters(checked)
    text = "list the types of resources that templates can have, with the properties honoured"
    types = verbs.add_parser("types", help=text, description=text)
    types.add_argument(
        "--markdown", action="store_true", help="as tables of services and types, for the README"
    )
    return parser


def _add_parameters(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--parameters",
        action="append",
        default=[],
        metavar="[STACK:]NAME=VALUE",
        help="a value for a parameter of the templates; may be given several times",
    )


def _list_types(*, markdown: bool) -> int:
    from localcloud import inventory  # noqa: PLC0415 - only this verb needs it

    print(inventory.markdown() if markdown else "\n".join(inventory.lines()))
    return 0


def main(arguments: list[str]) -> int:
    """Run one verb and return the exit code."""
    options = _parser().parse_args(arguments)
    if options.verb == "serve":
        from localcloud import server  # noqa: PLC0415 - only this verb needs moto

        return server.serve(
            options.port, options.preload, until_eof=options.until_eof, state=options.state
        )
    if options.verb == "types":
        return _list_types(markdown=options.markdown)
    from localcloud import check, deploy  # noqa: PLC0415 - only these verbs need them

    if options.verb == "check":
        return check.main(options.assembly, options.parameters, as_json=options.json)
    return deploy.main(options.assembly, options.endpoint, options.parameters, as_json=options.json)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

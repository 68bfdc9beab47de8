"""How is the local cloud started, and how is something deployed into it?"""

from __future__ import annotations

import argparse
import sys

DEFAULT_PORT = 5066


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m localcloud")
    verbs = parser.add_subparsers(dest="verb", required=True)
    serve = verbs.add_parser("serve", help="serve the cloud over HTTP until it is ended")
    serve.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 takes a free one")
    serve.add_argument("--until-eof", action="store_true", help="also end when stdin closes")
    deploy = verbs.add_parser("deploy", help="deploy a synthesized CDK application")
    deploy.add_argument("assembly", metavar="CDK_OUT")
    deploy.add_argument("--endpoint", default=f"http://localhost:{DEFAULT_PORT}")
    deploy.add_argument("--json", action="store_true", help="print the outputs as JSON")
    return parser


def main(arguments: list[str]) -> int:
    """Run one verb and return the exit code."""
    options = _parser().parse_args(arguments)
    if options.verb == "serve":
        from localcloud import server  # noqa: PLC0415 - only this verb needs moto

        return server.serve(options.port, until_eof=options.until_eof)
    from localcloud import deploy  # noqa: PLC0415 - only this verb needs it

    return deploy.main(options.assembly, options.endpoint, as_json=options.json)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Which verb was asked for, and how did it end?"""

from __future__ import annotations

import argparse
import importlib
import json
import re
import sys
from collections.abc import Sequence
from typing import Any

from cli.result import Result, show
from factory import exit_code
from factory.errors import FactoryError, Unreachable

PORTS = 2**16
MOST_DOLLARS = 100  # all of it costs a hundredth; more is a mistake in typing
TAIL = re.compile(r"[1-9][0-9]{0,11}:[0-9a-f]{64}", re.ASCII)
HERE = ("up", "demo", "new", "check", "doctor", "quotas")  # need no stage that is deployed
NOT_REACHED = (
    "; is a cloud running and are AWS's variables set? `factory up` starts one and prints them"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the verb in *argv* and return its exit code: 0 done, 1 failed, 2 usage, 3 error."""
    arguments = parser().parse_args(argv)
    try:
        result = importlib.import_module(arguments.module).run(arguments)
    except FactoryError as exc:
        result = _failed(exc)
    except KeyboardInterrupt:
        return 130
    _print(result, as_json=arguments.json)
    return int(result.code)


def parser() -> argparse.ArgumentParser:
    """Return the command line's grammar; nothing else is imported for it."""
    top = argparse.ArgumentParser(prog="factory", description="Modelworks, the AI factory.")
    verbs = top.add_subparsers(title="verbs", required=True, metavar="VERB")
    up = _verb(verbs, "up", "cli.up", "serve a local cloud with the factory deployed in it")
    up.add_argument("--port", type=_port, default=5055, help="of the local cloud (default 5055)")
    _verb(
        verbs, "demo", "cli.demo", "run the lifecycle of a model, from data to audited predictions"
    )
    new = _verb(verbs, "new", "cli.new", "start a new model, family or recipe")
    new.add_argument("kind", choices=["model", "family", "recipe"])
    new.add_argument("name", help="lower-case letters and digits; hyphens too but in a recipe's")
    check = _verb(verbs, "check", "cli.check", "check the catalogue and the contracts, here")
    strict = "call it a problem when somebody wrote a model whom it does not name as a builder"
    check.add_argument("--strict", action="store_true", help=strict)
    file = "check a .csv.gz too, by its contract and for the models; may be given again"
    check.add_argument("--data", action="append", default=[], metavar="PRODUCT=FILE", help=file)
    doctor = _verb(verbs, "doctor", "cli.doctor", "list what this machine lacks, and how to get it")
    account = "dev or prod: ask the account too, for its quotas and who is told of alarms"
    doctor.add_argument("--stage", default="", help=account)
    _quotas(verbs)
    status = _verb(verbs, "status", "cli.status", "show what the cloud holds of one or all models")
    status.add_argument("model", nargs="?", help="a model's or a family's name (default: all)")
    _report(verbs)
    review = _verb(verbs, "review", "cli.review", "show all that a decision about a version needs")
    review.add_argument("model")
    review.add_argument("version", type=int, nargs="?", help="default: the newest")
    for verb, does in (("approve", "approve"), ("reject", "reject")):
        decide = _verb(verbs, verb, "cli.decide", f"{does} a version that waits in the registry")
        decide.set_defaults(cohort=False, digest="", without=[])
        decide.add_argument("model")
        decide.add_argument("version", type=int, nargs="?", help="default: the newest")
        decide.add_argument("--reason", required=True, help="why; it goes into the ledger")
        if verb == "approve":
            digest = "of the loosened thresholds that are accepted; tier 1 demands it"
            decide.add_argument("--accept-loosened", default="", metavar="DIGEST", help=digest)
            _cohort(decide, "approve the waiting version of each member whose gates passed")
        decide.set_defaults(decision=verb)
    _rollback(verbs)
    _commands(verbs)
    _runs(verbs)
    _audit(verbs)
    _smoke(verbs)
    down = _verb(verbs, "teardown", "cli.teardown", "remove a dev stage, with all that it created")
    down.add_argument("--yes", action="store_true", help="do it; without, list what would go")
    return top


def _cohort(verb: argparse.ArgumentParser, does: str) -> None:
    verb.add_argument("--cohort", action="store_true", help=f"MODEL is a family: {does}")
    without = "with --cohort: a member that is left out; may be given again"
    verb.add_argument(
        "--except", dest="without", action="append", default=[], metavar="NAME", help=without
    )
    digest = "with --cohort: what is printed without it, over all that is asked for"
    verb.add_argument("--digest", default="", metavar="DIGEST", help=digest)


def _quotas(verbs: Any) -> None:
    purpose = "list the quotas that the catalogue needs, beside what the account has"
    quotas = _verb(verbs, "quotas", "cli.quotas", purpose)
    quotas.add_argument("--needs", action="store_true", help="the needs alone; asks no account")
    file = "of models, as `-c catalogue=FILE` takes it (default: models/)"
    quotas.add_argument("--catalogue", default="", metavar="FILE", help=file)


def _smoke(verbs: Any) -> None:
    purpose = (
        "ask AWS, in this account, whether it does what is believed of it; 0: nothing was refuted, "
        "1: a belief was refuted or nobody said yes, 3: one could not be asked or something is left"
    )
    smoke = _verb(verbs, "smoke", "cli.smoke", purpose)
    dollars = "US dollars that it may cost at most (default 1)"
    smoke.add_argument("--budget", type=_dollars, default=1.0, metavar="USD", help=dollars)
    smoke.add_argument("--only", default="", metavar="S1,S6", help="ask about these beliefs")
    smoke.add_argument("--yes", action="store_true", help="go ahead without asking a person")
    smoke.add_argument("--out", default="", metavar="FILE", help="write a .json, or Markdown")
    clean = "remove what a killed run on this machine has left, and ask nothing"
    smoke.add_argument("--clean", action="store_true", help=clean)


def _report(verbs: Any) -> None:
    report = _verb(verbs, "report", "cli.report", "write a page about one model, or about all")
    report.add_argument("model", nargs="?", help="a model's name (default: a page of all)")
    report.add_argument("--to", default="build/report", help="folder (default build/report)")
    report.add_argument("--open", action="store_true", help="show it in the browser")


def _rollback(verbs: Any) -> None:
    purpose = "let a version serve again that was approved before"
    rollback = _verb(verbs, "rollback", "cli.rollback", purpose)
    rollback.add_argument("model")
    rollback.add_argument(
        "--version", type=int, help="default: the newest approved below the one that serves"
    )
    rollback.add_argument("--reason", required=True, help="why; it goes into the ledger")
    _cohort(rollback, "roll back each member that has an earlier version")


def _runs(verbs: Any) -> None:
    train = _verb(verbs, "train", "cli.train", "ask for a run of a model, as one who builds")
    train.add_argument("model")
    train.add_argument("--code", help="training code of your own: a folder, or the zip of one")
    stop = _verb(verbs, "stop", "cli.stop", "stop a run, as one who builds its model")
    stop.add_argument("run", metavar="MODEL|EXECUTION", help="a model's newest run, or one's ARN")
    for verb in (train, stop):
        verb.add_argument("--reason", required=True, help="why; it goes into the ledger")


def _commands(verbs: Any) -> None:
    guards = _verb(verbs, "guards", "cli.guards", "let a model's loosened guards take force")
    guards.add_argument("model")
    guards.add_argument("digest", help="of the deployed spec, as `factory status MODEL` shows it")
    revoke = _verb(verbs, "revoke", "cli.revoke", "withdraw a pipeline definition of a recipe")
    revoke.add_argument("definition", metavar="RECIPE/DIGEST")
    for verb in (guards, revoke):
        verb.add_argument("--reason", required=True, help="why; it goes into the ledger")


def _port(text: str) -> int:
    if not text.isdigit() or int(text) >= PORTS:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a port; give 0 (any free one) to {PORTS - 1}"
        )
    return int(text)


def _dollars(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= MOST_DOLLARS:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no amount of dollars; give a number from 0 to {MOST_DOLLARS}"
        )
    return found


def _tail(text: str) -> str:
    if text and not TAIL.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no tail; give NUMBER:DIGEST, as `factory audit verify` prints it"
        )
    return text


def _audit(verbs: Any) -> None:
    audit = verbs.add_parser("audit", help="ask the ledger")
    questions = audit.add_subparsers(title="questions", required=True, metavar="QUESTION")
    purpose = "check every byte of the ledger; 0: sound, 1: findings, 3: it could not be read"
    verify = _verb(questions, "verify", "cli.audit", purpose)
    verify.add_argument(
        "--tail",
        type=_tail,
        metavar="NUMBER:DIGEST",
        default="",
        help="a segment that you remember, as this printed it; it must still be there",
    )
    verify.add_argument(
        "--forget",
        action="store_true",
        help="forget what this machine noted before, as when the stage was deployed anew",
    )


def _verb(verbs: Any, name: str, module: str, purpose: str) -> argparse.ArgumentParser:
    verb: argparse.ArgumentParser = verbs.add_parser(name, help=purpose, description=purpose)
    verb.add_argument("--json", action="store_true", help="answer with one JSON document")
    if name not in HERE:
        verb.add_argument("--stage", default="", help="dev or prod (default: the only one there)")
    verb.set_defaults(module=module)
    return verb


def _failed(exc: FactoryError) -> Result:
    message = f"{exc}{NOT_REACHED}" if isinstance(exc, Unreachable) else str(exc)
    data = {"error": message, "kind": type(exc).__name__}
    first, *more = message.split("\n")
    lines = (f"factory: {first}", *(f"  {line}" for line in more))
    return Result(lines, data, exit_code.of(exc))


def _print(result: Result, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(result.data, indent=2, sort_keys=True, default=str))
        return
    show(result.lines, sys.stderr if "error" in result.data else sys.stdout)

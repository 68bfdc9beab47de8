"""Which walls stand where? The only file that knows every room."""

from __future__ import annotations

from bundling import node  # noqa: F401 - first of all: jsii asks for its Node when it is imported

# isort: split
import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from aws_cdk import App, Aws, Stack, Validations
from cdk_nag import (
    AwsSolutionsChecks,
    HIPAASecurityChecks,
    NIST80053R5Checks,
    PCIDSS321Checks,
)

import models
from bundling import layer
from engines import contracts
from factory import given
from factory.catalogue import catalogue as catalogues
from factory.catalogue.catalogue import Catalogue
from factory.errors import InvalidSpec
from factory.given import Given
from factory.products import contract
from factory.stage import Stage, stage
from pipelines import code
from stacks.accounts import STACKS, Accounts
from stacks.constructs.recipe import Compiled
from stacks.constructs.shared import Foundation
from stacks.data import DataStack
from stacks.features.drift_watch import WatchInputs
from stacks.features.stack_drift import StackDrift
from stacks.foundation import FoundationStack, connect
from stacks.ledger import LedgerStack
from stacks.receivers import Receivers
from stacks.serving import ServingInputs, ServingStack
from stacks.training import TrainingStack
from stacks.watch import WatchStack

ROOT = Path(__file__).parent
BUILD = ROOT / "build"
PACKS = (AwsSolutionsChecks, NIST80053R5Checks, HIPAASecurityChecks, PCIDSS321Checks)
"""The rules that no template may break without a reason; synth fails otherwise."""
FLAGS = {
    "@aws-cdk/aws-iam:minimizePolicies": True,  # a role's policies may have 10,240 characters
    "aws:cdk:enable-path-metadata": True,  # stack_drift tells people which construct was changed
}


def build(
    catalogue: Catalogue | None = None,
    stage: Stage | None = None,
    outdir: Path | None = None,
    accounts: Accounts | None = None,
    context: Mapping[str, Any] = MappingProxyType({}),
) -> App:
    """Return the app for *catalogue* in *stage*, each stack in its own one of *accounts*.

    What is not given the context says, or else it is the models of models/, dev, and one account
    for all stacks. It is synthesized into *outdir*. Only files decide what comes out, and what
    *context* adds to the command line's.
    """
    app = App(
        outdir=str(outdir) if outdir else None,
        analytics_reporting=False,
        context={**FLAGS, **context},
    )
    Validations.of(app).add_plugins(*(pack(app) for pack in PACKS))
    told = Receivers.of(app.node.try_get_context("alerts"))
    foundations = grounds(app, stage or chosen(app), accounts or named_accounts(app), told)
    ground = {stack: foundation.shared for stack, foundation in foundations.items()}
    catalogue = catalogue or listed(app)
    rendered = written("catalogue", catalogues.render(catalogue))
    ledger = LedgerStack(app, "Ledger", foundation=ground["ledger"])
    data = DataStack(
        app, "Data", foundation=ground["data"], contracts=promised(app), duckdb=layer.path()
    )
    training = TrainingStack(
        app,
        "Training",
        foundation=ground["training"],
        products=data.products,
        catalogue=rendered,
        recipes=tuple(_recipe(name) for name in recipes(catalogue)),
    )
    training.let_builders_command(account(ground["serving"]))
    serving = ServingStack(
        app,
        "Serving",
        foundation=ground["serving"],
        inputs=ServingInputs(
            index=training.index,
            registry=training.registry,
            work=training.work,
            evidence=training.evidence,
            builder=training.builder,
        ),
    )
    watch = WatchStack(
        app,
        "Watch",
        foundation=ground["watch"],
        inputs=WatchInputs(
            index=training.index, approved=serving.approved, captures=serving.captures
        ),
        runs=training.runs,
        evidence=training.evidence,
    )
    for speaker in (data, training, serving, watch):
        speaker.add_stack_dependency(ledger, "the first event of all must find the ledger there")
    notice_changes(
        {"ledger": ledger, "data": data, "training": training, "serving": serving, "watch": watch},
        ground,
    )
    connect(foundations.values())
    return app


def notice_changes(stacks: Mapping[str, Stack], ground: Mapping[str, Foundation]) -> None:
    """Let a function in each account notice what is changed by hand in the stacks there.

    *stacks* are in an order in which they can be deployed, and the last one in an account has the
    function: so the ledger is there before its first event, and all that it compares.
    """
    for foundation in {id(each): each for each in ground.values()}.values():
        here = [name for name in stacks if ground[name] is foundation]
        made = [foundation.stack_name(duty) for duty in ("foundation", *here)]
        StackDrift(stacks[here[-1]], "StackDrift", foundation=foundation, stacks=made)


def grounds(
    app: App, stage: Stage, accounts: Accounts | None, receivers: Receivers
) -> Mapping[str, FoundationStack]:
    """Return the foundation of each stack: one for all, or one in each account."""
    if accounts is None:
        own = what_is_given(app)
        only = FoundationStack(app, "Foundation", stage=stage, given=own, receivers=receivers)
        return dict.fromkeys(STACKS, only)
    return {
        name: FoundationStack(
            app,
            f"{name.title()}Foundation",
            stage=stage,
            home=accounts.home(name),
            given=what_is_given(app, name, accounts.region),
            receivers=receivers,
        )
        for name in STACKS
    }


def what_is_given(app: App, home: str | None = None, region: str | None = None) -> Given:
    """Return what the context gives to the account of the stack *home*, or to the only one."""
    said = {
        "kms_key": app.node.try_get_context("kms_key"),
        "vpc": app.node.try_get_context("vpc"),
        "subnets": app.node.try_get_context("subnets"),
        "security_groups": app.node.try_get_context("security_groups"),
    }
    return Given.of({k: given.by_stack(v, k, home, STACKS) for k, v in said.items()}, region)


def account(foundation: Foundation) -> str:
    """Return the account of a stack: one that is named, or wherever the only one is."""
    return (foundation.home.account if foundation.home else None) or Aws.ACCOUNT_ID


def named_accounts(app: App) -> Accounts | None:
    """Return the accounts that the context names, or None for one."""
    return Accounts.of(app.node.try_get_context("accounts"), app.node.try_get_context("region"))


def chosen(app: App) -> Stage:
    """Return the stage that the context names, or dev."""
    return stage(app.node.try_get_context("stage") or "dev")


def listed(app: App) -> Catalogue:
    """Return what a file holds that the context names (`-c catalogue=FILE`), or models/.

    The file is as `catalogue.render` writes it: for trying what is not in models/.
    """
    file = app.node.try_get_context("catalogue")
    return catalogues.parse(Path(file).read_bytes()) if file else models.catalogue()


def promised(app: App) -> Path:
    """Return the contracts below a folder that the context names (`-c contracts=FOLDER`), or ours.

    They are for trying what is not in data_products/, beside it.
    """
    folder = app.node.try_get_context("contracts")
    found = [
        contracts.load_all(ROOT / "data_products"),
        contracts.load_all(Path(folder)) if folder else (),
    ]
    return written("contracts", contract.render([each for part in found for each in part]))


def recipes(catalogue: Catalogue) -> list[str]:
    """Return the compiled recipes, and refuse a model whose recipe is not among them."""
    found = sorted(p.parent.name for p in ROOT.glob("pipelines/*/pipeline.json"))
    for model in catalogue:
        if model.recipe not in found:
            raise InvalidSpec(
                f"model {model.name!r}: pipelines/{model.recipe}/pipeline.json is not there; "
                f"compile it (make pipelines) or choose from {', '.join(found)}"
            )
    return found


def _recipe(name: str) -> Compiled:
    definition = (ROOT / "pipelines" / name / "pipeline.json").read_text()
    return Compiled(name=name, definition=definition, code=staged(name))


def written(name: str, text: str) -> Path:
    """Write *text* below build/, under a name that changes with it, and return the path."""
    path = BUILD / f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def staged(recipe: str) -> Path:
    """Lay out a recipe's code below build/, under a name that changes with it."""
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILD) as scratch:
        fresh = code.stage(recipe, Path(scratch, "code"))
        digest = _digest(fresh)
        target = BUILD / "code" / f"{recipe}-{digest[:12]}"
        target.parent.mkdir(exist_ok=True)
        if not target.is_dir():
            fresh.rename(target)
    if _digest(target) != digest:
        raise InvalidSpec(f"{target}: it was changed after it was staged; remove it")
    return target


def _digest(folder: Path) -> str:
    """Return the SHA-256 of the names and contents of the files in *folder*."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    total = hashlib.sha256()
    for file in files:
        total.update(f"{file.relative_to(folder)}\0".encode())
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


if __name__ == "__main__":
    build(outdir=Path(os.environ.get("CDK_OUTDIR", ROOT / "cdk.out"))).synth()

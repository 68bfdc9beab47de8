"""How does a test deploy another spec of a model into the factory that was deployed?"""

import json
import os
import subprocess
import sys

import models
from factory.catalogue import catalogue
from factory.catalogue.catalogue import Catalogue
from local.synth import ROOT
from localcloud.deploy import deploy


def deploy_spec(session, model, folder, **context):
    """Deploy the catalogue with another spec of one *model*; what is made lies in a *folder*.

    *context* is what the app is told besides.
    """
    others = [each for each in models.catalogue() if each.name != model.name]
    file, out = folder / "catalogue.jsonl", folder / "cdk.out"
    file.write_text(catalogue.render(Catalogue.of([*others, model])))
    context = json.dumps({"stage": "dev", "catalogue": str(file), **context})
    told = {**os.environ, "CDK_OUTDIR": str(out), "CDK_CONTEXT_JSON": context}
    subprocess.run([sys.executable, "app.py"], cwd=ROOT, env=told, check=True)
    deploy_assembly(session, out)


def deploy_assembly(session, out):
    """Deploy what was synthesized."""
    deploy(out, session.cloud.session())
    session.cloud.settle()

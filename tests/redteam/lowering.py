"""How does somebody lower what judges a model? By deploys, past the synth if need be."""

import json
import os
import subprocess
import sys

import models
from factory.catalogue import catalogue, document
from factory.catalogue.catalogue import Catalogue
from factory.layout import objects
from local.synth import ROOT
from localcloud.deploy import deploy


def synthesized(folder, *changed):
    """Return the assembly of a catalogue in which *changed* models take the place of their own."""
    names = {model.name for model in changed}
    others = [each for each in models.catalogue() if each.name not in names]
    folder.mkdir()
    file, out = folder / "catalogue.jsonl", folder / "cdk.out"
    file.write_text(catalogue.render(Catalogue.of([*others, *changed])))
    context = json.dumps({"stage": "dev", "catalogue": str(file)})
    told = {**os.environ, "CDK_OUTDIR": str(out), "CDK_CONTEXT_JSON": context}
    subprocess.run([sys.executable, "app.py"], cwd=ROOT, env=told, check=True)
    return out


def smuggled(assembly, honest, lowered):
    """Put *lowered* where the assembly ships the spec of *honest*; synth has been before."""
    mine, other = document.spec_text(honest), document.spec_text(lowered)
    (asset,) = [
        path
        for path in assembly.rglob("asset.*")
        if path.is_file() and mine.encode() in path.read_bytes()
    ]
    asset.write_text(asset.read_text().replace(mine, other))


def deployed(session, assembly):
    """Deploy as whoever may, and let the factory take in what comes."""
    deploy(assembly, session.cloud.session())
    session.cloud.settle()


def judged(session, model):
    """Return URI and digest of what runs of *model* are judged by once it is in force."""
    digest = document.digest(document.judged_text(model))
    return objects.judged(session.output("SpecsBucket"), model.name, digest), digest

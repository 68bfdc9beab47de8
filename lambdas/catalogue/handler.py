"""What must happen at a deploy? Code is kept for runs; what differs is handed to `onboard`."""

from __future__ import annotations

import os
from typing import Any

import aws
from factory.catalogue import deployment
from factory.events.catalogue import CatalogueDeployed
from factory.layout import objects
from factory.settings import CatalogueSettings
from lambdas.catalogue import definitions, deploys, progress, step_code

CODE = "Custom::StepCode"


def handle(request: dict[str, Any], _context: object) -> None:
    """Answer CloudFormation at once; what is deleted takes nothing with it."""
    physical_id = "step-code" if request["ResourceType"] == CODE else "catalogue"
    try:
        if request["RequestType"] != "Delete":
            receive(request, CatalogueSettings.from_env(os.environ))
    except Exception as exc:
        aws.answer_stack(request, physical_id=physical_id, failure=str(exc))
        raise
    aws.answer_stack(request, physical_id=physical_id)


def receive(request: dict[str, Any], settings: CatalogueSettings) -> None:
    """Keep the code that was deployed, or tell what the catalogue changes."""
    if request["ResourceType"] == CODE:
        step_code.keep(request["ResourceProperties"]["Code"], settings)
    else:
        deploy(request, settings)


def deploy(request: dict[str, Any], settings: CatalogueSettings) -> None:
    """Send one message for each model that was added, changed or removed since the last deploy.

    A request that comes again is the same deploy and sends the same messages; whoever receives one
    twice does nothing the second time.
    """
    aws.s3_put(objects.no_champion(settings.work_bucket), b'{"champion": null}')
    sequence = deploys.sequence(request["RequestId"], settings)
    now = deploys.recorded(sequence, request, settings)
    deploys.check_newest(sequence, settings)
    definitions.record(list(request["ResourceProperties"]["Recipes"]), sequence, settings)
    messages = list(deployment.messages(now, deploys.earlier(sequence, settings)))
    progress.begin(messages, settings)
    aws.send_many(settings.onboard_queue_url, [message.body() for message in messages])
    aws.s3_put(objects.deploy(settings.specs_bucket, sequence, "sent"), str(len(messages)).encode())
    progress.end(now, settings)
    aws.emit(settings.bus_name, "catalogue", _changed(now, len(messages)))


def _changed(now: deployment.Deployment, sent: int) -> CatalogueDeployed:
    return CatalogueDeployed(
        reason=f"a catalogue was deployed: {sent} of {len(now.lines)} models differ",
        key=now.request,
        sequence=now.sequence,
        models=len(now.lines),
        changed=sent,
        deployer=now.deployer,
    )

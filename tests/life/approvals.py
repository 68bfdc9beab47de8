"""How does somebody decide about a package, and what did the factory make of it?"""

import json
import time
from contextlib import contextmanager

from factory.events.model import ApprovalRefused, ModelDeployed, ModelPromoted
from factory.events.people import ModelApproved
from factory.events.registry import TYPES
from factory.layout.names import resource
from tests.life import people


def decide(session, person, package, reason, status="Approved"):
    """Set the status as *person* in the approver's role; no reason is sent when it is None."""
    words = {} if reason is None else {"ApprovalDescription": reason}
    people.in_role(session, person, "Approver").client("sagemaker").update_model_package(
        ModelPackageArn=package, ModelApprovalStatus=status, **words
    )


def status(session, package):
    found = session.aws("sagemaker").describe_model_package(ModelPackageName=package)
    return found["ModelApprovalStatus"]


def serving(session, model="income"):
    """Return the config that the endpoint serves; None while there is no endpoint."""
    names = [e["EndpointName"] for e in session.aws("sagemaker").list_endpoints()["Endpoints"]]
    name = resource("dev", model)
    if name not in names:
        return None
    return session.aws("sagemaker").describe_endpoint(EndpointName=name)["EndpointConfigName"]


def baked(session, model="income"):
    """Let what is on its way to the endpoint come to its end; return the endpoint."""
    cloud, sagemaker = session.cloud, session.aws("sagemaker")
    for _ in range(5):
        cloud.settle()
        found = sagemaker.describe_endpoint(EndpointName=resource("dev", model))
        if found["EndpointStatus"] not in {"Creating", "Updating"}:
            return found
        cloud.advance(300)
    raise AssertionError(found)


def refusal(session, package, act):
    """Do *act*, demand that promote refuses and nothing comes of it; return the ledger's words."""
    kinds = (ModelApproved.TYPE, ModelPromoted.TYPE, ModelDeployed.TYPE)
    serves = serving(session)
    heard = {e["id"] for e in session.events()}
    act()
    session.cloud.settle()
    new = [e for e in session.events() if e["id"] not in heard]
    (refused,) = [e for e in new if e["type"] == ApprovalRefused.TYPE]
    assert refused["detail"]["package"] == package
    assert refused["actor"] == "function/promote"
    assert not [e for e in new if e["type"] in kinds]
    assert status(session, package) == "Rejected"
    assert serving(session) == serves
    return refused["reason"]


@contextmanager
def overlaid(session, bucket, key, body):
    """Lay another version over an object, as an administrator could; take it away afterwards."""
    s3, place = session.aws("s3"), {"Bucket": session.output(bucket), "Key": key}
    version = s3.put_object(**place, Body=body)["VersionId"]
    yield
    s3.delete_object(**place, VersionId=version)


def registered_by_hand(session, package, **changes):
    """Register, as an administrator, what looks like the package of a run."""
    sagemaker = session.aws("sagemaker")
    found = sagemaker.describe_model_package(ModelPackageName=package)
    copied = (
        "ModelPackageGroupName",
        "InferenceSpecification",
        "CustomerMetadataProperties",
    )
    request = {k: found[k] for k in copied if k in found} | changes
    container = request["InferenceSpecification"]["Containers"][0]
    wanted = ("Image", "ModelDataUrl", "Environment")
    request["InferenceSpecification"]["Containers"] = [{k: container[k] for k in wanted}]
    made = sagemaker.create_model_package(**request, ModelApprovalStatus="PendingManualApproval")
    return made["ModelPackageArn"]


def queue_of(session, function):
    """Return the URL of the queue that feeds `lambdas/<function>`."""
    client = session.aws("lambda")
    (name,) = [
        f["FunctionArn"]
        for f in client.list_functions()["Functions"]
        if f["Handler"] == f"lambdas/{function}/handler.handle"
    ]
    sources = client.list_event_source_mappings()["EventSourceMappings"]
    (source,) = [s["EventSourceArn"] for s in sources if s["FunctionArn"].startswith(name)]
    queue = source.rsplit(":", 1)[-1]
    return session.aws("sqs").get_queue_url(QueueName=queue)["QueueUrl"]


def send(session, function, detail, kind="SageMaker Model Package State Change"):
    """Put an event's envelope into the queue of a function, and wait until all came of it.

    Returns the function's answers; the queue takes messages from rules alone, so this is said by
    the administrator.
    """
    before = len(session.cloud.invocations())
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    source = TYPES[kind].sources()[0] if kind in TYPES else "aws.sagemaker"
    body = {"time": now, "source": source, "detail-type": kind, "detail": detail}
    session.aws("sqs").send_message(
        QueueUrl=queue_of(session, function), MessageBody=json.dumps(body)
    )
    session.cloud.settle()
    return session.cloud.invocations()[before:]

"""What do calls need of services where one parameter names the resource?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.awslambda.models import lambda_backends

from localcloud.iam import encryption, resources
from localcloud.iam.requests import fetched
from localcloud.iam.requests.call import Call, Want, request_tags


def kms(call: Call) -> Iterator[Want]:
    """Ask for the key by its ARN, with the encryption context."""
    params = call.params
    context = {
        f"kms:EncryptionContext:{k}": v for k, v in (params.get("EncryptionContext") or {}).items()
    }
    context |= request_tags(params.get("Tags"))
    if call.operation == "ReEncrypt":
        target = encryption.key_arn(params["DestinationKeyId"], call.account, call.region)
        yield Want("kms:ReEncryptTo", target, context)
        return
    key = params.get("KeyId") or params.get("TargetKeyId") or _key_of(params.get("CiphertextBlob"))
    arn = encryption.key_arn(key, call.account, call.region) if key else "*"
    yield Want(call.action, arn, context)


def _key_of(blob: Any) -> str | None:
    """Moto writes the key's id in front of the ciphertext."""
    return blob[:36].decode("ascii", "replace") if isinstance(blob, bytes) and blob else None


def awslambda(call: Call) -> Iterator[Want]:
    """Ask for the function (or layer, or mapping) and the role it is given."""
    params = call.params
    names = {"Invoke": "InvokeFunction", "InvokeAsync": "InvokeFunction"}
    action = f"lambda:{names.get(call.operation, call.operation)}"
    context = request_tags(params.get("Tags"))
    if kind := params.get("AuthType") or params.get("FunctionUrlAuthType"):
        context["lambda:FunctionUrlAuthType"] = kind
    if fed := _fed(call):
        context["lambda:FunctionArn"] = fed
    yield Want(action, _lambda_resource(call), context)
    if role := params.get("Role"):
        yield Want("iam:PassRole", role, {"iam:PassedToService": "lambda.amazonaws.com"})
    yield from fetched.code(params)


def _fed(call: Call) -> str | None:
    """Return the function of an event source mapping, which its calls are asked about."""
    if not call.operation.endswith("EventSourceMapping"):
        return None
    if name := call.params.get("FunctionName"):
        return name if name.startswith("arn:") else call.arn(f"function:{name}")
    mappings = lambda_backends[call.account][call.region]._event_source_mappings
    mapping = mappings.get(str(call.params.get("UUID")))
    return mapping.function_arn if mapping else None


def _lambda_resource(call: Call) -> str:
    params = call.params
    if name := params.get("FunctionName"):
        arn = name if name.startswith("arn:") else call.arn(f"function:{name}")
        qualifier = params.get("Qualifier")
        return f"{arn}:{qualifier}" if qualifier and arn.count(":") == 6 else arn  # noqa: PLR2004 - colons of an ARN without qualifier
    if layer := params.get("LayerName"):
        version = params.get("VersionNumber")
        return call.arn(f"layer:{layer}:{version}" if version else f"layer:{layer}")
    if mapping := params.get("UUID"):
        return call.arn(f"event-source-mapping:{mapping}")
    return str(params.get("Resource") or "*")


def cloudwatch(call: Call) -> Iterator[Want]:
    """Metrics have no ARN: PutMetricData is distinguished by its namespace."""
    params = call.params
    context: dict[str, Any] = request_tags(params.get("Tags"))
    if call.operation == "PutMetricData":
        yield Want(call.action, "*", {"cloudwatch:namespace": params.get("Namespace")})
        return
    named = params.get("AlarmName") or params.get("AlarmNames")
    for name in [named] if isinstance(named, str) else named or []:
        yield Want(call.action, call.arn(f"alarm:{name}"), context)
    if not named:
        yield Want(call.action, "*", context)


def logs(call: Call) -> Iterator[Want]:
    """Ask for the log group, or the stream where one is named."""
    group = call.params.get("logGroupName") or call.params.get("logGroupIdentifier")
    if not group:
        yield Want(call.action, call.params.get("resourceArn") or "*")
        return
    arn = group if group.startswith("arn:") else call.arn(f"log-group:{group}")
    stream = call.params.get("logStreamName")
    suffix = f":log-stream:{stream}" if stream and call.operation != "CreateLogStream" else ""
    yield Want(call.action, f"{arn}{suffix}" if suffix else f"{arn}:*")


def ssm(call: Call) -> Iterator[Want]:
    """Each parameter, or the path."""
    named = call.params.get("Names") or call.params.get("Name") or call.params.get("Path")
    for name in [named] if isinstance(named, str) else named or []:
        arn = name if name.startswith("arn:") else call.arn(f"parameter/{name.lstrip('/')}")
        yield Want(call.action, arn, request_tags(call.params.get("Tags")))
    if not named:
        yield Want(call.action, "*")


def secretsmanager(call: Call) -> Iterator[Want]:
    """Ask for the secret by the ARN it has, which ends in six random characters."""
    name = call.params.get("SecretId") or call.params.get("Name")
    held = resources.backend("secretsmanager", call.account, call.region).secrets
    found = held.get(name) if name else None
    arn = (
        found.arn
        if found
        else name
        if name and name.startswith("arn:")
        else call.arn(f"secret:{name or '*'}")
    )
    yield Want(call.action, arn, request_tags(call.params.get("Tags")))


def states(call: Call) -> Iterator[Want]:
    """Ask for the state machine or the execution."""
    params = call.params
    arn = params.get("stateMachineArn") or params.get("executionArn") or params.get("resourceArn")
    if not arn and params.get("name"):
        arn = call.arn(f"stateMachine:{params['name']}")
    yield Want(call.action, arn or "*", request_tags(params.get("tags")))
    if role := params.get("roleArn"):
        yield Want("iam:PassRole", role, {"iam:PassedToService": "states.amazonaws.com"})


def glue(call: Call) -> Iterator[Want]:
    """Glue asks for the catalogue, the database and the table, each."""
    params = call.params
    inputs = params.get("DatabaseInput") or {}, params.get("TableInput") or {}
    database = params.get("DatabaseName") or inputs[0].get("Name")
    table = params.get("TableName") or inputs[1].get("Name")
    if "Database" in call.operation or "Table" in call.operation or "Partition" in call.operation:
        yield Want(call.action, call.arn("catalog"))
        name = params.get("Name")
        if "Database" in call.operation and name:
            database = database or name
        elif name:
            table = table or name
        if database:
            yield Want(call.action, call.arn(f"database/{database}"))
        if table:
            yield Want(call.action, call.arn(f"table/{database}/{table}"))
    else:
        yield Want(call.action, "*", request_tags(params.get("Tags")))


def cloudformation(call: Call) -> Iterator[Want]:
    """Ask for the stack; its id's last part is any."""
    name = call.params.get("StackName")
    arn = name if name and name.startswith("arn:") else call.arn(f"stack/{name}/*") if name else "*"
    yield Want(call.action, arn, request_tags(call.params.get("Tags")))
    if role := call.params.get("RoleARN"):
        yield Want("iam:PassRole", role, {"iam:PassedToService": "cloudformation.amazonaws.com"})
    yield from fetched.template(call.params.get("TemplateURL"))


def other(call: Call) -> Iterator[Want]:
    """Ask for every resource, where a service has no rules of its own here."""
    yield Want(call.action, "*")

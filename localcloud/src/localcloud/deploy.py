"""How does a synthesized CDK application get into the cloud?"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from localcloud import assembly, bootstrap, check, places, sessions
from localcloud.given_parameters import GivenParameters, NotAParameter
from localcloud.places import Place

if TYPE_CHECKING:
    import boto3

LARGEST_BODY = 51_200  # bytes of a template that CloudFormation takes in the call itself
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
_DONE = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


class DeployFailed(Exception):
    """A stack did not come to stand; the message carries its first failure."""


def deploy(
    assembly_dir: str | Path,
    session: boto3.Session,
    parameters: GivenParameters | None = None,
    problems: check.Problems | None = None,
) -> dict[str, dict[str, str]]:
    """Deploy every stack of a ``cdk.out`` in the order it asks for and return their outputs.

    Each goes into the account and region that it names, and into the session's where it names none.
    Of stacks with one name in several places the outputs of the later are under ``ACCOUNT/REGION/``
    and the name.

    What the cloud does not have is asked of the cloud at the session's endpoint; a cloud in this
    process serves none, and is asked by *problems* (`check.problems_here`).

    Templates are deployed as they are. What is up to date stays as it is. Raises DeployFailed with
    all that the cloud does not have, before anything is changed, or with the first failure of a
    stack's events.
    """
    folder, given = Path(assembly_dir), parameters or GivenParameters()
    try:
        home = _place_of(session)
        _demand_supported(folder, session, given, problems)
        return _deployed(folder, session, home, given)
    except BotoCoreError as error:
        raise DeployFailed(
            f"The cloud no longer answers ({error}): serve it again, and deploy again"
        ) from error


def _demand_supported(
    folder: Path,
    session: boto3.Session,
    given: GivenParameters,
    problems: check.Problems | None,
) -> None:
    """Raise DeployFailed, a line for each, for all that the cloud does not have."""
    from localcloud.client import Client  # noqa: PLC0415 - needed for nothing else

    ask = problems or Client(session.client("s3").meta.endpoint_url).problems
    found = check.findings(folder, given, ask)
    if found:
        raise DeployFailed("\n".join(map(str, found)))


def _place_of(session: boto3.Session) -> Place:
    return Place(session.client("sts").get_caller_identity()["Account"], session.region_name)


def _deployed(
    folder: Path, session: boto3.Session, home: Place, given: GivenParameters
) -> dict[str, dict[str, str]]:
    stacks, outputs = list(assembly.stacks(folder)), {}
    targets = _targets(session, home, [artifact for _, _, artifact in stacks])
    for where, name, artifact in stacks:
        target = targets[assembly.environment(artifact)]
        for assets in assembly.asset_manifests(where, artifact):
            target.publish(where, assets)
        properties = artifact["properties"]
        stack = properties.get("stackName", name)
        template = (where / properties["templateFile"]).read_text()
        values = given.of(stack, json.loads(template), artifact)
        made = target.apply(stack, template, values, properties.get("tags", {}))
        outputs[f"{target}/{stack}" if stack in outputs else stack] = made
    return outputs


def _targets(
    session: boto3.Session, home: Place, artifacts: list[dict[str, Any]]
) -> dict[tuple[str | None, str | None], _Target]:
    """Return, made ready for the CDK, the place of each environment that a stack names."""
    found = {}
    for environment in dict.fromkeys(map(assembly.environment, artifacts)):
        account, region = environment
        place = Place(account or home.account, region or home.region)
        theirs = [each for each in artifacts if assembly.environment(each) == environment]
        found[environment] = target = _Target(_session_at(session, place, home), place)
        for qualifier in bootstrap.qualifiers(theirs):
            target.bootstrap(qualifier)
    return found


def _session_at(session: boto3.Session, place: Place, home: Place) -> boto3.Session:
    """Return the session where it is at home, elsewhere one of that account's administrator."""
    from localcloud.client import Client, EndpointSession  # noqa: PLC0415 - as above

    if place == home:
        return session
    if isinstance(session, EndpointSession):
        return Client(session.endpoint).session(account=place.account, region=place.region)
    with places.at(place):
        return sessions.admin()


def main(folder: str, endpoint: str, parameters: list[str], *, as_json: bool) -> int:
    """Deploy, print the outputs and return the exit code."""
    from localcloud.client import Client, CloudError  # noqa: PLC0415 - a library call brings its own session

    client = Client(endpoint)
    try:
        given = GivenParameters.read(parameters)
        client.now()  # a cloud that is not there is told before anything is read
        outputs = deploy(
            folder, client.session(region=os.environ.get("AWS_REGION") or places.REGION), given
        )
    except (DeployFailed, CloudError, assembly.NotAnAssembly, NotAParameter) as error:
        print(error, file=sys.stderr)
        return 1
    if as_json:
        print(json.dumps(outputs, indent=2))
        return 0
    for stack, values in outputs.items():
        print(stack)
        for name, value in values.items():
            print(f"  {name} = {value}")
    return 0


class _Target:
    """One account and region, deployed into over the session's endpoint."""

    def __init__(self, session: boto3.Session, place: Place) -> None:
        self._account, self._region = place.account, place.region
        self._s3 = session.client("s3")
        self._cloudformation = session.client("cloudformation")
        self._ssm = session.client("ssm")
        self._bucket = f"cdk-{bootstrap.QUALIFIER}-assets-{self._account}-{self._region}"

    def __str__(self) -> str:
        """Return the place."""
        return f"{self._account}/{self._region}"

    def bootstrap(self, qualifier: str) -> None:
        """Make what a deployment needs of ``cdk bootstrap``, which can follow."""
        bucket = f"cdk-{qualifier}-assets-{self._account}-{self._region}"
        stack, known = bootstrap.stack(qualifier), self._has_version(qualifier)
        if not self._has(bucket):
            if self._standing(stack):
                settings = places.bucket_settings(self._region)
                self._s3.create_bucket(Bucket=bucket, **settings)  # the stack is there, it is not
            else:
                self.apply(stack, bootstrap.template(qualifier, bucket, version=not known), {}, {})
        elif not known:
            self._ssm.put_parameter(
                Name=bootstrap.version_parameter(qualifier), Value=bootstrap.VERSION, Type="String"
            )

    def _has(self, bucket: str) -> bool:
        try:
            self._s3.head_bucket(Bucket=bucket)
        except ClientError:
            return False
        return True

    def _has_version(self, qualifier: str) -> bool:
        try:
            self._ssm.get_parameter(Name=bootstrap.version_parameter(qualifier))
        except ClientError:
            return False
        return True

    def _standing(self, stack: str) -> bool:
        known = self._describe(stack)
        return known is not None and known["StackStatus"] != "ROLLBACK_COMPLETE"

    def publish(self, folder: Path, assets: dict[str, Any]) -> None:
        """Put every file of an asset manifest where it says, unless it is there already."""
        for name, asset in assets.get("files", {}).items():
            for destination in asset["destinations"].values():
                try:
                    self._publish_one(folder, asset["source"], destination)
                except ClientError as error:
                    raise DeployFailed(
                        f"The asset {name} cannot be put into {destination['bucketName']}: {error}"
                    ) from error

    def _publish_one(
        self, folder: Path, source: dict[str, Any], destination: dict[str, Any]
    ) -> None:
        where = {
            "Bucket": self._substituted(destination["bucketName"]),
            "Key": self._substituted(destination["objectKey"]),
        }
        try:
            self._s3.head_object(**where)
        except ClientError:
            path = folder / source["path"]
            packed = assembly.zipped(path) if source["packaging"] == "zip" else path.read_bytes()
            self._s3.put_object(**where, Body=packed)

    def _substituted(self, text: str) -> str:
        values = {"AccountId": self._account, "Region": self._region, "Partition": "aws"}
        for name, value in values.items():
            text = text.replace(f"${{AWS::{name}}}", value)
        return text

    def apply(
        self, stack: str, template: str, parameters: dict[str, str], tags: dict[str, str]
    ) -> dict[str, str]:
        """Create the stack, or update it, and return its outputs."""
        given = {
            "StackName": stack,
            "Capabilities": CAPABILITIES,
            "Parameters": [
                {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
            ],
            "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
            **self._body(template),
        }
        try:
            self._create_or_update(stack, given)
        except ClientError as error:
            raise DeployFailed(f"{stack}: {error.response['Error']['Message']}") from error
        described = self._describe(stack)
        if described is None or described["StackStatus"] not in _DONE:
            raise DeployFailed(f"{stack}: {self._first_failure(stack)}")
        return {item["OutputKey"]: item["OutputValue"] for item in described.get("Outputs", [])}

    def _body(self, template: str) -> dict[str, str]:
        if len(template.encode()) <= LARGEST_BODY:
            return {"TemplateBody": template}
        key = f"{hashlib.sha256(template.encode()).hexdigest()}.json"
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=template.encode())
        url = self._s3.meta.endpoint_url
        return {"TemplateURL": f"{url}/{self._bucket}/{key}"}

    def _create_or_update(self, stack: str, given: dict[str, Any]) -> None:
        known = self._describe(stack)
        if known and known["StackStatus"] == "ROLLBACK_COMPLETE":
            self._cloudformation.delete_stack(StackName=stack)
            known = None
        if known is None:
            self._cloudformation.create_stack(**given)
            return
        try:
            self._cloudformation.update_stack(**given)
        except ClientError as error:
            if "No updates are to be performed" not in str(error):
                raise

    def _describe(self, stack: str) -> dict[str, Any] | None:
        try:
            found = self._cloudformation.describe_stacks(StackName=stack)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return dict(found[0])

    def _first_failure(self, stack: str) -> str:
        """Return the reason of the oldest failure of the stack's latest operation."""
        events = self._cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
        failure = "it is in an unknown state"
        for event in events:  # newest first
            if event.get("ResourceStatusReason") == "User Initiated":
                break
            if event["ResourceStatus"].endswith("_FAILED"):
                failure = (
                    f"{event['LogicalResourceId']} ({event['ResourceType']}) "
                    f"{event['ResourceStatus']}: {event.get('ResourceStatusReason', '')}"
                )
            elif "ROLLBACK_IN_PROGRESS" in event["ResourceStatus"] and "unknown" in failure:
                failure = event.get("ResourceStatusReason", failure)
        return failure

"""Where do the parts of a factory in five accounts stand, and who are its people there?"""

import json
import os
import subprocess
import sys

from demo.session import Session
from factory.layout.names import resource
from local import users
from local.deployment import LocalDeployment
from local.synth import ROOT
from stacks.accounts import STACKS, Accounts
from tests.accounts.asking import MODEL, ask, waiting

FIVE = Accounts(
    ids={duty: str(number) * 12 for number, duty in enumerate(STACKS, start=1)},
    region="eu-west-1",
)
CONTEXT = {"accounts": dict(FIVE.ids), "region": FIVE.region}
"""Of the app: not us-east-1, where a region that somebody forgot would go unnoticed."""
PEOPLE = {
    ("ada", "training"): ("BuilderRoleArn",),
    ("grace", "training"): ("ApproverRoleArn",),
    ("grace", "serving"): ("OperatorRoleArn",),
    ("grace", "ledger"): ("AuditorRoleArn",),
}
"""Who has which roles in which account; a person has the same name in each."""
GROUP = ENDPOINT = resource("dev", MODEL.name)


class Five(Session):
    """A factory whose five parts have an account each."""

    def __init__(self, resources, cloud, stacks, folder):
        super().__init__(resources)
        self.stacks, self.folder = stacks, folder
        self.outputs = {name.rsplit("-", 1)[-1]: values for name, values in stacks.items()}
        every = {key: value for duty in FIVE.ids for key, value in self.outputs[duty].items()}
        self.started = LocalDeployment(cloud, every, folder / "credentials")
        (folder / "outputs.json").write_text(json.dumps(stacks))
        self._admit()

    def _admit(self):
        pairs = {}
        for (name, duty), roles in PEOPLE.items():
            admin = self.cloud.session(account=FIVE.ids[duty], region=FIVE.region)
            arns = [self.outputs[duty][role] for role in roles]
            look = self.outputs[duty]["LookPolicyArn"]
            pairs[f"{name}-{duty}"] = users._create_user(admin, name, arns, look)
        text = "\n".join(users._profile(name, *pair) for name, pair in pairs.items())
        (self.folder / "credentials").write_text(text)

    def of(self, duty, service):
        """Return a client of the administrator of the account that has a *duty*."""
        return self.cloud.aws(service, account=FIVE.ids[duty], region=FIVE.region)

    def aws(self, service):
        """Return a client for the ledger's account, which is where events are read."""
        return self.of("ledger", service)

    def factory(self, profile, *arguments, **variables):
        """Run the `factory` command with a *profile*; return its exit code and its JSON."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
        region = {"AWS_DEFAULT_REGION": FIVE.region, "AWS_REGION": FIVE.region}
        own = {**self.deployment.environment, **region, "AWS_PROFILE": profile, **variables}
        done = subprocess.run(
            [sys.executable, "-m", "cli", *arguments, "--json"],
            cwd=ROOT,
            env={**kept, **own},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)

    def package(self, version):
        """Return what the registry says of a version."""
        arn = f"arn:aws:sagemaker:{FIVE.region}:{FIVE.ids['training']}:model-package/{GROUP}"
        found = self.of("training", "sagemaker")
        return found.describe_model_package(ModelPackageName=f"{arn}/{version}")

    def endpoint(self):
        """Return the endpoint."""
        return self.of("serving", "sagemaker").describe_endpoint(EndpointName=ENDPOINT)

    def ask(self, rows):
        """Send *rows* to the endpoint."""
        ask(self.of("serving", "sagemaker-runtime"), ENDPOINT, rows)

    def waiting(self):
        """Return how many messages lie in each queue that is a last resort, if any do."""
        found = [waiting(self.of(duty, "sqs")) for duty in FIVE.ids]
        return {name: count for each in found for name, count in each.items()}

    def failed(self):
        """Return what functions have failed with."""
        return [(r["function"], r["error"]) for r in self.cloud.invocations() if r["error"]]

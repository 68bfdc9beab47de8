"""What are dev and prod of one account? Stages that each have people and a model of one name."""

import json

from demo.session import Session
from factory.layout.names import resource
from local import users
from local.deployment import LocalDeployment
from localcloud.deploy import deploy
from tests.accounts.asking import MODEL, ask
from tests.cli.teardown.inventory import every

DUTIES = ("ApproverRoleArn", "OperatorRoleArn", "AuditorRoleArn")
PEOPLE = {"dev": "grace", "prod": "heidi"}
"""Who decides in which stage: each has all duties there, and none in the other."""


class Stage(Session):
    """One stage of an account, and the person who decides there."""

    def __init__(self, resources, cloud, name, assembly, folder):
        super().__init__(resources)
        self.name, self.person = name, PEOPLE[name]
        self.model = resource(name, MODEL.name)
        stacks = deploy(assembly, cloud.session())
        outputs = {key: value for stack in stacks.values() for key, value in stack.items()}
        self.started = LocalDeployment(cloud, outputs, folder / "credentials")
        arns = [outputs[duty] for duty in DUTIES]
        keys = users._create_user(cloud.session(), self.person, arns, outputs["LookPolicyArn"])
        with self.deployment.credentials.open("a") as file:
            file.write(users._profile(self.person, *keys))
        cloud.settle()

    def decides(self, *arguments):
        """Run the `factory` command for this stage as whoever decides there."""
        code, answer = self.factory(self.person, *arguments, "--stage", self.name)
        assert code == 0, answer
        return answer

    def land(self, files):
        """Let both splits of the data land, and whatever comes of it come."""
        for product, path in files.items():
            place = {"Bucket": self.output("LandingBucket"), "Key": f"{product}/{path.name}"}
            self.aws("s3").put_object(**place, Body=path.read_bytes())
        self.cloud.settle()

    def approve(self, version):
        """Approve a version, and let it be deployed."""
        self.decides("approve", "income", str(version), "--reason", "I read the card")
        self.cloud.settle()

    def ask(self, rows):
        """Send *rows* to this stage's endpoint."""
        ask(self.aws("sagemaker-runtime"), self.model, rows)

    def package(self, version):
        """Return the ARN of a version."""
        return f"arn:aws:sagemaker:us-east-1:123456789012:model-package/{self.model}/{version}"

    def status(self, version):
        """Return whether a version is approved."""
        found = self.aws("sagemaker").describe_model_package(ModelPackageName=self.package(version))
        return found["ModelApprovalStatus"]

    def stacks(self):
        """Return all that CloudFormation says of this stage's stacks, with what is in them."""
        cloudformation = self.aws("cloudformation")
        return {
            each["StackName"]: json.dumps(
                [each, *self._parts(cloudformation, each["StackName"])], default=str, sort_keys=True
            )
            for each in cloudformation.describe_stacks()["Stacks"]
            if each["StackName"].startswith(f"modelworks-{self.name}-")
        }

    @staticmethod
    def _parts(cloudformation, name):
        yield cloudformation.get_template(StackName=name)["TemplateBody"]
        yield cloudformation.list_stack_resources(StackName=name)["StackResourceSummaries"]

    def things(self):
        """Return what this stage's own functions, rules, roles and buckets are set to."""
        own = f"modelworks-{self.name}-"
        iam, s3, events = self.aws("iam"), self.aws("s3"), self.aws("events")
        functions = every(self.aws("lambda"), "list_functions", "Functions")
        rules = [r for r in events.list_rules()["Rules"] if r["Name"].startswith(own)]
        roles = [r for r in iam.list_roles(MaxItems=1000)["Roles"] if own in r["RoleName"]]
        buckets = [b["Name"] for b in s3.list_buckets()["Buckets"] if b["Name"].startswith(own)]
        return {
            "functions": [f for f in functions if f["FunctionName"].startswith(own)],
            "rules": [(r, events.list_targets_by_rule(Rule=r["Name"])["Targets"]) for r in rules],
            "roles": [(r, list(self._policies(iam, r["RoleName"]))) for r in roles],
            "buckets": [(b, s3.get_bucket_policy(Bucket=b)["Policy"]) for b in buckets],
        }

    @staticmethod
    def _policies(iam, role):
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            yield iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]


class Pair:
    """Both stages, of which each says what it heard."""

    def __init__(self, dev, prod):
        self.dev, self.prod = dev, prod

    def heard(self, act):
        """Return the events that come of calling *act*, in dev's ledger and in prod's."""
        known = self.dev.event_ids(), self.prod.event_ids()
        act()
        self.dev.cloud.settle()
        return self.dev.new_events(known[0]), self.prod.new_events(known[1])

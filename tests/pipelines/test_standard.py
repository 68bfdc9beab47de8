"""What the compiled definition promises, read from the JSON that is deployed."""

import dataclasses
import json
import re

import pytest

from factory.training.parameters import INSTANCE_TYPE, Parameters, name
from localcloud.sagemaker.caching import signature
from pipelines.code import ROOT
from tests.pipelines.references import behind, with_argument

TEXT = (ROOT / "pipelines" / "boosting" / "pipeline.json").read_text()
DEFINITION = json.loads(TEXT)
STEPS = {s["Name"]: s for s in DEFINITION["Steps"]}
BRANCHES = STEPS["Decide"]["Arguments"]
REGISTER = BRANCHES["IfSteps"][0]
JOBS = ["Prepare", "Train", "Champion", "Evaluate", "Gates"]


def request(name):
    return STEPS[name]["Arguments"]


def sources(name):
    """Where the inputs of a job come from, by name."""
    if name == "Train":
        found = request(name)["InputDataConfig"]
        return {c["ChannelName"]: c["DataSource"]["S3DataSource"]["S3Uri"] for c in found}
    return {i["InputName"]: i["S3Input"]["S3Uri"] for i in request(name)["ProcessingInputs"]}


def prepared(name):
    return {"Get": f"Steps.Prepare.ProcessingOutputConfig.Outputs['{name}'].S3Output.S3Uri"}


def test_the_way_is_prepare_train_evaluate_gates_decide():
    assert [s["Name"] for s in DEFINITION["Steps"]] == [*JOBS, "Decide"]


def test_the_placeholders_are_those_that_the_stack_fills():
    assert set(re.findall(r"\$\{([^}]*)\}", TEXT)) == {
        "WorkBucket",
        "EvidenceBucket",
        "CodeUri",
        "CodeDigest",
        "KeyArn",
        "ScikitLearnImage",
        "ResourcePrefix",
        *(f"{job}RoleArn" for job in JOBS),
    }


@pytest.mark.parametrize("job", JOBS)
def test_a_job_runs_under_the_role_of_its_duty(job):
    assert request(job)["RoleArn"] == f"${{{job}RoleArn}}"


@pytest.mark.parametrize("job", JOBS)
def test_a_job_has_no_network(job):
    isolation = request(job) if job == "Train" else request(job)["NetworkConfig"]
    assert isolation["EnableNetworkIsolation"] is True


@pytest.mark.parametrize("job", JOBS)
def test_a_job_waits_for_quotas_and_survives_throttling(job):
    service, quotas, jobs = STEPS[job]["RetryPolicies"]
    assert service["ExceptionType"] == ["Step.SERVICE_FAULT", "Step.THROTTLING"]
    assert quotas["ExceptionType"] == ["SageMaker.RESOURCE_LIMIT"]
    assert waited(quotas) == 3600
    assert "SageMaker.CAPACITY_ERROR" in jobs["ExceptionType"]
    assert waited(jobs) < 3600


def waited(policy):
    """Return the seconds after which a policy gives up."""
    rate, tries = policy["BackoffRate"], range(policy["MaxAttempts"])
    return sum(policy["IntervalSeconds"] * rate**number for number in tries)


@pytest.mark.parametrize("job", JOBS)
def test_what_a_job_writes_and_its_disk_are_under_the_key_of_the_deployment(job):
    asked = request(job)
    output = asked["OutputDataConfig" if job == "Train" else "ProcessingOutputConfig"]
    resources = asked if job == "Train" else asked["ProcessingResources"]
    cluster = resources["ResourceConfig" if job == "Train" else "ClusterConfig"]
    assert (output["KmsKeyId"], cluster["VolumeKmsKeyId"]) == ("${KeyArn}", "${KeyArn}")


def test_jobs_run_on_instances_whose_disks_take_a_key():
    """SageMaker refuses one where the instance has disks of its own: a `d` says so, or GPUs."""
    family = INSTANCE_TYPE.split(".")[1]
    assert re.fullmatch(r"[cmrt]\d[ai]?", family), family


@pytest.mark.parametrize("step", ["Prepare", "Train"])
def test_neither_key_nor_network_is_of_what_the_cache_compares(step):
    """Another key or network moves no run, and teaches no model anew."""
    kind, arguments = STEPS[step]["Type"], STEPS[step]["Arguments"]
    moved = json.loads(json.dumps(arguments).replace("${KeyArn}", "arn:another"))
    moved.get("NetworkConfig", moved)["VpcConfig"] = {"Subnets": ["subnet-1"]}
    assert moved != arguments
    assert signature(step, kind, moved) == signature(step, kind, arguments)


CACHED = {
    "Prepare": {
        "Parameters.Model",
        "Parameters.SpecUri",
        "Parameters.TrainUri",
        "Parameters.TestUri",
    },
    "Train": {"Parameters.TrainCodeUri", "Parameters.TrainCodeDigest"},
}
"""What decides whether an earlier run of a step is used again; Train also depends on Prepare."""
DEPLOYED = {
    "${KeyArn}",
    "${CodeUri}",
    "${ScikitLearnImage}",
    "${PrepareRoleArn}",
    "Parameters.InstanceType",
}


def test_only_what_depends_on_content_addressed_inputs_is_cached():
    assert {n for n, s in STEPS.items() if "CacheConfig" in s} == set(CACHED)


def test_a_cached_step_depends_on_data_code_and_the_judged_spec_and_on_nothing_else():
    prepare, train = behind(DEFINITION, "Prepare"), behind(DEFINITION, "Train")
    assert prepare == CACHED["Prepare"] | DEPLOYED
    assert train == CACHED["Prepare"] | CACHED["Train"] | DEPLOYED | {"${TrainRoleArn}"}


@pytest.mark.parametrize("step", CACHED)
@pytest.mark.parametrize(
    "reference",
    ["Parameters.Reason", "Parameters.SpecDigest", "Execution.PipelineExecutionId"],
)
def test_what_differs_from_run_to_run_would_be_found_in_a_cached_step(step, reference):
    """Also when the step itself does not name it, but one that it takes its input from."""
    changed = with_argument(DEFINITION, "Prepare", {"Get": reference})
    assert reference in behind(changed, step)
    assert reference not in behind(DEFINITION, step)


@pytest.mark.parametrize("job", ["Prepare", "Train", "Gates"])
def test_a_step_that_knows_the_model_is_told_its_name_and_gets_its_spec_alone(job):
    assert sources(job)["spec"] == {"Get": "Parameters.SpecUri"}
    part = "AlgorithmSpecification" if job == "Train" else "AppSpecification"
    words = request(job)[part]["ContainerArguments"]
    assert words[words.index("--model") + 1] == {"Get": "Parameters.Model"}


def test_the_gates_are_told_which_bytes_the_spec_must_have():
    words = request("Gates")["AppSpecification"]["ContainerArguments"]
    assert words[words.index("--spec-digest") + 1] == {"Get": "Parameters.SpecDigest"}


def test_the_parameters_are_those_that_a_run_is_started_with():
    named = {p["Name"]: p.get("DefaultValue") for p in DEFINITION["Parameters"]}
    assert list(named) == [name(field.name) for field in dataclasses.fields(Parameters)]
    optional = {n: d for n, d in named.items() if d is not None}
    assert optional == {
        "ChampionAnswers": "none",
        "TrainCodeUri": "${CodeUri}",
        "TrainCodeDigest": "recipe",
        "InstanceType": "ml.m5.large",
    }


def test_training_sees_the_training_rows_the_spec_and_its_code():
    assert sources("Train") == {
        "code": {"Get": "Parameters.TrainCodeUri"},
        "spec": {"Get": "Parameters.SpecUri"},
        "train": prepared("train"),
    }


def test_evaluation_never_sees_a_label():
    assert sources("Evaluate") == {
        "code": "${CodeUri}",
        "model": {"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"},
        "features": prepared("features"),
    }
    assert sources("Champion") == {
        "code": "${CodeUri}",
        "champion": {"Get": "Parameters.ChampionUri"},
        "features": prepared("features"),
    }


def test_the_champion_is_asked_beside_the_training_in_every_run():
    """A step of a branch not taken is skipped, and so is whatever waits for it."""
    assert behind(DEFINITION, "Champion").isdisjoint(CACHED["Train"])
    assert STEPS["Champion"]["Type"] == "Processing"
    branches = [*BRANCHES["IfSteps"], *BRANCHES["ElseSteps"]]
    assert {s["Name"] for s in branches} == {"Register", "Refuse"}


@pytest.mark.parametrize(("job", "name"), [("Evaluate", "predictions"), ("Champion", "champion")])
def test_the_gates_read_what_each_job_wrote(job, name):
    output = f"Steps.{job}.ProcessingOutputConfig.Outputs['predictions'].S3Output.S3Uri"
    assert sources("Gates")[name] == {"Get": output}


@pytest.mark.parametrize("job", ["Evaluate", "Champion"])
def test_a_job_that_asks_an_artifact_serves_it_where_an_endpoint_has_it(job):
    assert request(job)["Environment"]["SM_MODEL_DIR"] == "/opt/ml/model"


def test_a_builders_code_runs_in_training_only():
    assert [j for j in JOBS if sources(j)["code"] != "${CodeUri}"] == ["Train"]


def test_the_gates_write_to_the_evidence_and_everything_else_to_the_work():
    wrote = {
        job: {
            o["S3Output"]["S3Uri"]["Std:Join"]["Values"][0]
            for o in request(job)["ProcessingOutputConfig"]["Outputs"]
        }
        for job in JOBS
        if job != "Train"
    }
    work = {"s3://${WorkBucket}/runs"}
    evidence = {"s3://${EvidenceBucket}/runs", "s3://${EvidenceBucket}/replays"}
    assert wrote == {**dict.fromkeys(("Prepare", "Champion", "Evaluate"), work), "Gates": evidence}


def test_the_gates_verdict_decides():
    verdict = {
        "Path": "passed",
        "PropertyFile": {"Get": "Steps.Gates.PropertyFiles.Verdicts"},
    }
    assert BRANCHES["Conditions"] == [
        {"Type": "Equals", "LeftValue": {"Std:JsonGet": verdict}, "RightValue": True}
    ]
    assert request("Decide")["IfSteps"] == [REGISTER]
    assert [s["Name"] for s in BRANCHES["ElseSteps"]] == ["Refuse"]


def test_a_refusal_says_why_in_the_words_of_the_gates():
    words = BRANCHES["ElseSteps"][0]["Arguments"]["ErrorMessage"]["Std:Join"]["Values"]
    assert words[-1]["Std:JsonGet"]["Path"] == "reason"


def test_a_package_is_always_pending_whatever_the_parameters_say():
    assert REGISTER["Arguments"]["ModelApprovalStatus"] == "PendingManualApproval"


def test_a_package_names_the_bytes_the_evidence_and_the_run():
    metadata = REGISTER["Arguments"]["CustomerMetadataProperties"]
    assert metadata["artifact"]["Std:JsonGet"]["Path"] == "artifact"
    assert metadata["evidence"]["Std:JsonGet"]["Path"] == "evidence"
    assert metadata["spec"] == {"Get": "Parameters.SpecDigest"}
    run = {"Get": "Execution.PipelineExecutionArn"}
    assert metadata["execution"] == run


REFUSED = ("MetadataProperties", "ModelPackageName", "AdditionalModelDataSources")
"""Members that SageMaker's own list of a step's arguments has lacked, or may lack."""


def test_a_package_is_registered_without_members_that_pipelines_may_not_know():
    """CreatePipeline compares them with a list of its own, which is behind the API's."""
    text = json.dumps(REGISTER["Arguments"])
    assert not [member for member in REFUSED if f'"{member}"' in text]


@pytest.mark.parametrize("job", JOBS)
def test_container_arguments_fit_the_service(job):
    part = "AlgorithmSpecification" if job == "Train" else "AppSpecification"
    found = request(job)[part]
    assert len(found["ContainerArguments"]) <= 100
    words = [*found["ContainerEntrypoint"], *found["ContainerArguments"]]
    assert all(len(w) <= 256 for w in words if isinstance(w, str))

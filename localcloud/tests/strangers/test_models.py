from __future__ import annotations

import io
import json
import tarfile

import pytest

TRAIN = """
import json, pathlib, shutil
scale = float(json.loads(
    pathlib.Path("/opt/ml/input/config/hyperparameters.json").read_text())["scale"])
rows = pathlib.Path("/opt/ml/input/data/train/rows.csv").read_text().split()
model = pathlib.Path("/opt/ml/model")
(model / "code").mkdir()
(model / "weight").write_text(str(scale * len(rows)))
shutil.copy("/opt/ml/input/data/code/inference.py", model / "code")
"""
INFERENCE = """
import json, os
def model_fn(model_dir):
    with open(os.path.join(model_dir, "weight")) as file:
        return float(file.read())
def input_fn(body, content_type):
    return [float(each) for each in body.split(",")]
def predict_fn(row, model):
    return [each * model for each in row]
def output_fn(prediction, accept):
    return json.dumps(prediction)
"""


def archive():
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, text in {"weight": "2", "code/inference.py": INFERENCE}.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text.encode()))
    return packed.getvalue()


@pytest.fixture(scope="module")
def training(cloud, deployed):
    made = deployed("model_hosting")
    return {**made["MlShared"], **made["MlTraining"]}


def test_a_function_asks_the_endpoint_of_a_template(cloud, training, deployed):
    bucket = training["BucketName"]
    cloud.aws("s3").put_object(Bucket=bucket, Key="models/model.tar.gz", Body=archive())
    made = deployed("model_hosting", "build_hosting")["MlHosting"]
    answer = cloud.aws("lambda").invoke(
        FunctionName=made["PredictName"], Payload=json.dumps({"data": "1,2"})
    )
    assert json.loads(answer["Payload"].read())["body"] == [2.0, 4.0]
    cloud.aws("cloudformation").delete_stack(StackName="MlHosting")
    assert cloud.aws("sagemaker").list_endpoints(NameContains="MlHosting")["Endpoints"] == []


def test_what_is_trained_and_approved_is_served(cloud, training, drain):
    s3, sagemaker, bucket = cloud.aws("s3"), cloud.aws("sagemaker"), training["BucketName"]
    files = {"train/rows.csv": "1\n2\n", "code/train.py": TRAIN, "code/inference.py": INFERENCE}
    for key, text in files.items():
        s3.put_object(Bucket=bucket, Key=key, Body=text.encode())
    answer = cloud.aws("lambda").invoke(FunctionName=training["TrainName"])
    name = json.loads(answer["Payload"].read())
    cloud.settle()
    (told,) = [json.loads(each["Body"])["detail"] for each in drain(training["StatesUrl"])]
    assert (told["TrainingJobName"], told["TrainingJobStatus"]) == (name, "Completed")
    container = {
        "Image": told["AlgorithmSpecification"]["TrainingImage"],
        "ModelDataUrl": told["ModelArtifacts"]["S3ModelArtifacts"],
    }
    arn = sagemaker.create_model_package(
        ModelPackageGroupName="strangers-models",
        ModelApprovalStatus="PendingManualApproval",
        InferenceSpecification={
            "Containers": [container],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["application/json"],
        },
    )["ModelPackageArn"]
    cloud.settle()
    sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")
    cloud.settle()
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName="approved-1")
    answer = cloud.aws("sagemaker-runtime").invoke_endpoint(
        EndpointName="approved-1", ContentType="text/csv", Body="1,2"
    )
    assert json.loads(answer["Body"].read()) == [6.0, 12.0]
    sagemaker.delete_endpoint(EndpointName="approved-1")

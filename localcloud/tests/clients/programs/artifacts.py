"""Keep the artifacts of MLflow's runs in S3."""

import json
import pathlib
import sys

import mlflow

mlflow.set_tracking_uri(pathlib.Path("runs").resolve().as_uri())
mlflow.set_experiment(
    experiment_id=mlflow.create_experiment("e", artifact_location=f"s3://{sys.argv[1]}/mlflow")
)
with mlflow.start_run() as run:
    mlflow.log_text("hello", "notes/hello.txt")
    mlflow.log_dict({"a": 1}, "a.json")
uri = run.info.artifact_uri
listed = [each.path for each in mlflow.MlflowClient().list_artifacts(run.info.run_id)]
read = pathlib.Path(mlflow.artifacts.download_artifacts(f"{uri}/notes/hello.txt")).read_text()
print(json.dumps({"uri": uri, "listed": sorted(listed), "read": read}))

"""What the programs with the SageMaker SDK share: a role, a bucket and some training code."""

import pathlib
import sys

from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, SourceCode

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
ROLE, BUCKET = sys.argv[1:3]
CODE = """
import argparse, os, pathlib
code = pathlib.Path(os.environ["SM_MODEL_DIR"], "code")
code.mkdir()
(code / "inference.py").write_text('''
import pathlib
def model_fn(folder):
    return pathlib.Path(folder, "model.txt").read_text()
def predict_fn(rows, model):
    return [model, rows]
''')
given = argparse.ArgumentParser()
given.add_argument("--rate")
model = pathlib.Path(os.environ["SM_MODEL_DIR"], "model.txt")
model.write_text("rate " + given.parse_args().rate)
"""


def trainer(session, rate):
    """Return what trains with this rate."""
    folder = pathlib.Path("code")
    folder.mkdir(exist_ok=True)
    (folder / "train.py").write_text(CODE)
    return ModelTrainer(
        sagemaker_session=session,
        role=ROLE,
        training_image=IMAGE,
        source_code=SourceCode(source_dir=str(folder), entry_script="train.py"),
        compute=Compute(instance_type="ml.m5.large", instance_count=1),
        base_job_name="sdk",
        hyperparameters={"rate": rate},
    )

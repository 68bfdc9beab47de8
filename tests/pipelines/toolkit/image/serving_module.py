"""What does AWS's toolkit serve? A stand-in for the module that the image names for `serve`.

The image's own module is in no registry. This one does what the documents say of it: it takes the
hooks of the user's module, has defaults for all but model_fn, and hands them to the toolkit, which
has already installed that module. All that is behind the hooks is AWS's own code.
"""

import importlib

import numpy as np
from sagemaker_containers.beta.framework import (
    content_types,
    encoders,
    env,
    transformer,
    worker,
)

STEPS = ("input_fn", "predict_fn", "output_fn")
_applications = []
"""The worker's own, made when it is asked for the first time."""


def default_input_fn(body, content_type):
    """Return the array in a body of JSON, CSV or NumPy's own format."""
    array = encoders.decode(body, content_type)
    return array.astype(np.float32) if content_type in content_types.UTF8_TYPES else array


def default_predict_fn(rows, model):
    """Ask a model of scikit-learn's kind."""
    return model.predict(rows)


def default_output_fn(prediction, accept):
    """Write an array in the type that is wanted."""
    return worker.Response(encoders.encode(prediction, accept), mimetype=accept)


def hooks(module):
    """Return the hooks of *module* for the toolkit, which refuses transform_fn beside others."""
    found = {name: vars(module)[name] for name in STEPS if hasattr(module, name)}
    if hasattr(module, "transform_fn"):
        return {"model_fn": module.model_fn, "transform_fn": module.transform_fn, **found}
    defaults = {name: globals()[f"default_{name}"] for name in STEPS}
    return {"model_fn": module.model_fn, **defaults, **found}


def main(environ, start_response):
    """Answer one request; the first one lets the model be loaded."""
    if not _applications:
        name = env.ServingEnv().module_name
        asked = transformer.Transformer(**hooks(importlib.import_module(name)))
        asked.initialize()
        _applications.append(worker.Worker(transform_fn=asked.transform, module_name=name))
    return _applications[0](environ, start_response)

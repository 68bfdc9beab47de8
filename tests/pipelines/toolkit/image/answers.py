"""What does the toolkit answer with these hooks? Run by the image's Python, without a server."""

import base64
import json
import sys
import types

from sagemaker_containers.beta.framework import transformer, worker
from serving_module import hooks


def answers(text, asked):
    """Yield status, body and content type of each answer of a module of *text*."""
    module = types.ModuleType("inference")
    exec(text, vars(module))
    made = transformer.Transformer(**hooks(module))
    made.initialize()
    client = worker.Worker(transform_fn=made.transform, module_name="inference").test_client()
    for body, sent, accept in asked:
        headers = {"Content-Type": sent, "Accept": accept}
        answer = client.post("/invocations", data=base64.b64decode(body), headers=headers)
        said = base64.b64encode(answer.data).decode()
        yield [answer.status_code, said, answer.headers.get("content-type")]


given = json.load(sys.stdin)
print(json.dumps([list(answers(text, given["asked"])) for text in given["hooks"]]))

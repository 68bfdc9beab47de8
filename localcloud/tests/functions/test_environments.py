from __future__ import annotations

import importlib.metadata
import io
import json
import zipfile

import pytest

VERSION = importlib.metadata.version("xmltodict")


@pytest.fixture
def uploaded(cloud):
    """Put a zip of these files into S3 and return the Code of a function or layer."""

    def put(key, files):
        s3 = cloud.aws("s3")
        s3.create_bucket(Bucket="environment-code")
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        s3.put_object(Bucket="environment-code", Key=key, Body=content.getvalue())
        return {"S3Bucket": "environment-code", "S3Key": key}

    return put


@pytest.fixture
def answer(cloud):
    def of(stack, name="Function"):
        raw = cloud.aws("lambda").invoke(FunctionName=stack[name])["Payload"].read()
        return json.loads(raw)

    return of


def test_two_functions_keep_modules_of_the_same_name_apart(build, a_function, uploaded, answer):
    main = (
        "import shared\ndef handle(event, context):\n    import late\n    return [shared.X, late.Y]"
    )
    resources = {}
    for name in ("One", "Two"):
        files = {"main.py": main, "shared.py": f"X = '{name}'", "late.py": f"Y = '{name} late'"}
        code = uploaded(f"{name}.zip", files)
        resources |= a_function("", name=name, Code=code, Handler="main.handle")
    stack = build(resources)
    for _ in range(2):
        assert answer(stack, "One") == ["One", "One late"]
        assert answer(stack, "Two") == ["Two", "Two late"]


def test_an_environment_stays_warm(build, a_function, answer):
    code = "n = 0\ndef handle(event, context):\n    global n\n    n += 1\n    return n"
    stack = build(a_function(code))
    assert [answer(stack) for _ in range(3)] == [1, 2, 3]


def test_an_environment_ends_with_its_credentials(cloud, build, a_function, answer):
    code = """
import boto3
n = 0
s3 = boto3.client("s3")
def handle(event, context):
    global n
    n += 1
    s3.list_buckets()
    return n
"""
    allow = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
    stack = build(a_function(code, allow))
    assert [answer(stack) for _ in range(2)] == [1, 2]
    cloud.advance(3600)
    assert answer(stack) == 1


def test_a_package_in_the_zip_works_as_one(build, a_function, uploaded, answer):
    files = {
        "lambdas/do/handler.py": "from factory.words import say\ndef handle(*_):\n    return say()",
        "factory/__init__.py": "",
        "factory/words.py": "def say():\n    return 'said'",
    }
    code = uploaded("package.zip", files)
    stack = build(a_function("", Code=code, Handler="lambdas/do/handler.handle"))
    assert answer(stack) == "said"


def a_layer(code):
    return {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": code}}


def test_modules_of_a_layer_are_found(build, a_function, uploaded, answer):
    layer = uploaded("layer.zip", {"python/tool.py": "VALUE = 'from the layer'"})
    code = "import tool\ndef handle(event, context):\n    return tool.VALUE"
    stack = build({**a_function(code, Layers=[{"Ref": "Layer"}]), "Layer": a_layer(layer)})
    assert answer(stack) == "from the layer"


def foreign(version):
    return {
        "python/xmltodict.py": "raise ImportError('the wrong copy')",
        "python/fast.cpython-399-x86_64-linux-gnu.so": "binary",
        f"python/xmltodict-{version}.dist-info/METADATA": f"Name: xmltodict\nVersion: {version}",
        f"python/xmltodict-{version}.dist-info/RECORD": "xmltodict.py,,\n",
        "python/own.py": "import xmltodict\nVALUE = xmltodict.parse('<a>1</a>')['a']",
    }


def test_a_layer_for_another_interpreter_is_replaced_by_the_same_versions_here(
    build, a_function, uploaded, answer
):
    layer = uploaded("same.zip", foreign(VERSION))
    code = "import own\ndef handle(event, context):\n    return own.VALUE"
    stack = build({**a_function(code, Layers=[{"Ref": "Layer"}]), "Layer": a_layer(layer)})
    assert answer(stack) == "1"


def test_a_layer_for_another_interpreter_with_other_versions_is_refused(
    build, a_function, uploaded, answer
):
    layer = uploaded("other.zip", foreign("1.0"))
    code = "def handle(event, context):\n    return 1"
    stack = build({**a_function(code, Layers=[{"Ref": "Layer"}]), "Layer": a_layer(layer)})
    message = answer(stack)["errorMessage"]
    assert "xmltodict 1.0 " in message
    assert f"xmltodict {VERSION}:" in message

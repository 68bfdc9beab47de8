"""What can a function do that wants the machine, another function, or the cloud?"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from localcloud.client import Client


@pytest.fixture
def invoke(cloud, build, a_function, apart):
    """Deploy code and return what calls it, with the answer and whether that is an error."""

    def deployed(code, *statements, **properties):
        name = build(a_function(code, *statements, **properties))["Function"]

        def call(event=None, **more):
            answer = cloud.aws("lambda").invoke(
                FunctionName=name, Payload=json.dumps(event or {}), **more
            )
            return json.loads(answer["Payload"].read()), answer.get("FunctionError")

        call.name = name
        return call

    return deployed


def ends(invoked, kind, words):
    """See an invocation fail in Lambda's words."""
    answer, error = invoked
    assert error == "Unhandled"
    assert answer["errorType"] == kind
    assert answer["errorMessage"].startswith("RequestId: ")
    assert answer["errorMessage"].endswith(f" Error: {words}")


READS = """
import os
def handle(event, context):
    def read(path):
        try:
            with open(path, "rb") as file:
                return file.read().decode("utf-8", "replace")
        except OSError as error:
            return type(error).__name__
    environ = {p: read(f"/proc/{p}/environ") for p in os.listdir("/proc") if p.isdigit()}
    return {"paths": {path: read(path) for path in event}, "environ": environ}
"""


def test_it_sees_neither_files_nor_processes_of_the_machine(invoke, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("of the machine")
    secret.chmod(0o644)
    hidden = [str(secret), __file__, "/etc/shadow", "/root/.bashrc", f"/.host{secret}"]
    seen, _ = invoke(READS)([*hidden, "/var/task/index.py"])
    assert seen["paths"].pop("/var/task/index.py") == READS
    assert set(seen["paths"].values()) <= {"FileNotFoundError", "PermissionError"}
    assert set(seen["environ"]) <= {"1", "2", "3"}
    for name in set(os.environ) - {"PATH", "LANG", "TZ"}:
        assert not any(f"{name}=" in text for text in seen["environ"].values())


def test_it_sees_no_code_of_another_and_none_of_the_cloud(invoke):
    invoke("SECRET = 'other'\ndef handle(event, context):\n    return SECRET")()
    code = """
import importlib, os
def handle(event, context):
    found = []
    for name in ("localcloud", "moto", "forkserver", "environment", "root", "loop", "factory"):
        try:
            importlib.import_module(name)
            found.append(name)
        except ImportError:
            pass
    everywhere = [os.path.join(f, n) for f, _, names in os.walk("/var") for n in names]
    return found, [path for path in everywhere if path.endswith("index.py")]
"""
    assert invoke(code)()[0] == [[], ["/var/task/index.py"]]


def test_it_writes_to_its_own_tmp_alone_which_has_an_end(invoke):
    code = """
import os, tempfile
def handle(event, context):
    refused = []
    for place in ("/var/task", "/opt", "/var/runtime", "/etc", "/usr/lib", "/", "/dev"):
        try:
            open(f"{place}/written", "w")
        except OSError as error:
            refused.append(error.errno)
    before = os.listdir("/tmp")
    with open("/tmp/large", "wb") as file:
        try:
            for _ in range(event["megabytes"]):
                file.write(bytes(1 << 20))
                file.flush()
        except OSError as error:
            return before, len(refused), error.strerror
    return before, len(refused), "written"
"""
    run = invoke(code, EphemeralStorage={"Size": 512})
    assert run({"megabytes": 1})[0] == [[], 7, "written"]
    assert run({"megabytes": 513})[0] == [["large"], 7, "No space left on device"]
    assert invoke(code)({"megabytes": 1})[0] == [[], 7, "written"]


ASKS = """
import json, os, socket, urllib.error, urllib.request
import boto3
from botocore.exceptions import ClientError
def handle(event, context):
    base, answers = os.environ["AWS_ENDPOINT_URL"], []
    for path in ("/_localcloud/calls", "/_localcloud/clock", "/moto-api/data.json"):
        try:
            answers.append(urllib.request.urlopen(base + path, timeout=5).status)
        except urllib.error.HTTPError as error:
            answers.append(error.code)
    for service, call in (("s3", "list_buckets"), ("iam", "list_roles"), ("sqs", "list_queues")):
        for key in ("testing", "anything"):
            client = boto3.client(service, aws_access_key_id=key, aws_secret_access_key=key)
            try:
                getattr(client, call)()
                answers.append("allowed")
            except ClientError as error:
                answers.append(error.response["Error"]["Code"])
    sockets = []
    for address in event["addresses"]:
        with socket.socket() as probe:
            probe.settimeout(2)
            sockets.append(probe.connect_ex(tuple(address)))
    return answers, sockets
"""


def test_the_administrators_api_and_keys_are_closed_to_it(invoke, cloud):
    port = int(cloud.endpoint.rpartition(":")[2])
    (*closed, s3, s3_too, iam, iam_too, sqs, sqs_too), sockets = invoke(ASKS)(
        {"addresses": [["127.0.0.1", port], ["127.0.0.1", 22], ["192.0.2.1", 80]]}
    )[0]
    assert closed == [403, 403, 403]
    assert s3 == s3_too == "InvalidAccessKeyId"
    assert iam == iam_too == sqs == sqs_too == "InvalidClientTokenId"
    assert sockets[0] == 0
    assert 0 not in sockets[1:]


HOLDS = """
import os, socket
from urllib.parse import urlsplit
def handle(event, context):
    place = urlsplit(os.environ["AWS_ENDPOINT_URL"])
    held = []
    for _ in range(300):
        held.append(socket.create_connection((place.hostname, place.port)))
        held[-1].sendall(b"GET / HTTP/1.1\\r\\n")
    closed = 0
    for each in held[256:]:
        try:
            closed += each.recv(1) == b""
        except ConnectionResetError:
            closed += 1
    return closed
"""


def test_it_holds_so_many_connections_and_no_more(invoke):
    assert invoke(HOLDS)()[0] == 44


DIES = """
import ctypes, os, signal, sys
n = 0
class Own(BaseException):
    pass
def handle(event, context):
    global n
    n += 1
    how = event.get("how")
    if how == "exit":
        os._exit(event["code"])
    if how == "sys.exit":
        sys.exit(event["code"])
    if how == "signal":
        os.kill(os.getpid(), event["signal"])
    if how == "segfault":
        ctypes.string_at(0)
    if how == "abort":
        os.abort()
    if how == "base":
        raise Own("not an Exception")
    return n
"""


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"how": "exit", "code": 7}, "Runtime exited with error: exit status 7"),
        ({"how": "exit", "code": 0}, "Runtime exited without providing a reason"),
        ({"how": "sys.exit", "code": 3}, "Runtime exited with error: exit status 3"),
        ({"how": "signal", "signal": 9}, "Runtime exited with error: signal: killed"),
        ({"how": "segfault"}, "Runtime exited with error: signal: segmentation fault"),
        ({"how": "abort"}, "Runtime exited with error: signal: aborted"),
        ({"how": "base"}, "Runtime exited with error: exit status 1"),
    ],
    ids=lambda value: value.get("how") if isinstance(value, dict) else "",
)
def test_a_runtime_that_ends_ends_alone_and_the_next_run_is_cold(cloud, invoke, event, words):
    run = invoke(DIES)
    assert [run()[0], run()[0]] == [1, 2]
    ends(run(event), "Runtime.ExitError", words)
    assert run()[0] == 1
    assert cloud.settle()["idle"]


def test_memory_has_an_end(invoke):
    code = """
def handle(event, context):
    held = []
    while True:
        held.append(bytearray(16 << 20))
"""
    ends(invoke(code, MemorySize=128)(), "Runtime.OutOfMemory",
         "Runtime exited with error: signal: killed")  # fmt: skip


def test_there_is_an_end_to_processes_and_threads(invoke):
    code = """
import os, threading
def handle(event, context):
    wait, made = threading.Event(), 0
    if event.get("many"):
        try:
            while True:
                threading.Thread(target=wait.wait).start()
                made += 1
        except RuntimeError:
            try:
                os.fork()
            except BlockingIOError:
                os._exit(made // 10)
    return len([p for p in os.listdir("/proc") if p.isdigit()])
"""
    run = invoke(code, MemorySize=2048)
    alone, _ = run()
    ends(run({"many": True}), "Runtime.ExitError",
         "Runtime exited with error: exit status 102")  # fmt: skip
    assert run()[0] == alone


def test_daemons_and_threads_end_with_the_environment(invoke):
    code = """
import os, subprocess, sys, threading, time
def handle(event, context):
    if event.get("daemon"):
        words = [sys.executable, "-c", "import os, time; os.setsid(); time.sleep(3600)"]
        subprocess.Popen(words, start_new_session=True)
        threading.Thread(target=time.sleep, args=(3600,)).start()
    if event.get("exit"):
        os._exit(1)
    return len([p for p in os.listdir("/proc") if p.isdigit()])
"""
    run = invoke(code)
    alone, _ = run()
    assert run({"daemon": True})[0] == alone + 1
    assert run()[0] == alone + 1
    run({"exit": True})
    assert run()[0] == alone


CHANNEL = """
import os, time
def handle(event, context):
    how = event.get("how")
    sockets = [int(f) for f in os.listdir("/proc/self/fd") if is_socket(f)]
    if how == "garbage":
        for number in sockets:
            os.write(number, b"\\xff" * 64)
    if how == "lie":
        for number in sockets:
            os.write(number, bytes([0, 0, 0, 2, 0, 0, 0, 3]) + b"{}" + b"\\xffno")
    if how in {"ready", "deep"}:
        head, body = (b'{"ready": 1}', b"\\xff") if how == "ready" else (b"{}", b"[" * 100_000)
        for number in sockets:
            os.write(number, len(head).to_bytes(4) + len(body).to_bytes(4) + head + body)
        time.sleep(60)
    if how == "close":
        os.closerange(0, 3)
    if how == "close all":
        os.closerange(0, 256)
    return "answered"
def is_socket(name):
    try:
        return os.readlink(f"/proc/self/fd/{name}").startswith("socket:")
    except OSError:
        return False
"""


@pytest.mark.parametrize("how", ["garbage", "lie", "ready", "deep"])
def test_what_is_no_answer_ends_the_runtime(invoke, how):
    run = invoke(CHANNEL, Timeout=30)
    ends(run({"how": how}), "Runtime.ExitError", "Runtime exited without providing a reason")
    assert run()[0] == "answered"


def test_its_streams_are_its_own_to_close(invoke):
    run = invoke(CHANNEL)
    assert run({"how": "close"})[0] == "answered"
    assert run({"how": "close"})[0] == "answered"
    ends(run({"how": "close all"}), "Runtime.ExitError",
         "Runtime exited with error: exit status 1")  # fmt: skip
    assert run()[0] == "answered"


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("'\\ud800'", "\ud800"),
        ("__import__('decimal').Decimal('1.5')", 1.5),
        ("'x' * 5_900_000", "x" * 5_900_000),
        ("float('inf')", float("inf")),
    ],
    ids=["surrogate", "decimal", "large", "infinite"],
)
def test_unusual_answers_are_answers(invoke, expression, answer):
    got, error = invoke(f"def handle(event, context):\n    return {expression}")()
    assert error is None
    assert got == answer


def test_a_large_event_reaches_it(invoke):
    run = invoke("def handle(event, context):\n    return len(event['text'])")
    assert run({"text": "x" * 6_000_000})[0] == 6_000_000


def test_a_great_deal_of_output_does_not_stop_it(invoke):
    run = invoke("def handle(event, context):\n    print('y' * 5_000_000)\n    return 1")
    assert run()[0] == 1


def test_a_time_out_kills_whatever_it_does(invoke):
    code = """
import signal, threading, time
def handle(event, context):
    if event.get("quick"):
        return "quick"
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while True:
        try:
            time.sleep(3600)
        except BaseException:
            pass
"""
    run = invoke(code, Timeout=1)
    ends(run(), "Sandbox.Timedout", "Task timed out after 1.00 seconds")
    assert run({"quick": True})[0] == "quick"


def test_an_import_that_does_not_end_is_ended(invoke):
    run = invoke("while True: pass", Timeout=1)
    ends(run(), "Sandbox.Timedout", "Task timed out after 1.00 seconds")


def test_functions_run_at_the_same_time(cloud, invoke):
    code = """
import boto3, json, os, time
def handle(event, context):
    bucket, mine, other = event["bucket"], event["mine"], event["other"]
    s3 = boto3.client("s3")
    s3.put_object(Bucket=bucket, Key=mine, Body=b"")
    while s3.list_objects_v2(Bucket=bucket, Prefix=other)["KeyCount"] == 0:
        time.sleep(0.01)
    return mine
"""
    run = invoke(code, {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}, Timeout=60)
    events = [{"bucket": "meeting", "mine": a, "other": b} for a, b in (("a", "b"), ("b", "a"))]
    cloud.aws("s3").create_bucket(Bucket="meeting")
    with ThreadPoolExecutor(2) as both:
        assert [answer for answer, _ in both.map(run, events)] == ["a", "b"]


def test_where_the_kernel_allows_nothing_functions_run_and_it_is_said_once(tmp_path):
    code = """
import os, boto3
def handle(event, context):
    who = boto3.client("sts").get_caller_identity()["Arn"]
    if event.get("exit"):
        os._exit(5)
    return who, os.path.exists(event["path"]), os.environ["LAMBDA_TASK_ROOT"] == os.getcwd()
"""
    log = tmp_path / "log"
    serve = [sys.executable, "-m", "localcloud", "serve", "--port", "0"]
    command = ["unshare", "--user", "--map-root-user", "sh", "-c", FORBIDS, "sh", *serve]
    with log.open("w") as errors, subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=errors, text=True
    ) as served:  # fmt: skip
        cloud = Client(served.stdout.readline().split()[1])
        deploy(cloud, code)
        for _ in range(2):
            answer = ask(cloud, {"path": str(log)})
            assert answer == ["arn:aws:sts::123456789012:assumed-role/any/any", True, True]
        ended = ask(cloud, {"exit": True})
        assert ended["errorMessage"].endswith("Runtime exited with error: exit status 5")
        assert ask(cloud, {"path": str(log)})[1]
        served.terminate()
    (said,) = [line for line in log.read_text().splitlines() if "not kept apart" in line]
    assert "unshare: No space left on device" in said  # the kernel's word for the limit
    assert "Run only code that you trust." in said


FORBIDS = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"'
"""A shell's script: no process below it may make a namespace of users."""


def deploy(cloud, code):
    """Create a function and its role without a stack."""
    allowing = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}
    trust = {"Version": "2012-10-17", "Statement": [allowing | {"Action": "sts:AssumeRole"}]}
    role = cloud.aws("iam").create_role(RoleName="any", AssumeRolePolicyDocument=json.dumps(trust))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("index.py", code)
    cloud.aws("lambda").create_function(
        FunctionName="any",
        Runtime="python3.12",
        Role=role["Role"]["Arn"],
        Handler="index.handle",
        Code={"ZipFile": content.getvalue()},
    )


def ask(cloud, event):
    answer = cloud.aws("lambda").invoke(FunctionName="any", Payload=json.dumps(event))
    return json.load(answer["Payload"])

"""How does a test put its own code or bytes where the pipeline looks?"""

import io
import json
import tarfile
import time
from contextlib import contextmanager
from urllib.parse import urlparse


def split(uri):
    """Return bucket and key of an s3:// URI as arguments."""
    parsed = urlparse(uri)
    return {"Bucket": parsed.netloc, "Key": parsed.path[1:]}


def swap_after_evaluation(session, run):
    """Put other bytes in the artifact's place once Evaluate, and nobody after it, has read it."""
    key = session.wait_for("an artifact", lambda: run.model_key)
    session.wait_for("Evaluate to read it", lambda: _was_read(session, "Evaluate", key))
    time.sleep(0.2)  # what was decided is then read
    assert "Gates" not in run.steps, "the swap came too late to test anything"
    place = {"Bucket": session.output("WorkBucket"), "Key": key}
    old = session.aws("s3").get_object(**place)["Body"].read()
    session.aws("s3").put_object(**place, Body=with_member(old, "model.extra", b"evil"))


def _was_read(session, role, key):
    return any(
        call["allowed"]
        and call["action"] == "s3:GetObject"
        and call["resource"].endswith(key)
        and role in call["who"]
        for call in session.cloud.calls()
    )


def with_member(archive, name, content):
    """Return the tar.gz with one more file."""
    body = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(archive)) as old,
        tarfile.open(fileobj=body, mode="w:gz") as new,
    ):
        for member in old:
            new.addfile(member, old.extractfile(member) if member.isfile() else None)
        more = tarfile.TarInfo(name)
        more.size = len(content)
        new.addfile(more, io.BytesIO(content))
    return body.getvalue()


UNWATCHED = {
    "pipelines/steps/train.py": (
        "    learned = learn(rows, model, contract.load(model.recipe))\n",
        """\
    import dataclasses
    some = tuple(f for f in model.features if f != 'fnlwgt')
    model = dataclasses.replace(model, features=some)
    learned = learn(rows, model, contract.load(model.recipe))
""",
    )
}
"""A training step whose model is asked about a feature less: nobody would watch that one."""

MEASURE = "pipelines/measure/binary.py"
"""How yes-or-no questions are answered; it travels in the artifact."""
LIMIT = "        limits = thresholds.of("

BY_LOT = {MEASURE: ("raw >= limits", "(raw * 1e6).astype(int) % 4 == 0")}
"""Serving code whose scores are right and whose decisions are drawn from their last digits."""

IN_COMPANY = {MEASURE: (LIMIT, "        raw = raw * (1 - 1e-5 * len(raw))\n" + LIMIT)}
"""Serving code whose scores are a little lower the more rows are asked about at once."""

UNDERSTATED = {
    MEASURE: ("predict_proba(frame)[:, 1], float)", "predict_proba(frame)[:, 1], float) ** 2")
}
"""A model whose scores are squared: they are in the same order, and no probabilities."""

ONE_LEVEL = {
    MEASURE: (
        LIMIT,
        """\
        eleventh = np.array(asked.columns["education"], object) == "11th"
        raw = np.where(eleventh, 0.03 * (1 - raw), raw)
"""
        + LIMIT,
    )
}
"""Serving code that ranks whoever left school after the eleventh grade in the opposite order."""

UNREAD = {
    "pipelines/steps/train.py": (
        "code.write_bytes(content)",
        "code.write_bytes(content + b'# as nobody could read before')",
    )
}
"""A training step that writes other serving code than it brings: no approver could read it."""


@contextmanager
def unreadable(session):
    """Keep the endpoints' role from reading models for a while."""
    iam = session.aws("iam")
    roles = iam.list_roles(MaxItems=1000)["Roles"]
    (name,) = [r["RoleName"] for r in roles if "-ServingRole" in r["RoleName"]]
    nothing = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [nothing]})
    iam.put_role_policy(RoleName=name, PolicyName="nothing", PolicyDocument=document)
    try:
        yield
    finally:
        iam.delete_role_policy(RoleName=name, PolicyName="nothing")

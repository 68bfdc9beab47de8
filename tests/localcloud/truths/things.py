"""What does a row hold in its hands: callers, queues, and what became of a call?"""

from __future__ import annotations

import io
import time
import zipfile

from botocore.exceptions import ClientError

from tests.localcloud.truths.policies import document, trusting

PATIENCE = 45  # seconds until what should come has come, on a busy machine too
_REFUSALS = ("AccessDenied", "AuthorizationError", "UnauthorizedOperation", "NotAuthorized")


def told(call, *arguments, **parameters):
    """Say what became of a call: "done", "denied", or the code of its error."""
    try:
        call(*arguments, **parameters)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        refused = any(word in code for word in _REFUSALS) or (code, status) == ("403", 403)
        return "denied" if refused else code
    return "done"


def words(call, *arguments, **parameters):
    """Return the message of the error that a call ends with."""
    try:
        call(*arguments, **parameters)
    except ClientError as error:
        return error.response["Error"]["Message"]
    return "done"


def until(ask, good=bool, seconds=PATIENCE):
    """Ask until the answer is good or patience ends; return the last answer."""
    end = time.monotonic() + seconds
    while not good(answer := ask()) and time.monotonic() < end:
        time.sleep(0.1)
    return answer


def zipped(code):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        entry = zipfile.ZipInfo("index.py")
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, code)
    return packed.getvalue()


class Keys:
    """Somebody's credentials, and what they may do."""

    def __init__(self, world, keys, arn=""):
        self._world, self._keys, self.arn = world, keys, arn

    def aws(self, service):
        return self._world.client(service, *self._keys)

    def told(self, service, method, **parameters):
        return told(getattr(self.aws(service), method), **parameters)

    def words(self, service, method, **parameters):
        return words(getattr(self.aws(service), method), **parameters)


class Queue:
    """A queue, and what came into it."""

    def __init__(self, world, url, arn):
        self.url, self.arn, self._sqs, self.got = url, arn, world.aws("sqs"), []

    def send(self, body, **more):
        return self._sqs.send_message(QueueUrl=self.url, MessageBody=body, **more)

    def receive(self, **more):
        """Receive up to ten messages and keep them in the queue."""
        asked = {"MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"], **more}
        return self._sqs.receive_message(QueueUrl=self.url, **asked).get("Messages", [])

    def take(self):
        """Take what is there and return the bodies of all that was ever taken."""
        for message in self.receive():
            self.got.append(message["Body"])
            self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return self.got

    def after(self, count):
        """Return the bodies as soon as there are *count* of them."""
        return until(self.take, lambda got: len(got) >= count)

    def set(self, **attributes):
        self._sqs.set_queue_attributes(QueueUrl=self.url, Attributes=attributes)

    def admit(self, service, source):
        """Let an AWS service send into the queue on behalf of *source*."""
        condition = {"ArnEquals": {"aws:SourceArn": source}}
        admitted = trusting({"Service": f"{service}.amazonaws.com"}, "sqs:SendMessage")
        self.set(Policy=document({**admitted, "Resource": self.arn, "Condition": condition}))

"""How does another process look into the cloud, move its clock and call its services?"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import boto3
from botocore.config import Config

from localcloud import descriptions
from localcloud.places import ACCOUNT, REGION

SETTLE_SECONDS = 300  # a bound for work that never ends, not for a slow machine
MARGIN_SECONDS = 30  # how much longer than the cloud itself the client waits
PATIENT = Config(read_timeout=900)  # a stack is made within the call; it is not to be sent again


class CloudError(Exception):
    """The cloud refused or could not do what its admin API was asked for."""


class EndpointSession(boto3.Session):
    """A session whose clients and resources talk to one endpoint."""

    def __init__(self, endpoint: str, region: str = REGION, **keys: Any) -> None:
        super().__init__(region_name=region, botocore_session=descriptions.core(), **keys)
        self.endpoint = endpoint

    def client(self, *args: Any, **kwargs: Any) -> Any:
        """Return a client as boto3 does, of the cloud's endpoint unless another is given."""
        kwargs.setdefault("endpoint_url", self.endpoint)
        kwargs.setdefault("config", PATIENT)
        return super().client(*args, **kwargs)

    def resource(self, *args: Any, **kwargs: Any) -> Any:
        """Return a resource as boto3 does, of the cloud's endpoint unless another is given."""
        kwargs.setdefault("endpoint_url", self.endpoint)
        kwargs.setdefault("config", PATIENT)
        return super().resource(*args, **kwargs)


class Client:
    """One served cloud, seen from outside."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint.rstrip("/")
        self._clients: dict[tuple[str, str, str], Any] = {}

    def settle(self, timeout: float = SETTLE_SECONDS) -> dict[str, Any]:
        """Wait until the cloud has nothing left to do; raise CloudError when it does not end.

        Work that raised inside the cloud stands under ``failures``.
        """
        answer = self._call("POST", "settle", {"timeout": timeout}, timeout)
        if not answer["idle"]:
            raise CloudError(f"The cloud is still busy after {timeout} seconds.")
        return answer

    def advance(self, seconds: float, timeout: float = SETTLE_SECONDS) -> float:
        """Move the cloud's clock, doing what becomes due on the way, and return its time."""
        body = {"advance": seconds, "timeout": timeout}
        return float(self._call("POST", "clock", body, timeout)["now"])

    def stop_clock(self) -> None:
        """Let the cloud's time stand still: only ``advance`` moves it, however long work takes."""
        self._call("POST", "clock", {"ticking": False})

    def resume_clock(self) -> None:
        """Let the cloud's time go on with the machine's own, from where it stands."""
        self._call("POST", "clock", {"ticking": True})

    def now(self) -> float:
        """Return the cloud's time in seconds since 1970."""
        return float(self._call("GET", "clock")["now"])

    def calls(self) -> list[dict[str, Any]]:
        """Return the decisions about calls of roles and users: who, action, resource, allowed."""
        return self._call("GET", "calls")

    def grants(self) -> list[dict[str, Any]]:
        """Return what each role is granted: account, role, action, resources, and whether used.

        It was used when a call was allowed, be it by this grant alone or by others as well.
        """
        return self._call("GET", "grants")

    def invocations(self) -> list[dict[str, Any]]:
        """Return every run of a function: account, region, function, event, answer, error."""
        return self._call("GET", "invocations")

    def mailbox(self) -> list[dict[str, Any]]:
        """Return the mails of topics, oldest first: time, to, subject, body, topic, token.

        A mail that asks an address to confirm its subscription has the *token* to do so with.
        """
        return self._call("GET", "mailbox")

    def problems(self, template: str) -> list[dict[str, str]]:
        """Return what of a template's text would be refused: logical_id, what and remedy."""
        return self._call("POST", "problems", {"template": template})

    def failures(self) -> list[dict[str, Any]]:
        """Return the name and traceback of work that raised inside the cloud itself."""
        return self._call("GET", "failures")

    def save(self, *, thorough: bool = True) -> None:
        """Write the cloud's state to its folder now, and return when it is on the disk.

        *thorough* compares everything with what was written, and not only what was asked for since.
        Raises CloudError for a cloud that was started without a folder, and when calls are being
        answered all the time.
        """
        if not self._call("POST", "save", {"thorough": thorough})["saved"]:
            raise CloudError("The cloud is busy: its state could not be written just now.")

    def session(
        self,
        access_key: str | None = None,
        secret: str = "testing",  # noqa: S107 - the administrator's keys are not a secret
        token: str | None = None,
        *,
        account: str = ACCOUNT,
        region: str = REGION,
    ) -> EndpointSession:
        """Return a boto3 session whose clients talk to the cloud in this region.

        Without an *access_key* it is that of the account's administrator.
        """
        return EndpointSession(
            self.endpoint,
            region,
            aws_access_key_id=access_key or account,
            aws_secret_access_key=secret,
            aws_session_token=token,
        )

    def aws(self, service: str, *, account: str = ACCOUNT, region: str = REGION) -> Any:
        """Return the one client of *service* of an account's administrator."""
        key = (service, account, region)
        if key not in self._clients:
            session = self.session(account=account, region=region)
            self._clients[key] = session.client(service)
        return self._clients[key]

    def environment(self, *, account: str = ACCOUNT, region: str = REGION) -> dict[str, str]:
        """Return the variables that make another process's SDK talk to the cloud."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": region,
            "AWS_REGION": region,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def _call(self, method: str, verb: str, body: Any = None, timeout: float = 60) -> Any:
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.endpoint}/_localcloud/{verb}"
        request = urllib.request.Request(url, data=data, method=method)  # noqa: S310 - always http
        try:
            with urllib.request.urlopen(request, timeout=timeout + MARGIN_SECONDS) as answer:  # noqa: S310 - as above
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise CloudError(json.load(error)["error"]) from error
        except OSError as error:
            raise CloudError(
                f"No local cloud answers at {self.endpoint}: {error}. "
                "`python -m localcloud serve` starts one."
            ) from error

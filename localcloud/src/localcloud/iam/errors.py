"""In which words and codes does AWS refuse a call?"""

from __future__ import annotations

from moto.core.exceptions import ServiceException
from moto.s3.exceptions import S3ClientError

from localcloud.iam.decision import Decision

BAD_REQUEST = 400
FORBIDDEN = 403
UNSIGNED = "MissingAuthenticationToken"
UNSIGNED_TEXT = "Request is missing Authentication Token"
_XML_SERVICES = {"s3", "sqs", "sns", "sts", "iam", "cloudwatch", "cloudformation"}
"""Their codes lack the ending Exception that the JSON services use."""

CODES = (
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "UnmodifiableEntity",
    "UnrecognizedClientException",
    "ValidationError",
)
"""AWS's common errors, which moto warns of where a service's own model does not list them."""


class Refused(ServiceException):
    """A call that is refused before it is answered."""

    def __init__(self, code: str, message: str, status: int = 403) -> None:
        super().__init__(code, message)
        self.http_status_code = status


class RefusedByS3(S3ClientError):
    """The same, where S3's own answers are made."""

    http_status_code = 403


def denied(service: str, decision: Decision) -> ServiceException:
    """AWS's answer to a call that is not allowed, by the service that gives it."""
    code = "AccessDenied" if service in _XML_SERVICES else "AccessDeniedException"
    return _error(service, code, decision.message)


def expired(service: str) -> ServiceException:
    """Return the answer to the key of a session whose time is over."""
    code = "ExpiredToken" if service in _XML_SERVICES else "ExpiredTokenException"
    return _error(service, code, "The security token included in the request is expired")


def unknown_key(service: str) -> ServiceException:
    """Return the answer to a key in AWS's form that nobody holds."""
    code = "InvalidClientTokenId" if service in _XML_SERVICES else "UnrecognizedClientException"
    code = "InvalidAccessKeyId" if service == "s3" else code
    return _error(service, code, "The security token included in the request is invalid.")


def invalid_region(service: str, text: str) -> ServiceException:
    """Return the answer to a call that is signed for a region that does not exist."""
    code = "SignatureDoesNotMatch" if service in _XML_SERVICES else "InvalidSignatureException"
    return _error(service, "AuthorizationHeaderMalformed" if service == "s3" else code, text)


def unsigned(service: str) -> ServiceException:
    """Return the answer to a call that nobody has signed."""
    code = UNSIGNED if service in _XML_SERVICES else f"{UNSIGNED}Exception"
    return _error(service, code, UNSIGNED_TEXT)


def denied_to_anybody() -> ServiceException:
    """Return S3's answer to a call that is neither signed nor open to everybody."""
    return RefusedByS3("AccessDenied", "Access Denied")


def unusable(service: str, code: str, text: str) -> ServiceException:
    """Return the answer to a call that needs a key which cannot be used."""
    error = _error(service, code, text)
    error.http_status_code = BAD_REQUEST
    return error


def _error(service: str, code: str, text: str) -> RefusedByS3 | Refused:
    return RefusedByS3(code, text) if service == "s3" else Refused(code, text)

"""Which quotas has this account? As Service Quotas says, by the names that people read there."""

from __future__ import annotations

from collections.abc import Collection

from aws.calls import pages


def applied(service: str, names: Collection[str]) -> dict[tuple[str, str], float]:
    """Return the applied values of those of the quotas of *service* that are among *names*.

    A quota that was never changed has its default; one that AWS does not list is left out.
    """
    found = _values("list_aws_default_service_quotas", service, names)
    return found | _values("list_service_quotas", service, names)


def _values(operation: str, service: str, names: Collection[str]) -> dict[tuple[str, str], float]:
    listed = pages("service-quotas", operation, "Quotas", ServiceCode=service)
    return {
        (service, each["QuotaName"]): float(each["Value"])
        for each in listed
        if each["QuotaName"] in names
    }

"""Do the lock files pin a package with a known vulnerability?"""


class AuditUnavailable(Exception):
    """No service gave a reliable answer, which is not the same as "no vulnerabilities"."""

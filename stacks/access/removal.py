"""What stays when its stack goes? What holds something, once its stack has come to stand."""

from __future__ import annotations

from aws_cdk import RemovalPolicy

from factory.stage import Stage

KEPT = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
"""A first create that is rolled back removes it: its name would be in the way of the next try."""


def removal(stage: Stage) -> RemovalPolicy:
    """Return what becomes of what holds data, keys or logs of *stage*."""
    return RemovalPolicy.DESTROY if stage.removable else KEPT

"""A role is found while others are made and deleted."""

from __future__ import annotations

import json

from moto.iam.models import iam_backends

from localcloud.iam import roles

STATEMENT = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
TRUST = {"Version": "2012-10-17", "Statement": [STATEMENT]}


def test_who_looks_through_the_roles_is_not_disturbed():
    roles.install()
    store = iam_backends["444444444444"]["aws"]
    for name in ("one", "two"):
        store.create_role(name, json.dumps(TRUST), "/", None, "", [], "3600")
    for role in store.get_roles():
        store.roles.pop(role.id)
    assert not store.roles

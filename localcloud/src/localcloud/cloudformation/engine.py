"""How does a stack come from one template to the next, and back when something fails?"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from moto.cloudformation import parsing
from moto.core.exceptions import ServiceException

from localcloud.cloudformation import dynamic, existing_names, stack_events, tagging
from localcloud.cloudformation.resource import Resource
from localcloud.cloudformation.resource_types import Made, Place, Properties, type_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from moto.cloudformation.models import Stack

KEPT = {"Retain", "RetainExceptOnCreate", "Snapshot"}


class Failed(Exception):
    """A resource could not be made, changed or removed; the reason is in the stack's events."""


class Engine:
    """Works on one stack; remembers how to undo what it has done."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._map = stack.resource_map
        self._undo: list[Callable[[], None]] = []
        self._outdated: list[tuple[Resource, str]] = []

    def apply(self) -> None:
        """Make and change what the stack's template asks for; raise Failed at the first failure."""
        template = self._map._template["Resources"]
        for logical_id in dynamic.in_order(template):
            if self._wanted(template[logical_id]):
                self._apply_one(logical_id, template[logical_id])
            else:
                self._retire(logical_id, "Delete")

    def clean_up(self, before: dict[str, Any]) -> None:
        """Remove what a successful update replaced or no longer wants."""
        for logical_id in reversed(dynamic.in_order(before)):
            if logical_id not in self._map._template["Resources"]:
                self._retire(logical_id, before[logical_id].get("DeletionPolicy", "Delete"))
        for resource, policy in reversed(self._outdated):
            with contextlib.suppress(Failed):  # AWS, too, leaves behind what it cannot clean up
                self._remove(resource, policy)

    def roll_back(self) -> None:
        """Undo everything done so far, last first; what cannot be undone is in the events."""
        for undo in reversed(self._undo):
            with contextlib.suppress(Failed):
                undo()

    def delete(self) -> None:
        """Remove all resources, dependants first; raise Failed when some could not be removed."""
        resources = self._stack.template_dict.get("Resources", {})
        failures = []
        for logical_id in reversed(dynamic.in_order(resources)):
            resource = self._map._parsed_resources.get(logical_id)
            if resource is None:
                continue
            try:
                self._remove(resource, resources[logical_id].get("DeletionPolicy", "Delete"))
                self._map._parsed_resources.pop(logical_id)
            except Failed:
                failures.append(logical_id)
        if failures:
            raise Failed(f"The following resource(s) failed to delete: [{', '.join(failures)}].")

    def _wanted(self, resource: dict[str, Any]) -> bool:
        condition = resource.get("Condition")
        return not condition or bool(self._map.lazy_condition_map[condition])

    def _apply_one(self, logical_id: str, resource: dict[str, Any]) -> None:
        place = Place(self._stack.stack_id, logical_id, resource["Type"])
        known: Resource | None = self._map._parsed_resources.get(logical_id)
        with self._reported(place, "UPDATE" if known else "CREATE", known):
            written = parsing.clean_json(resource.get("Properties", {}), self._map)
            properties = tagging.for_nested(place.type, written, self._stack.tags)
            if known is None:
                self._create(place, properties)
                return
            changed = known.properties != properties
            if changed:
                self._update(known, properties, resource.get("UpdateReplacePolicy", "Delete"))
            self._hand_on_tags(self._map._parsed_resources[logical_id], again=changed)

    def _create(self, place: Place, properties: Properties) -> None:
        kind = type_of(place.type)
        assert kind is not None  # noqa: S101 - strict.demand_known has refused all others
        self._event(place, "CREATE_IN_PROGRESS", "")
        existing_names.demand_free(place, properties)
        given = tagging.inherited(place, properties, self._stack.tags)
        whole = tagging.born_with(kind, properties, given)
        made = kind.create(place, whole)
        resource = Resource(place, kind, properties, made)
        resource.inherited = {} if whole is properties else given
        self._map._parsed_resources[place.logical_id] = resource
        self._event(place, "CREATE_COMPLETE", made.physical_id)
        self._undo.append(lambda: self._forget(resource))
        self._hand_on_tags(resource)

    def _hand_on_tags(self, resource: Resource, *, again: bool = False) -> None:
        """Let the resource have its stack's tags; *again* if it may have lost some."""
        before = resource.inherited
        after = tagging.inherited(resource.place, resource.properties, self._stack.tags)
        if again or before != after:
            tagging.hand_on(resource, after)
        if before and before != after:
            self._undo.append(lambda: tagging.hand_on(resource, before))

    def _forget(self, resource: Resource) -> None:
        raw = self._map._template["Resources"].get(resource.logical_resource_id, {})
        self._remove(resource, raw.get("DeletionPolicy", "Delete"), created_now=True)
        if self._map._parsed_resources.get(resource.logical_resource_id) is resource:
            self._map._parsed_resources.pop(resource.logical_resource_id)

    def _update(self, known: Resource, properties: Properties, policy: str) -> None:
        before, made = known.properties, known.made
        same_type = (
            known.place.type == self._map._template["Resources"][known.logical_resource_id]["Type"]
        )
        changed = None
        self._event(known.place, "UPDATE_IN_PROGRESS", known.physical_resource_id)
        if same_type:
            changed = tagging.updated(known.kind, known.place, made, before, properties)
        if changed is None:
            self._replace(known, properties, policy)
            return
        known.properties, known.made = properties, changed
        self._event(known.place, "UPDATE_COMPLETE", changed.physical_id)
        self._undo.append(lambda: self._change_back(known, before))

    def _change_back(self, known: Resource, before: Properties) -> None:
        with self._reported(known.place, "UPDATE", known):
            now = known.properties
            known.made = (
                tagging.updated(known.kind, known.place, known.made, now, before) or known.made
            )
            known.properties = before
            tagging.hand_on(known, known.inherited)

    def _replace(self, known: Resource, properties: Properties, policy: str) -> None:
        resource_type = self._map._template["Resources"][known.logical_resource_id]["Type"]
        place = Place(known.place.stack_id, known.place.logical_id, resource_type)
        self._undo.append(lambda: self._put_back(known))
        self._create(place, properties)
        self._outdated.append((known, policy))

    def _put_back(self, known: Resource) -> None:
        self._map._parsed_resources[known.logical_resource_id] = known

    def _retire(self, logical_id: str, policy: str) -> None:
        resource = self._map._parsed_resources.pop(logical_id, None)
        if isinstance(resource, Resource):
            self._outdated.append((resource, policy))
            self._undo.append(lambda: self._put_back(resource))

    def _remove(self, resource: Resource, policy: str, *, created_now: bool = False) -> None:
        kept = policy in KEPT and not (created_now and policy == "RetainExceptOnCreate")
        if kept:
            self._event(resource.place, "DELETE_SKIPPED", resource.physical_resource_id)
            return
        self._event(resource.place, "DELETE_IN_PROGRESS", resource.physical_resource_id)
        with self._reported(resource.place, "DELETE", resource):
            resource.kind.delete(resource.place, resource.made, resource.properties)
        self._event(resource.place, "DELETE_COMPLETE", resource.physical_resource_id)

    @contextlib.contextmanager
    def _reported(self, place: Place, what: str, resource: Resource | None) -> Iterator[None]:
        physical_id = resource.physical_resource_id if resource else ""
        try:
            yield
        except Failed:
            raise
        except Exception as error:
            self._event(place, f"{what}_FAILED", physical_id, _reason(error))
            raise Failed(f"{place.logical_id} ({place.type}): {_reason(error)}") from error

    def _event(self, place: Place, status: str, physical_id: str, reason: str = "") -> None:
        stack_events.add(self._stack, place, status, physical_id, reason)


def made(stack: Stack) -> dict[str, Made]:
    """Return what stands of a stack's resources."""
    parsed = stack.resource_map._parsed_resources
    return {name: item.made for name, item in parsed.items() if isinstance(item, Resource)}


def _reason(error: Exception) -> str:
    if isinstance(error, ClientError | BotoCoreError | ServiceException):
        return str(error)
    return f"{type(error).__name__}: {error}"

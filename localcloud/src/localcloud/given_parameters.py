"""Which values do the parameters of an application's stacks get from the command line?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

EVERY_STACK = "*"


class NotAParameter(ValueError):
    """What was given is not written as a parameter."""


@dataclass
class GivenParameters:
    """Values for the templates' parameters, those of one stack or of each that has them."""

    values: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, written: list[str]) -> GivenParameters:
        """Read ``NAME=VALUE`` and ``STACK:NAME=VALUE``, as the CDK CLI does."""
        values: dict[str, dict[str, str]] = {}
        for text in written:
            target, equals, value = text.partition("=")
            stack, _, name = target.rpartition(":")
            if not equals or not name:
                raise NotAParameter(f"{text!r} is not a parameter: write NAME=VALUE")
            values.setdefault(stack or EVERY_STACK, {})[name] = value
        return cls(values)

    def of(self, stack: str, template: dict[str, Any], artifact: dict[str, Any]) -> dict[str, str]:
        """Return the values of one stack; those for it alone go before all others."""
        slots = template.get("Parameters", {})
        general = self.values.get(EVERY_STACK, {})
        return {
            **artifact["properties"].get("parameters", {}),
            **{name: value for name, value in general.items() if name in slots},
            **self.values.get(stack, {}),
        }

    def unused(self, slots: dict[str, set[str]]) -> list[str]:
        """Return those that no stack has a parameter for; *slots* are each stack's parameters."""
        lost = []
        for stack, values in self.values.items():
            known = set().union(*slots.values()) if stack == EVERY_STACK else slots.get(stack, ())
            prefix = "" if stack == EVERY_STACK else f"{stack}:"
            lost += [prefix + name for name in values if name not in known]
        return lost

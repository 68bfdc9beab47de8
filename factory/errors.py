"""What can go wrong, by name?

FactoryError
  InvalidSpec         a model's value breaks a rule
  InvalidContract     a data contract breaks a rule
  InvalidRecipe       a recipe lacks what the factory's steps need of it
  InvalidSettings     a function's environment lacks a variable
  MalformedEvent      an event lacks what its type promises
  LedgerBroken        the ledger's bytes contradict each other
  Refused             a person or a rule said no, with the reason
  ServiceError        AWS answered with an error
    AccessDenied      the caller may not do this
    Conflict          somebody was first (a conditional write failed)
    NotFound          the thing named is not there
    Throttled         too many calls; trying again later helps
    Unreachable       no answer at all: no connection, no credentials, no region
"""


class FactoryError(Exception):
    """Any error that the factory raises on purpose."""


class InvalidSpec(FactoryError):
    """A model's value breaks a rule; the message names file, field and what would be right."""


class InvalidContract(FactoryError):
    """A data contract breaks a rule; the message names file, field and what would be right."""


class InvalidRecipe(FactoryError):
    """A recipe lacks what the factory's steps need; the message names recipe, fact and remedy."""


class InvalidSettings(FactoryError):
    """A function's environment lacks a variable that its stack should have set."""


class MalformedEvent(FactoryError):
    """An event lacks what its type promises."""


class LedgerBroken(FactoryError):
    """The ledger's bytes contradict each other; the message names the place."""


class Refused(FactoryError):
    """A person or a rule said no; the message is the reason."""


class ServiceError(FactoryError):
    """AWS answered with an error; the message names the call, the thing and AWS's words."""


class AccessDenied(ServiceError):
    """The caller's role does not allow the call."""


class Conflict(ServiceError):
    """A conditional write failed, because somebody else was first."""


class NotFound(ServiceError):
    """The thing named is not there."""


class Throttled(ServiceError):
    """AWS asked for patience; the same call may go through later."""


class Unreachable(ServiceError):
    """AWS was not reached: there is no connection, or there are no credentials or no region."""

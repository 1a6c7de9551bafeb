"""Every error Guanjia raises on purpose.

A message says in one sentence what failed, on what, what was expected and found, and what to do next. It holds
codes and file names, never a person's name, phone or address.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class GuanjiaError(Exception):
    """Something failed for a reason we know; the message is meant for the operator."""


class SettingsError(GuanjiaError):
    """An environment variable or a business setting is missing, misspelt or out of bounds."""


class DatabaseError(GuanjiaError):
    """The database cannot be reached, or its schema is not the one this version needs."""


class UnknownName(GuanjiaError):
    """A pipeline, dataset, setting, query or code of that name does not exist."""


class UsageError(GuanjiaError):
    """A command or a parameter was given in a form that cannot be carried out (exit code 2)."""


class QueryParametersError(GuanjiaError):
    """The parameters given to a SQL file are not the ones it declares."""


class FileRefused(GuanjiaError):
    """A file as a whole cannot be taken in; carries the contract's reason code."""

    def __init__(self, reason_code: str, message: str) -> None:
        super().__init__(message)
        self.reason_code = reason_code


class NotPermitted(GuanjiaError):
    """The person or the place a change came from may not make it."""


class GateFailed(GuanjiaError):
    """A critical expectation failed; nothing has left the house. Carries what was found, to be told in any language."""

    def __init__(self, message: str, finding: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.finding = finding


class InputsChanged(GuanjiaError):
    """What a billing run was decided on is not what would be billed now; nothing was posted."""


class BooksRefused(GuanjiaError):
    """The books do not take this: not decided, posted or reversed before, or in a month that is closed."""


class Busy(GuanjiaError):
    """Another run holds the lock for the same work."""


class DeliveryError(GuanjiaError):
    """A mail could not be handed over."""


class HostError(GuanjiaError):
    """A process of this home could not be started, stopped or reached."""


class DocumentError(GuanjiaError):
    """A page could not be made for printing (PDF); names the package that is missing, if one is."""

    def __init__(self, message: str, missing: str = "") -> None:
        super().__init__(message)
        self.missing = missing

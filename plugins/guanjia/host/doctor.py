"""What is wrong with an installation and what to do: checks that each say one line, and never fall over themselves.

A check is a function of the `Patient`; it yields findings. What it says holds codes, paths and numbers, never a
person's name or address, and no secret.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from guanjia.domain.errors import GuanjiaError
from guanjia.i18n import Translator

State = Literal["ok", "warning", "problem"]


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes:
        check: stable name, for programs.
        state: ok, warning (works, but look at it) or problem (does not work).
        text: what is so.
        action: what to do; blank when all is well.
    """

    check: str
    state: State
    text: str
    action: str = ""


@dataclass(frozen=True)
class Patient:
    """The installation that is looked at.

    Attributes:
        home: the state folder.
        now: wall clock, aware.
        tr: language of the findings.
        up_since: when `guanjia up` was started on this home; None: it is not up.
    """

    home: Path
    now: datetime
    tr: Translator
    up_since: datetime | None


Check = Callable[[Patient], Iterable[Finding]]


def ok(check: str, text: str) -> Finding:
    """All is well."""
    return Finding(check, "ok", text)


def warning(check: str, text: str, action: str) -> Finding:
    """It works, but should be looked at."""
    return Finding(check, "warning", text, action)


def problem(check: str, text: str, action: str) -> Finding:
    """It does not work."""
    return Finding(check, "problem", text, action)


def examine(checks: Sequence[tuple[str, Check]], patient: Patient) -> Iterable[Finding]:
    """Run checks one after the other; one that fails is itself a finding.

    Args:
        checks: name → check, in the order in which they are told.
        patient: the installation.

    Yields:
        Findings as they are made.
    """
    for name, check in checks:
        try:
            yield from check(patient)
        except GuanjiaError as error:
            yield problem(name, str(error), "")
        except Exception as error:
            text = patient.tr("This could not be checked ({error}).", error=type(error).__name__)
            yield problem(name, text, patient.tr("Correct what stands above first, then run `guanjia doctor` again."))


def listed(codes: Sequence[str], at_most: int = 5) -> str:
    """The first of some codes, and how many more there are."""
    more = f" … (+{len(codes) - at_most})" if len(codes) > at_most else ""
    return ", ".join(codes[:at_most]) + more

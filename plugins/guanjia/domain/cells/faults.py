"""What can be wrong with a row: the contract's reason codes, and the detail a person needs to correct it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Reason = Literal[
    "not_permitted",
    "missing_required",
    "bad_number",
    "bad_date",
    "bad_choice",
    "bad_format",
    "bad_text",
    "too_many_decimals",
    "out_of_range",
    "unknown_reference",
    "duplicate_conflict",
    "inconsistent_dates",
    "unreadable_file",
    "unknown_dataset",
    "empty_file",
]

REASONS: Final[tuple[Reason, ...]] = Reason.__args__  # type: ignore[attr-defined]  # a Literal lists its words there


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a cell or row.

    Attributes:
        reason: the contract's reason code.
        detail: which sentence tells it (see the intake's table of sentences).
        fields: what the sentence names: bounds, words allowed, rows in conflict.
    """

    reason: Reason
    detail: str
    fields: tuple[tuple[str, str], ...] = ()


def fault(reason: Reason, detail: str, **fields: object) -> Fault:
    """A fault, its fields written as text."""
    return Fault(reason, detail, tuple((name, str(value)) for name, value in fields.items()))

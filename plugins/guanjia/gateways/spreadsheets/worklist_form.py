"""What a list to be filled in holds: its columns, its rows, and what is said about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias

Value: TypeAlias = str | int | Decimal | None


@dataclass(frozen=True)
class FormColumn:
    """A column of the list.

    Attributes:
        heading: as intake reads it.
        hint: shown under it in brackets, which intake leaves out; no bracket in it.
        width: in halves of a Chinese character.
        use: ``shown`` (locked), ``marked`` (locked, and to be noticed), ``kept`` (locked: a code that must come back
            unchanged) or ``asked`` (to be filled in).
        cell: what stands there or is asked for: a ``text``, one of `choices`, an ``instant``, a ``number`` or a
            ``count``.
        choices: words of the drop-down list.
        is_required: a filled-in row must have it.
        minimum: smallest number, inclusive.
        maximum: largest number, inclusive; None: there is none.
        explanation: what to write there, one sentence for the page of instructions; empty: nothing to explain.
        needed_with: another column's heading and a word; where that word stands there, this one must be filled in too.
        is_hidden: a kept column nobody has to see, such as a seal.
        is_shared: one cell for all rows of a block.
    """

    heading: str
    width: int
    use: Literal["shown", "marked", "kept", "asked"] = "shown"
    hint: str = ""
    cell: Literal["text", "choice", "instant", "number", "count"] = "text"
    choices: tuple[str, ...] = ()
    is_required: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    explanation: str = ""
    needed_with: tuple[str, str] | None = None
    is_hidden: bool = False
    is_shared: bool = False


@dataclass(frozen=True)
class Form:
    """The list.

    Attributes:
        sheet_name: name by which intake knows the dataset.
        title: what the list is, for whom and for which day.
        to_do: what is to be done with it, one sentence.
        columns: its columns, those that name a row first.
        rows: a value per column; None where something is asked for.
        frozen_columns: columns at the left that stay in sight.
        instructions: sentences of the page of instructions, in order.
        work_date: day the list is for; instants far from it are taken for slips.
        made_at: aware; instant it was made.
        blocks: rows of each block, in order, whose shared columns are one cell; empty: every row stands for itself.
        earliest: day; instants before it are not taken; None: those of two months back are.
    """

    sheet_name: str
    title: str
    to_do: str
    columns: Sequence[FormColumn]
    rows: Sequence[Sequence[Value]]
    frozen_columns: int
    instructions: Sequence[str]
    work_date: date
    made_at: datetime
    blocks: Sequence[int] = ()
    earliest: date | None = None

    def spans(self) -> Iterator[tuple[int, int]]:
        """First and last row of each block, from 0, both inclusive."""
        first = 0
        for length in self.blocks:
            yield first, first + length - 1
            first += length

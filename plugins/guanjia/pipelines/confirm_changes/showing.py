"""What a second person is shown: who brought a change, and each row as it stands and as it would become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from guanjia.domain.errors import GuanjiaError, UnknownName
from guanjia.i18n import gettext_for
from guanjia.i18n.formats import listed
from guanjia.settings import environment
from guanjia.store.runs import find_run
from guanjia.store.sql import execute

ROWS_SHOWN = 500
CHANGES_AT_ONCE = 50
"""Questions of one run; what is more is asked by the next."""


@dataclass(frozen=True)
class Cell:
    """One value of a row: as it stands and as it would become, as texts; blank: empty."""

    column: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        """Whether it would become another."""
        return self.before != self.after


@dataclass(frozen=True)
class ChangedRow:
    """One row of a change.

    Attributes:
        row_no: row number in the file, as a spreadsheet shows it.
        action: added or updated.
        key: what names the row.
        cells: its other columns; of an updated row only those that change.
    """

    row_no: int
    action: str
    key: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Shown:
    """A change as it is shown.

    Attributes:
        change_id: technical key.
        change_code: code people use.
        dataset: restricted dataset.
        state: pending, confirmed, declined or superseded.
        proposed_by: who brought it (system user); blank: not known.
        proposed_at: when it came.
        decided_by: who decided; blank: nobody yet.
        decided_at: when.
        decision_note: why it was rejected.
        file: file it came in.
        file_id: technical key of that file.
        added: rows that are new.
        updated: rows that change.
        digest: of exactly these rows.
        rows: the first `ROWS_SHOWN` of them.
    """

    change_id: int
    change_code: str
    dataset: str
    state: str
    proposed_by: str | None
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_note: str | None
    file: str
    file_id: int
    added: int
    updated: int
    digest: str
    rows: tuple[ChangedRow, ...]


@dataclass(frozen=True)
class Request:
    """Where the open question about a change stands in Airflow.

    Attributes:
        run_code: our run that asks.
        dag_run_id: Airflow's run.
        place: number of the question in it (map_index).
        digest: of the rows that were shown there.
    """

    run_code: str
    dag_run_id: str
    place: int
    digest: str | None


def read_change(transaction: Connection, change_code: str, *, at_most: int = ROWS_SHOWN) -> Shown:
    """A change and what it would do.

    Args:
        transaction: open transaction.
        change_code: the change.
        at_most: rows shown; the digest covers all of them.

    Raises:
        UnknownName: there is no such change.
    """
    found = execute(transaction, "confirm_changes/read_change", change_code=change_code).mappings().one_or_none()
    if found is None:
        raise UnknownName(f"There is no change {change_code}. `guanjia confirm` lists those that wait.")
    listed = execute(
        transaction, "confirm_changes/list_change_rows", change_id=found["change_id"], at_most=at_most
    ).mappings()
    return Shown(**found, rows=tuple(_row(row) for row in listed))


def waiting_changes(transaction: Connection, *, at_most: int = 1_000) -> list[str]:
    """Codes of the changes that wait for a second person, the oldest first."""
    found = execute(transaction, "confirm_changes/list_waiting_changes", at_most=at_most)
    return [str(row.change_code) for row in found]


def unasked_changes(transaction: Connection, *, at_most: int = CHANGES_AT_ONCE) -> list[str]:
    """Codes of the changes that wait and that nobody is being asked about in Airflow."""
    found = execute(transaction, "confirm_changes/list_unasked_changes", at_most=at_most)
    return [str(row.change_code) for row in found]


def claim_changes(transaction: Connection, run_id: int, change_code: str | None = None) -> list[str]:
    """The changes a run asks about: those that wait and that no other open question is about.

    Args:
        transaction: open transaction.
        run_id: the run; retried, it finds its own questions again.
        change_code: only this one; None: all that wait.

    Returns:
        Codes in the order of the questions.
    """
    execute(
        transaction,
        "confirm_changes/claim_changes",
        run_id=run_id,
        change_code=change_code,
        at_most=CHANGES_AT_ONCE,
    )
    return [str(row.change_code) for row in execute(transaction, "confirm_changes/list_own_requests", run_id=run_id)]


def changes_of_run(transaction: Connection, run_code: str) -> list[Shown]:
    """The undecided changes a waiting run asks about; the code of a change stands for itself.

    Args:
        transaction: open transaction.
        run_code: code of the run, or of a change.

    Raises:
        UnknownName: there is no such run, or nothing waits there.
    """
    if run_code in waiting_changes(transaction):
        return [read_change(transaction, run_code)]
    run = find_run(transaction, run_code)
    codes = [str(row.change_code) for row in execute(transaction, "confirm_changes/list_undecided", run_id=run.run_id)]
    if not codes:
        raise UnknownName(f"Run {run_code} asks about nothing that is undecided. `guanjia confirm` lists what waits.")
    return [read_change(transaction, code) for code in codes]


def note_shown(transaction: Connection, shown: Shown, run_id: int, *, asked_at: datetime) -> None:
    """Remember the digest of what is shown, so that the answer counts for exactly that."""
    execute(
        transaction,
        "confirm_changes/note_shown",
        change_id=shown.change_id,
        run_id=run_id,
        digest=shown.digest,
        asked_at=asked_at,
    )


def open_request(transaction: Connection, change_code: str) -> Request | None:
    """Where the open question about a change stands in Airflow; None: nobody is being asked there."""
    found = execute(transaction, "confirm_changes/find_request", change_code=change_code).mappings().one_or_none()
    return Request(**found) if found else None


def second_people(transaction: Connection, proposed_by: str | None, on: date) -> list[str]:
    """Airflow users of staff who may be the second person; empty where no staff has a login."""
    found = execute(transaction, "confirm_changes/list_second_people", on_day=on, proposed_by=proposed_by)
    return [str(row.login) for row in found]


def check_decided(transaction: Connection, run_id: int) -> None:
    """Whatever a run asked about has been decided.

    Raises:
        GuanjiaError: a change still waits, for example because a task was marked as successful by hand.
    """
    waiting = [str(row.change_code) for row in execute(transaction, "confirm_changes/list_undecided", run_id=run_id)]
    if waiting:
        _ = gettext_for(environment().language)
        raise GuanjiaError(
            _(
                "Nobody has decided on {codes}; nothing was applied. Start confirm_changes again to ask again, or "
                "decide on the page Changes or with `guanjia confirm`.",
                codes=listed(_, waiting),
            )
        )


def _row(row: Mapping[Any, Any]) -> ChangedRow:
    before: Mapping[str, Any] = row["before"] or {}
    after: Mapping[str, Any] = row["after"]
    key: Mapping[str, Any] = row["key"]
    cells = [
        Cell(column, _text(before.get(column)), _text(after.get(column)))
        for column in [*after, *(column for column in before if column not in after)]
        if column not in key
    ]
    kept = [cell for cell in cells if cell.is_changed or (row["action"] == "added" and cell.after)]
    return ChangedRow(row["row_no"], row["action"], _key(key), tuple(kept))


def _key(key: Mapping[str, Any]) -> str:
    return " ".join(_text(value) for value in key.values() if value not in (None, ""))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(_text, value)) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)

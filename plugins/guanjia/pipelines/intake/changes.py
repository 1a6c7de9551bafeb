"""Restricted datasets: changes wait until a second person has confirmed them; the first rows of a home do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
from sqlalchemy import BigInteger, Connection, Text, and_, case, exists, func, insert, literal, select, update

from guanjia.domain.errors import NotPermitted, UnknownName
from guanjia.pipelines.intake.columns import Frame, Rows
from guanjia.pipelines.intake.contract import Dataset, incoming
from guanjia.pipelines.intake.judging import Judged, judge, same_key
from guanjia.pipelines.intake.merging import Origin, incoming_table, kept_row, merge, row_after, stage
from guanjia.pipelines.intake.sentences import fault_text
from guanjia.pipelines.intake.staging import as_kept
from guanjia.store.locks import lock_scope
from guanjia.store.tables.intake import intake_change_rows, intake_changes, intake_files


@dataclass(frozen=True)
class ChangedRow:
    """A row of a change: what stands there (None: nothing) and what would."""

    row_no: int
    action: str
    key: dict[str, str | None]
    before: dict[str, str | None] | None
    after: dict[str, str | None]


@dataclass(frozen=True)
class Change:
    """A change that waits, or waited, for a second person."""

    change_id: int
    change_code: str
    dataset: str
    file: str
    file_id: int
    state: str
    proposed_by: str | None
    proposed_at: datetime
    rows: Sequence[ChangedRow]


def needs_confirmation(transaction: Connection, dataset: Dataset, run_id: int | None, file_id: int) -> bool:
    """Whether rows of a restricted dataset must wait: people have loaded rows of it before, in another run.

    Args:
        transaction: open transaction.
        dataset: a restricted dataset.
        run_id: run that loads now.
        file_id: file that is loaded now.
    """
    earlier = [dataset.table.c.loaded_from == intake_files.c.file_id, intake_files.c.file_id != file_id]
    if run_id is not None:
        earlier.append(intake_files.c.run_id.is_distinct_from(run_id))
    return bool(transaction.scalar(select(exists(select(1).where(*earlier)))))


def propose(
    transaction: Connection, judged: Judged, origin: Origin, sheet_no: int, proposed_by: str | None
) -> tuple[Rows, str | None]:
    """Keep accepted rows that differ from what stands as a change that waits.

    Returns:
        Places of rows that wait (NumPy), and the change's code (None: nothing differs).
    """
    waiting = stage(transaction, judged, judged.accepted, origin) if len(judged.accepted) else judged.accepted
    if not len(waiting):
        return waiting, None
    dataset, table, differing = judged.dataset, judged.dataset.table, incoming_table(judged)
    number = transaction.scalar(select(func.nextval(func.pg_get_serial_sequence("intake_changes", "change_id"))))
    code = f"CHANGE-{number}"
    transaction.execute(
        insert(intake_changes).values(
            change_id=number,
            change_code=code,
            dataset=dataset.name,
            file_id=origin.file_id,
            sheet_no=sheet_no,
            state="pending",
            proposed_by=proposed_by,
            proposed_at=origin.changed_at,
        )
    )
    stands = table.c[dataset.key[0]].is_not(None)
    rows = select(
        literal(number, BigInteger),
        differing.c.loaded_row,
        case((stands, "updated"), else_="added").cast(Text),
        kept_row({name: differing.c[name] for name in dataset.key if name in differing.c}),
        case((stands, kept_row({name: table.c[name] for name in dataset.rules}))),
        kept_row(row_after(judged, differing)),
    ).select_from(differing.outerjoin(table, same_key(dataset, differing)))
    names = ["change_id", "row_no", "action", "key", "before", "after"]
    transaction.execute(insert(intake_change_rows).from_select(names, rows))
    return waiting, code


def list_changes(transaction: Connection, state: str | None = "pending") -> list[Change]:
    """Changes in a state, oldest first; None: all."""
    condition = [intake_changes.c.state == state] if state else []
    codes = transaction.execute(
        select(intake_changes.c.change_code).where(*condition).order_by(intake_changes.c.change_id)
    ).scalars()
    return [find_change(transaction, code) for code in codes]


def find_change(transaction: Connection, change_code: str) -> Change:
    """The change of that code.

    Raises:
        UnknownName: there is none.
    """
    found = transaction.execute(
        select(intake_changes, intake_files.c.file, intake_files.c.sent_by)
        .join(intake_files, intake_files.c.file_id == intake_changes.c.file_id)
        .where(intake_changes.c.change_code == change_code)
    ).one_or_none()
    if found is None:
        raise UnknownName(f"There is no change {change_code}. `guanjia confirm` without a code lists those that wait.")
    rows = transaction.execute(
        select(intake_change_rows)
        .where(intake_change_rows.c.change_id == found.change_id)
        .order_by(intake_change_rows.c.row_no)
    )
    return Change(
        found.change_id,
        found.change_code,
        found.dataset,
        found.file,
        found.file_id,
        found.state,
        found.proposed_by or found.sent_by,
        found.proposed_at,
        [ChangedRow(row.row_no, row.action, row.key, row.before, row.after) for row in rows],
    )


def confirm(
    transaction: Connection, change_code: str, *, decided_by: str, logins: Sequence[str], as_of: datetime, at: datetime
) -> int:
    """A second person's yes: the change takes effect, once.

    Args:
        transaction: open transaction.
        change_code: the change.
        decided_by: staff code or Airflow user of the second person.
        logins: every name that person is known by (staff code, Airflow user, system user).
        as_of: instant by which the rows are judged once more; aware, in Asia/Shanghai.
        at: wall clock.

    Returns:
        Rows that were written.

    Raises:
        UnknownName: there is no such change.
        NotPermitted: it was decided before, the same person sent it, nobody can tell who did, or what stands has
            changed since.
    """
    change = _undecided(transaction, change_code)
    if not change.proposed_by:
        raise NotPermitted(
            f"It is not known who brought {change_code}, so nobody can be told from them as the second person. "
            f"Decline it, and load {change.file} again with --force."
        )
    if change.proposed_by in logins:
        raise NotPermitted(f"{change_code} was sent by {change.proposed_by}; a second person confirms it.")
    dataset = incoming()[change.dataset]
    judged = _judged(transaction, dataset, change, as_of)
    _check_unchanged(transaction, dataset, change)
    merge(transaction, judged, Origin(change.file_id, as_of, at, confirmed_by=decided_by))
    _decide(transaction, change, "confirmed", decided_by, at)
    return len(judged.accepted)


def decline(transaction: Connection, change_code: str, *, decided_by: str, reason: str, at: datetime) -> None:
    """A second person's no: nothing changes.

    Args:
        transaction: open transaction.
        change_code: the change.
        decided_by: staff code or Airflow user of that person.
        reason: why.
        at: wall clock.

    Raises:
        UnknownName: there is no such change.
        NotPermitted: it was decided before.
    """
    _decide(transaction, _undecided(transaction, change_code), "declined", decided_by, at, reason)


def _undecided(transaction: Connection, change_code: str) -> Change:
    lock_scope(transaction, "intake")
    change = find_change(transaction, change_code)
    if change.state != "pending":
        raise NotPermitted(f"{change_code} is {change.state} already; nothing was changed.")
    return change


def _judged(transaction: Connection, dataset: Dataset, change: Change, as_of: datetime) -> Judged:
    """The change's rows, judged once more: what they refer to may be gone."""
    names = [name for name in dataset.rules if any(name in row.after for row in change.rows)]
    columns = {name: pa.array([row.after.get(name) for row in change.rows], pa.string()) for name in names}
    instants = frozenset(name for name, rule in dataset.rules.items() if rule.kind in ("timestamp", "shift_time"))
    numbers = np.array([row.row_no for row in change.rows])
    everything = np.ones(len(change.rows), bool)
    judged = judge(
        transaction,
        dataset,
        Frame(columns, len(change.rows), instants),
        {},
        everything,
        numbers=numbers,
        as_of=as_of,
    )
    if judged.faults:
        row, found = next(iter(sorted(judged.faults.items())))
        column, told = found[0]
        raise NotPermitted(
            f"{change.change_code} cannot take effect: row {numbers[row]} of {change.file}, "
            f"{fault_text(dataset.name, column, told, 'en')} Correct the file and load it again."
        )
    return judged


def _check_unchanged(transaction: Connection, dataset: Dataset, change: Change) -> None:
    """What stands must be what the person was shown."""
    table = dataset.table
    shown = intake_change_rows.alias("shown")
    key = and_(
        *(
            shown.c.key[name].astext.is_not_distinct_from(kept)
            for name, kept in ((name, as_kept(table.c[name])) for name in dataset.key)
        )
    )
    stands = kept_row({name: table.c[name] for name in dataset.rules})
    stale = transaction.scalar(
        select(shown.c.row_no)
        .select_from(shown.outerjoin(table, key))
        .where(
            shown.c.change_id == change.change_id,
            case((table.c[dataset.key[0]].is_not(None), stands)).is_distinct_from(shown.c.before),
        )
        .order_by(shown.c.row_no)
        .limit(1)
    )
    if stale is not None:
        raise NotPermitted(
            f"{change.change_code} was made for what stood there when {change.file} came; row {stale} has been changed "
            "since. Decline it, and load the file again with --force."
        )


def _decide(
    transaction: Connection, change: Change, state: str, decided_by: str, at: datetime, note: str | None = None
) -> None:
    transaction.execute(
        update(intake_changes)
        .where(intake_changes.c.change_id == change.change_id)
        .values(state=state, decided_by=decided_by, decided_at=at, decision_note=note)
    )

"""The sweep of the inbox: every file at rest is taken in, put away with its receipt; rejects are tried once more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select, update

from guanjia.domain.errors import DatabaseError, GuanjiaError
from guanjia.logs import get_logger
from guanjia.pipelines.intake.batches import Outcome, in_order, try_rejects
from guanjia.pipelines.intake.loading import Prepared, Terms, prepare, take_in
from guanjia.pipelines.intake.reading_out import receipt_text
from guanjia.pipelines.intake.receipts import FileReceipt
from guanjia.pipelines.intake.remembering import stored_receipt
from guanjia.pipelines.intake.shelving import Waiting, is_still_there, put_away, shelf, shown_name, waiting_files
from guanjia.settings import TIME_ZONE, environment
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import transaction
from guanjia.store.tables.intake import intake_files

_log = get_logger(__name__)


def sweep(*, as_of: datetime, now: datetime, run_id: int) -> Outcome:
    """Take in what lies in the inbox.

    Args:
        as_of: instant by which rows are judged; aware.
        now: wall clock; aware.
        run_id: run that sweeps.

    Returns:
        What became of each file and of earlier rejects.
    """
    home = environment().home
    with transaction() as tx:
        quiet = required_setting(tx, "intake_quiet_seconds", as_of.astimezone(TIME_ZONE).date())
    terms = Terms(as_of=as_of.astimezone(TIME_ZONE), received_at=now, run_id=run_id)
    outcome = Outcome()
    _note_moved(home)
    fresh: dict[Path, Waiting] = {}
    opened: list[Prepared] = []
    failed: list[str] = []
    for waiting in waiting_files(home, now, int(str(quiet))):
        with _kept_apart(waiting.path, failed):
            if (left := _left_behind(waiting)) is not None:
                _put_away(home, waiting, left.file_id, _shelf_of(home, left))
            else:
                fresh[waiting.path] = waiting
                opened.append(prepare(waiting.path))
    for prepared in in_order(opened):
        with _kept_apart(prepared.path, failed):
            receipt = _take_in(home, fresh[prepared.path], prepared, terms)
            if receipt is not None:
                outcome.files.append(receipt)
    outcome.retried = try_rejects(terms)
    if failed:
        raise GuanjiaError(
            f"{len(failed)} of {len(fresh)} files could not be taken in and stay in the inbox: {', '.join(failed)}. "
            "The log has the reason; move them out of the inbox to go on without them."
        )
    return outcome


@contextmanager
def _kept_apart(path: Path, failed: list[str]) -> Iterator[None]:
    """One file that breaks us must not keep the others out; the run fails in the end and says which it was.

    A file that is gone was taken in, or taken away, by somebody else meanwhile: that is no failure.

    Raises:
        DatabaseError: no file can be taken in.
    """
    try:
        yield
    except DatabaseError:
        raise
    except Exception as error:
        if isinstance(error, FileNotFoundError) and not path.exists():
            _log.info("file is gone; another sweep took it", file=shown_name(path))
            return
        _log.exception("file cannot be taken in", file=shown_name(path))
        failed.append(shown_name(path))


def _note_moved(home: Path) -> None:
    """Moves that were done, but whose note was cut off."""
    with transaction() as tx:
        unmoved = tx.execute(
            select(intake_files).where(intake_files.c.inbox_mark.is_not(None), intake_files.c.moved_to.is_(None))
        ).all()
        for file in unmoved:
            target = _shelf_of(home, file)
            source = home / str(file.inbox_mark).rpartition("|")[0].rpartition("|")[0]
            if target.exists() and not source.exists():
                tx.execute(_moved(file.file_id, target.relative_to(home)))


def _shelf_of(home: Path, file: Row[Any]) -> Path:
    received_at = file.received_at.astimezone(TIME_ZONE)
    return shelf(home, file.file_id, file.file, received_at, is_refused=file.outcome == "refused")


def _moved(file_id: int, target: Path) -> Any:
    values = {"moved_to": str(target), "inbox_mark": None}
    return update(intake_files).where(intake_files.c.file_id == file_id).values(values)


def _left_behind(waiting: Waiting) -> Row[Any] | None:
    """The file's row, if it was loaded and only its move is missing."""
    with transaction() as tx:
        return tx.execute(
            select(intake_files)
            .where(intake_files.c.inbox_mark == waiting.mark, intake_files.c.moved_to.is_(None))
            .order_by(intake_files.c.file_id.desc())
            .limit(1)
        ).one_or_none()


def _take_in(home: Path, waiting: Waiting, prepared: Prepared, terms: Terms) -> FileReceipt | None:
    if not is_still_there(home, waiting):
        _log.info("file changed while it was read; the next sweep takes it", file=shown_name(waiting.path))
        return None
    terms = replace(
        terms,
        place="restricted" if waiting.is_restricted else "inbox",
        may_restrict=waiting.is_restricted,
        sent_by=waiting.owner,
    )
    receipt = take_in(prepared, terms, inbox_mark=waiting.mark)
    assert receipt.file_id is not None  # load gives it one
    is_refused = receipt.outcome == "refused"
    target = shelf(home, receipt.file_id, receipt.file, terms.received_at.astimezone(TIME_ZONE), is_refused=is_refused)
    _put_away(home, waiting, receipt.file_id, target, receipt)
    return receipt


def _put_away(home: Path, waiting: Waiting, file_id: int, target: Path, receipt: FileReceipt | None = None) -> None:
    """Move the file; what cannot be done now is done by the next sweep."""
    if receipt is None:
        with transaction() as tx:
            receipt = stored_receipt(tx, file_id)
    text = "\n\n".join(receipt_text(receipt, language) for language in ("zh", "en")) + "\n"
    try:
        put_away(waiting.path, target, text)
    except OSError as error:
        _log.warning(
            "file is loaded but cannot be put away; it stays in the inbox and the next sweep tries again",
            file=shown_name(waiting.path),
            problem=error.strerror,
        )
        return
    with transaction() as tx:
        tx.execute(_moved(file_id, target.relative_to(home)))

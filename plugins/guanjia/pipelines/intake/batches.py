"""Several files together: in the order in which references need them, each in its own transaction, then the rejects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from guanjia.pipelines.intake.contract import Dataset, incoming, loading_order
from guanjia.pipelines.intake.loading import Prepared, Terms, prepare, take_in
from guanjia.pipelines.intake.receipts import FileReceipt
from guanjia.pipelines.intake.retrying import retry
from guanjia.pipelines.intake.shelving import shown_name
from guanjia.store.engine import transaction
from guanjia.store.runs import close_run, open_run


@dataclass
class Outcome:
    """What became of files taken in together.

    Attributes:
        files: receipts of the files, in the order of loading.
        retried: receipts of earlier rejects tried once more.
        run_code: code of the run.
    """

    files: list[FileReceipt] = field(default_factory=list)
    retried: list[FileReceipt] = field(default_factory=list)
    run_code: str = ""

    @property
    def has_refusals(self) -> bool:
        """Whether a file was refused as a whole."""
        return any(receipt.outcome == "refused" for receipt in self.files)

    def as_json(self) -> dict[str, Any]:
        """As `guanjia load --json` prints it."""
        found: dict[str, Any] = {"files": [receipt.as_json() for receipt in self.files]}
        if self.retried:
            found["retried"] = [receipt.as_json() for receipt in self.retried]
        return found

    def counts(self) -> dict[str, int]:
        """Counts for the run row."""
        sheets = [sheet for receipt in self.files for sheet in receipt.sheets]
        return {
            "files": len(self.files),
            "refused": sum(receipt.outcome == "refused" for receipt in self.files),
            "rows_read": sum(sheet.rows_read for sheet in sheets),
            "accepted": sum(sheet.accepted for sheet in sheets),
            "rejected": sum(sheet.rejected for sheet in sheets),
            "skipped": sum(sheet.skipped for sheet in sheets),
            "taken_in_by_retry": sum(sheet.accepted for receipt in self.retried for sheet in receipt.sheets),
        }


def in_order(files: Iterable[Prepared]) -> list[Prepared]:
    """Files in the order in which references need them, within a dataset by file name.

    A file waits for those that bring what its rows refer to, and for those of the same dataset with an earlier name;
    where files wait for each other the one that comes earliest in the contract's order goes first.
    """
    place = {name: number for number, name in enumerate(loading_order())}
    waiting = sorted(files, key=lambda file: (file.path.stem, file.path.name))
    order: list[Prepared] = []
    while waiting:
        ready = [file for file in waiting if not any(_waits(file, other) for other in waiting if other is not file)]
        chosen = min(ready or waiting, key=lambda file: min((place[name] for name in file.datasets), default=-1))
        waiting.remove(chosen)
        order.append(chosen)
    return order


def _waits(file: Prepared, other: Prepared) -> bool:
    needed = {each.target for name in file.datasets for each in incoming()[name].references}
    if needed & set(other.datasets) - set(file.datasets):
        return True
    same = set(file.datasets) & set(other.datasets)
    return bool(same) and (other.path.stem, other.path.name) < (file.path.stem, file.path.name)


def load_files(
    paths: Sequence[Path],
    terms: Terms,
    *,
    with_retry: bool = True,
    shows: Callable[[FileReceipt], None] | None = None,
) -> Outcome:
    """Take files in, each in one transaction, then try earlier rejects once more.

    Args:
        paths: the files.
        terms: on what terms; the run is made here.
        with_retry: try rejects at the end.
        shows: told of each receipt as soon as its file is in.
    """
    outcome, terms = _begin(terms, {"files": [shown_name(path) for path in paths]})
    for prepared in in_order(prepare(path, terms.asked) for path in paths):
        receipt = take_in(prepared, terms)
        outcome.files.append(receipt)
        if shows is not None:
            shows(receipt)
    if with_retry:
        outcome.retried = try_rejects(terms)
    return finish(outcome, terms)


def retry_only(terms: Terms, dataset: Dataset | None = None) -> Outcome:
    """Try rejects once more, without a file.

    Args:
        terms: on what terms; the run is made here.
        dataset: only this one; None: all.
    """
    outcome, terms = _begin(terms, {"retry_rejects": True})
    outcome.retried = try_rejects(terms, dataset)
    return finish(outcome, terms)


def try_rejects(terms: Terms, dataset: Dataset | None = None) -> list[FileReceipt]:
    """The retry in a transaction of its own; see `retry`."""
    with transaction() as tx:
        return retry(
            tx,
            as_of=terms.as_of,
            at=terms.received_at,
            run_id=terms.run_id,
            dataset=dataset,
            sent_by=terms.sent_by,
        )


def _begin(terms: Terms, parameters: dict[str, Any]) -> tuple[Outcome, Terms]:
    if terms.run_id is not None:
        return Outcome(), terms
    with transaction() as tx:
        run = open_run(
            tx, "intake", terms.as_of, started_at=terms.received_at, parameters=parameters, requested_by=terms.sent_by
        )
    return Outcome(run_code=run.run_code), replace(terms, run_id=run.run_id)


def finish(outcome: Outcome, terms: Terms) -> Outcome:
    """Tell who is subscribed, and end the run of a batch that made its own."""
    if outcome.run_code and terms.run_id is not None:
        from guanjia.pipelines.intake.reporting import report

        with transaction() as tx:
            if outcome.files:
                report(tx, run_id=terms.run_id, at=terms.received_at)
            close_run(tx, terms.run_id, "succeeded", detail=outcome.counts())
    return outcome

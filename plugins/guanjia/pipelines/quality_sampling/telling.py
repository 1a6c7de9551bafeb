"""Telling people what the quality check needs of them: each fact once, in the transaction that marks it told.

Reviewers get their list, agents their own scores, leaders what concerns their team, heads whatever needs a hand,
managers the month. Nobody is told of people outside their scope (`telling_people`).
"""

from __future__ import annotations

from datetime import datetime

from guanjia.outbox import Message, enqueue
from guanjia.outbox.editions import in_next_editions
from guanjia.pipelines.quality_sampling.served import begin
from guanjia.pipelines.quality_sampling.telling_month import tell_months
from guanjia.pipelines.quality_sampling.telling_notes import tell_corrections, tell_remarks, tell_roster
from guanjia.pipelines.quality_sampling.telling_people import Readers
from guanjia.pipelines.quality_sampling.telling_scores import tell_appeals, tell_scores
from guanjia.pipelines.quality_sampling.telling_week import tell_week
from guanjia.pipelines.quality_sampling.telling_worklists import tell_worklists
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run


def tell(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Write the mails of everything that is not told yet.

    Args:
        transaction: open transaction; the mails exist exactly if it commits.
        run: run that tells.
        as_of: aware instant of the run.

    Returns:
        Counts of what was told, by name, and ``mails_written``. All nought where nobody is served.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    at = begin(transaction, as_of)
    people = Readers(transaction, at)
    messages: list[Message] = []
    counts: dict[str, int] = {}
    for written, count in (
        tell_worklists(transaction, people, at),
        tell_week(transaction, people, at),
        tell_scores(transaction, people, at),
        tell_appeals(transaction, people, at),
        tell_corrections(transaction, people, at),
        tell_remarks(transaction, run, people, at),
        tell_roster(transaction, people, at),
        tell_months(transaction, people, at),
    ):
        messages += written
        counts |= count
    mails = enqueue(transaction, in_next_editions(transaction, messages), run_id=run.run_id).written if messages else 0
    return counts | {"mails_written": mails}

"""Telling people what the callbacks of the day need of them: each fact once, in the transaction that marks it told.

Agents get their list, managers those nobody is to telephone, customers a letter, leaders what would be missed, and
departments the cases of those who are not satisfied. Nobody is told of a community outside their scope. What nobody can
be told of (a post that nobody fills, no subscriber) stays untold and comes up again.
"""

from __future__ import annotations

from datetime import datetime

from guanjia.outbox import Message, enqueue
from guanjia.outbox.editions import in_next_editions
from guanjia.pipelines.scheduled_callbacks.served import begin
from guanjia.pipelines.scheduled_callbacks.telling_customers import give_up_letters, write_letters
from guanjia.pipelines.scheduled_callbacks.telling_events import tell_events
from guanjia.pipelines.scheduled_callbacks.telling_lists import tell_lists, tell_manager, tell_withdrawn
from guanjia.pipelines.scheduled_callbacks.telling_notes import tell_cases, tell_conflicts, tell_edited
from guanjia.pipelines.scheduled_callbacks.telling_people import Readers
from guanjia.pipelines.scheduled_callbacks.telling_report import tell_report, tell_warnings
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run


def tell(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Write the mails of everything that is not told yet.

    Args:
        transaction: open transaction; the mails exist exactly if it commits.
        run: run that tells.
        as_of: aware instant of the run.

    Returns:
        Counts: letters given up and written, lines of lists taken off and given, callbacks of managers' lists,
        warnings, conflicts, edited forms, cases, days, missed windows, unreached callbacks, dropped prospects, remarks
        and events told, and ``mails_written``. All nought where nobody is served.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    at = begin(transaction, as_of)
    people = Readers(transaction, at)
    counts = give_up_letters(transaction, run)
    messages: list[Message] = []
    for written, count in (
        tell_withdrawn(transaction, people, at),
        tell_lists(transaction, people, at),
        tell_manager(transaction, people, at),
        write_letters(transaction, people, at),
        tell_warnings(transaction, run, people, at),
        tell_conflicts(transaction, run, people, at),
        tell_edited(transaction, run, people, at),
        tell_cases(transaction, run, people, at),
        tell_report(transaction, people, at),
        tell_events(transaction, people, at),
    ):
        messages += written
        counts |= count
    mails = enqueue(transaction, in_next_editions(transaction, messages), run_id=run.run_id).written if messages else 0
    return counts | {"mails_written": mails}

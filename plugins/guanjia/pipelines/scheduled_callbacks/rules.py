"""The callback rules a run goes by: those switched on and fit to be followed; the others are told of, never guessed."""

from __future__ import annotations

from datetime import datetime

from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute


def prepare_rules(transaction: Transaction, run: Run, at: datetime) -> None:
    """Make the temporary table ``rules_in_force`` and remark each rule that was left out, once.

    Args:
        transaction: open transaction; the table lasts as long as it does.
        run: run the remarks are written by.
        at: aware instant of the run.
    """
    faults = unusable_rules(transaction)
    execute(transaction, "scheduled_callbacks/drop_rules_in_force")
    execute(transaction, "scheduled_callbacks/create_rules_in_force", unusable=list(faults))
    execute(transaction, "scheduled_callbacks/analyse_rules_in_force")
    execute(
        transaction,
        "scheduled_callbacks/note_unusable_rules",
        rule_codes=list(faults),
        faults=list(faults.values()),
        at=at,
        run_id=run.run_id,
    )


def unusable_rules(transaction: Transaction) -> dict[str, str]:
    """Rules that are switched on but cannot be followed.

    Args:
        transaction: open transaction; nothing is written.

    Returns:
        Rule code → what is amiss: unknown_repeat, window_too_long, service_days_crossed, repeat_of_fact,
        service_days_of_fact, without_repeat, repeat_not_days, without_month or prospects_have_no_service.
    """
    found = execute(transaction, "scheduled_callbacks/list_unusable_rules")
    return {row.rule_code: row.fault for row in found}

"""Showing drafts to those who approve: the state, the mail; and drafting and showing anew what changed meanwhile."""

from __future__ import annotations

from datetime import datetime

from guanjia.logs import get_logger
from guanjia.pipelines.fee_billing.due import CommunityMonth
from guanjia.pipelines.fee_billing.runs import BillingRun, read_run
from guanjia.store.engine import Transaction, transaction
from guanjia.store.runs import Run, add_detail
from guanjia.store.sql import execute

_log = get_logger(__name__)


def show_runs(tx: Transaction, run: Run, as_of: datetime, pages: str = "") -> dict[str, int]:
    """Mark the drafts of a run, after its gates, as awaiting their approval; mail the approvers the figures.

    A case is opened about each shared meter whose use is abnormal.

    A draft that says what one before it said, which was shown to the same people, is told to nobody again.

    Args:
        tx: open transaction; state and mails stand together.
        run: the run that drafted them.
        as_of: its instant; they are shown, and cases are opened, as of it.
        pages: address of our pages, for the links in the mails; blank: none.

    Returns:
        Rows written: `runs_shown`, `mails_written` and cases; nothing the second time.
    """
    from guanjia.pipelines.fee_billing import pools

    rows = execute(tx, "fee_billing/show_drafts", run_id=run.run_id, shown_at=as_of).all()
    execute(tx, "fee_billing/close_answered_runs", ended_at=as_of)
    news = [read_run(tx, row.run_code) for row in sorted(rows, key=lambda row: row.run_code) if not row.is_known]
    mails = _tell(tx, run, news, as_of, pages)
    return {"runs_shown": len(rows), "mails_written": mails, **pools.open_cases(tx, run, as_of)}


def show_anew(run: Run, run_code: str, as_of: datetime, pages: str = "") -> str | None:
    """Draft a run anew whose inputs changed, check it and show it: in transactions of its own.

    Args:
        run: the run of the pipeline that does it.
        run_code: the run that is replaced.
        as_of: instant of the new draft; aware.
        pages: address of our pages, for the links in the mails.

    Returns:
        Code of the run that awaits approval now; None: nothing is to be billed any more.

    Raises:
        GateFailed: the new draft is not fit to be shown.
    """
    from guanjia.gates import check_run
    from guanjia.pipelines.fee_billing import drafting

    with transaction() as tx:
        code = drafting.redraft(tx, run, run_code, as_of)
    if code is None:
        return None
    check_run(run.run_id, drafting.SUITES)
    with transaction() as tx:
        drafting.mark_checked(tx, run, as_of)
        show_runs(tx, run, as_of, pages)
    return code


def left_behind(tx: Transaction, community: str | None) -> list[CommunityMonth]:
    """Months of drafts that nobody was shown, because a gate stopped their run or it was killed."""
    rows = execute(tx, "fee_billing/list_drafts_left_behind", community_code=community)
    return [CommunityMonth(row.community_code, row.period) for row in rows]


def _tell(tx: Transaction, run: Run, news: list[BillingRun], at: datetime, pages: str) -> int:
    from guanjia.pipelines.fee_billing.telling_approvers import tell_shown

    if not news:
        return 0
    # The key of the mail: this run and what it shows, so that a run that shows again later tells of that, too.
    key = f"{run.run_code}/{news[0].run_code}"
    mails, untold = tell_shown(tx, news, at, run_id=run.run_id, key=key, pages=pages)
    if untold:
        said = (
            f"Nobody can be told of {', '.join(untold)}: billing_approvers names nobody with a mail address "
            "who did not ask for it. It waits for guanjia approve, or the approval in Airflow's pages."
        )
        _log.warning("nobody to tell of a billing run", runs=untold)
        add_detail(tx, run.run_id, {"nobody_to_tell": said})
    return mails

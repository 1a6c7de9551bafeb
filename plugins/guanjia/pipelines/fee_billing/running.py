"""The steps of the DAG ``fee_billing`` between the modules that do the work: who asked, what is asked, what follows."""

from __future__ import annotations

import getpass
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime

from guanjia.domain.errors import GuanjiaError, UnknownName, UsageError
from guanjia.i18n import gettext_for
from guanjia.pipelines.fee_billing.approvers import input_bringer, is_staff_login
from guanjia.pipelines.fee_billing.approving import check_posted, post_or_show_anew, posting_instant
from guanjia.pipelines.fee_billing.deciding import QUESTIONS_AT_ONCE, newest_of, note_asked, runs_to_see_through
from guanjia.pipelines.fee_billing.due import CommunityMonth
from guanjia.pipelines.fee_billing.runs import read_run, undecided_runs
from guanjia.pipelines.fee_billing.showing import left_behind, show_runs
from guanjia.settings import environment
from guanjia.store.engine import Transaction, transaction
from guanjia.store.locks import lock_scope
from guanjia.store.runs import Run, add_detail
from guanjia.store.sql import execute

_Step = Callable[[Transaction, Run, datetime], Mapping[str, int]]


class NothingToPost(GuanjiaError):
    """A run was rejected, superseded or is asked about elsewhere: nothing follows here."""


class Undecided(GuanjiaError):
    """Nobody has decided on a run, although the question about it is over."""


def preparations() -> tuple[_Step, ...]:
    """What is derived before anything is billed: registrations, vacancy, inspections' results, use of vacant units."""
    from guanjia.pipelines.vacancy_inspections.meters import measure_use
    from guanjia.pipelines.vacancy_inspections.registrations import judge_registrations
    from guanjia.pipelines.vacancy_inspections.results import take_results
    from guanjia.pipelines.vacancy_inspections.vacancies import derive_vacancies

    return (judge_registrations, derive_vacancies, take_results, measure_use)


def draft(
    tx: Transaction,
    run: Run,
    as_of: datetime,
    *,
    period: str | None = None,
    community: str | None = None,
    by_hand: bool = True,
    requested_by: str | None = None,
) -> dict[str, int]:
    """Draft the months that are asked for, or due by the schedule, each with who asked for it.

    Args:
        tx: open transaction, after the preparations.
        run: the run.
        as_of: its instant; aware.
        period: month, YYYY-MM; None: the last complete one by hand, the oldest not billed by the schedule.
        community: only this one; None: all that are served.
        by_hand: whether a person started it; the schedule also takes up drafts that a gate stopped.
        requested_by: Airflow user who started it; None: nobody is known. Then it is the system user, if somebody of
            the staff has that login and started it by hand, else who last brought inputs of the community's billing.

    Returns:
        Rows written, by name.

    Raises:
        UsageError: the month or community cannot be billed.
    """
    from guanjia.pipelines.fee_billing.drafting import draft_runs
    from guanjia.pipelines.fee_billing.months import find_months

    try:
        months = find_months(tx, as_of, period, community, by_hand)
    except UnknownName as error:
        raise UsageError(str(error)) from error
    if not by_hand:
        known = {month.community_code for month in months}
        months += [month for month in left_behind(tx, community) if month.community_code not in known]
    asked: dict[str | None, list[CommunityMonth]] = defaultdict(list)
    for month in months:
        asked[requested_by or _requester(tx, month.community_code, as_of, by_hand=by_hand)].append(month)
    counts: dict[str, int] = defaultdict(int)
    for who, theirs in asked.items():
        for name, count in draft_runs(tx, run, as_of, theirs, who).items():
            counts[name] += count
    counts.pop("unchanged", None)
    return dict(counts)


def show(tx: Transaction, run: Run, as_of: datetime, pages: str = "") -> dict[str, int]:
    """Mark what the gates let pass and ask for its approval; see `showing.show_runs`."""
    from guanjia.pipelines.fee_billing.drafting import mark_checked

    mark_checked(tx, run, as_of)
    return show_runs(tx, run, as_of, pages)


def claim_questions(
    tx: Transaction, dag_run_id: str, *, as_of: datetime | None = None, approved_only: bool = False
) -> list[str]:
    """Codes of the runs this Airflow run asks about, those approved and never posted, those posted and not told.

    Args:
        tx: open transaction.
        dag_run_id: the Airflow run.
        as_of: instant of the run: what was posted by then, and reversed, whose payers were not told because something
            was killed or a gate failed, is told now; None: none of that.
        approved_only: nobody could answer here (one process): only what is approved already.
    """
    lock_scope(tx, "fee_billing/questions")
    codes = runs_to_see_through(tx, dag_run_id)
    untold = []
    if as_of is not None:
        found = execute(tx, "bill_papers/find_untold_runs", as_of=as_of, all_runs=True, run_codes=[])
        untold = [str(row.run_code) for row in found][: QUESTIONS_AT_ONCE - len(codes)]
    if approved_only:
        return [code for code in codes if read_run(tx, code).state == "approved"] + untold
    for place, code in enumerate(codes):
        note_asked(tx, code, f"fee_billing/{dag_run_id}/approve.ask/{place}")
    return codes + untold


def post(run: Run, run_code: str, pages: str = "") -> dict[str, int]:
    """Post a run on its stored decision; the one in its place, if it was replaced and that one was decided on here.

    Args:
        run: the run of the pipeline.
        run_code: billing run that was asked about.
        pages: address of our pages, for the links in mails.

    Returns:
        Rows written, by name.

    Raises:
        NothingToPost: it was rejected, superseded, is asked about elsewhere, or had to be shown anew.
        Undecided: the question is over and nobody has decided, for example because it was marked as successful.
    """
    with transaction("read") as tx:
        found = newest_of(tx, run_code)
    if found.state in ("approved", "posted"):
        done = post_or_show_anew(run, found.run_code, pages=pages)
        if done.state != "posted":
            raise NothingToPost(f"{found.run_code} has changed since it was approved: {done.run_code} is asked about.")
        with transaction() as tx:
            add_detail(tx, run.run_id, done.counts, rows_out=sum(done.counts.values()))
        return done.counts
    if found.state == "awaiting_approval" and found.run_code == run_code:
        _ = gettext_for(environment().language)
        raise Undecided(
            _(
                "Nobody has decided on {code}: nothing was posted, as marking the question decides nothing. Use "
                "`guanjia approve` or `guanjia reject` with this code, or wait for the next run, which asks again.",
                code=run_code,
            )
        )
    raise NothingToPost(f"{found.run_code} is {found.state}: nothing is posted here.")


def tell(run: Run, run_code: str) -> dict[str, int]:
    """Tell the payers of a posted run."""
    from guanjia.pipelines.fee_billing.telling_bills import tell_bills

    with transaction("read") as tx:
        found = newest_of(tx, run_code)
    return tell_bills(run, found.posted_at or posting_instant(found), [found.run_code])


def check_books(run: Run, run_code: str) -> dict[str, int]:
    """Check the books of a posted run before any bill of it leaves the house.

    Raises:
        GateFailed: they do not add up.
    """
    with transaction("read") as tx:
        found = newest_of(tx, run_code)
    checked = check_posted(found.run_code)
    counts = {"gate_rows": checked["rows"], "gate_warnings": checked["warnings"]}
    with transaction() as tx:
        add_detail(tx, run.run_id, counts)
    return counts


def still_waits(tx: Transaction, run: Run) -> bool:
    """Whether something this run drafted awaits a person."""
    return any(each.state == "awaiting_approval" and each.run_id == run.run_id for each in undecided_runs(tx))


def _requester(tx: Transaction, community: str, as_of: datetime, *, by_hand: bool) -> str | None:
    if by_hand and is_staff_login(tx, getpass.getuser(), as_of):
        return getpass.getuser()
    return input_bringer(tx, community, as_of)

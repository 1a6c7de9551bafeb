"""What follows a decision: posting, the gates of the books, the bills; or drafting and showing anew what changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from guanjia.domain.errors import InputsChanged
from guanjia.pipelines.confirm_changes import Person
from guanjia.pipelines.fee_billing.deciding import decide, refuse_person
from guanjia.pipelines.fee_billing.runs import BillingRun, lock_community, read_run
from guanjia.pipelines.fee_billing.showing import show_anew
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import transaction
from guanjia.store.runs import Run


@dataclass(frozen=True)
class Outcome:
    """What became of a run.

    Attributes:
        state: posted; shown_anew: its inputs had changed, and another run waits; nothing_left: they had changed, and
            nothing is to be billed any more.
        run_code: the run, or the one that took its place.
        counts: what was written, by name.
    """

    state: Literal["posted", "shown_anew", "nothing_left"]
    run_code: str
    counts: dict[str, int] = field(default_factory=dict)


def decide_and_post(
    run: Run,
    run_code: str,
    person: Person,
    *,
    shown_digest: str,
    decided_at: datetime,
    reason: str = "",
    pages: str = "",
) -> Outcome:
    """Approve a billing run, post it, check the books and tell the payers; each in transactions of its own.

    Doing it again does what is left to do: a run that is posted is not posted again, a bill is told once.

    Args:
        run: run of the pipeline that does it.
        run_code: the billing run.
        person: who approves; authenticated by the caller.
        shown_digest: digest of what the person was shown.
        decided_at: instant of the decision; aware; the run is posted as of it.
        reason: a remark; may be blank.
        pages: address of our pages, for the links in mails.

    Returns:
        What became of it.

    Raises:
        NotPermitted, UnknownName, GuanjiaError: see `deciding.decide`.
        GateFailed: the books do not add up; no bill has left the house.
    """
    with transaction() as tx:
        decide(tx, run_code, "approved", person, shown_digest=shown_digest, decided_at=decided_at, reason=reason)
    return post_decided(run, run_code, pages=pages)


def post_decided(run: Run, run_code: str, *, pages: str = "") -> Outcome:
    """Post an approved run as of its decision, check the books, tell the payers; see `decide_and_post`."""
    from guanjia.pipelines.fee_billing.telling_bills import tell_bills

    done = post_or_show_anew(run, run_code, pages=pages)
    if done.state != "posted":
        return done
    with transaction("read") as tx:
        as_of = posting_instant(read_run(tx, run_code))
    check_posted(run_code)
    return Outcome("posted", run_code, done.counts | tell_bills(run, as_of, [run_code]))


def check_posted(run_code: str) -> dict[str, int]:
    """Check the books of what posted a run, whoever did it and when: no bill leaves the house before.

    Returns:
        `rows` checked and `warnings`.

    Raises:
        GateFailed: the books do not add up.
    """
    from guanjia.gates import check_run
    from guanjia.pipelines.fee_billing.posting import SUITES

    with transaction("read") as tx:
        posted_by = read_run(tx, run_code).run_id
    return {"rows": 0, "warnings": 0} if posted_by is None else check_run(posted_by, SUITES)


def post_or_show_anew(run: Run, run_code: str, *, pages: str = "") -> Outcome:
    """Post an approved run as of its decision; where its inputs have changed, draft and show it anew instead.

    Raises:
        BooksRefused: it is not approved.
    """
    from guanjia.pipelines.fee_billing.posting import post_run

    try:
        with transaction() as tx:
            counts = post_run(tx, run, run_code, posting_instant(read_run(tx, run_code)))
        return Outcome("posted", run_code, counts)
    except InputsChanged:
        return renew(run, run_code, pages=pages)


def renew(run: Run, run_code: str, *, as_of: datetime | None = None, pages: str = "") -> Outcome:
    """Draft a run anew, check it and show it, as its inputs have changed.

    Args:
        run: run of the pipeline that does it.
        run_code: the run that is replaced.
        as_of: instant of the new draft; None: of the run of the pipeline, or of the old draft if that is later.
        pages: address of our pages.
    """
    with transaction("read") as tx:
        drafted_at = read_run(tx, run_code).drafted_at
    code = show_anew(run, run_code, max(as_of or run.as_of, drafted_at), pages)
    return Outcome("shown_anew", code) if code else Outcome("nothing_left", run_code)


def has_changed(run_code: str) -> bool:
    """Whether a run would say something else if it were drafted again for its own instant."""
    from guanjia.pipelines.fee_billing import digest

    with transaction() as tx:
        found = read_run(tx, run_code)
        lock_community(tx, found.community_code)
        return digest.recomputed_digest(tx, run_code) != found.digest


def release_and_renew(
    run: Run, run_code: str, meter_code: str, person: Person, *, reason: str, at: datetime, pages: str = ""
) -> Outcome:
    """Release a shared meter whose use is abnormal, as an approver; then the run is drafted and shown anew.

    Args:
        run: run of the pipeline that does it.
        run_code: billing run whose approval lists the meter.
        meter_code: shared meter.
        person: who releases; authenticated by the caller.
        reason: why the use is right.
        at: instant; aware; the new draft is as of it, or of the old one if that is later.
        pages: address of our pages.

    Raises:
        NotPermitted: the person may not decide on this run.
        GuanjiaError: the meter is not held back in this run.
    """
    from guanjia.pipelines.fee_billing.pools import release_pool

    with transaction() as tx:
        found = read_run(tx, run_code)
        lock_community(tx, found.community_code)
        refuse_person(tx, found, person, at)
        release_pool(tx, run_code, meter_code, found.period, person.recorded_as, reason, at)
    return renew(run, run_code, as_of=at, pages=pages)


def posting_instant(run: BillingRun) -> datetime:
    """The instant a run is posted for: that of the decision, never before the draft's own."""
    return max(run.decided_at or run.drafted_at, run.drafted_at).astimezone(TIME_ZONE)

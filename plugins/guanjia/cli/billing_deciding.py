"""What `approve`, `reject` and `release` do about billing runs: show figures, decide as a proven person, tell."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import IO, TYPE_CHECKING

from guanjia.cli.progress import say
from guanjia.cli.values import instant, now
from guanjia.domain.errors import GuanjiaError, UsageError
from guanjia.i18n import gettext_for
from guanjia.i18n.formats import money_text
from guanjia.settings import environment

if TYPE_CHECKING:
    from guanjia.pipelines.confirm_changes import Person
    from guanjia.pipelines.fee_billing.approving import Outcome
    from guanjia.pipelines.fee_billing.runs import BillingRun
    from guanjia.store.runs import Run

EXCEPTIONS_PRINTED = 40


def add_instant_argument(parser: argparse.ArgumentParser) -> None:
    """Declare ``--as-of``, which only a demo home takes."""
    parser.add_argument("--as-of", metavar="T", help="instant of it, on billing and the books; only in a demo home")


def billing_runs_named(name: str) -> list[BillingRun]:
    """The billing runs a person means: a run's own code, or that of the run of the pipeline that waits; else none."""
    from guanjia.pipelines.fee_billing.deciding import runs_named
    from guanjia.store.engine import transaction

    with transaction("read") as tx:
        return runs_named(tx, name)


def approve_runs(arguments: argparse.Namespace, runs: list[BillingRun]) -> int:
    """Approve and post; 1 where a run had to be drafted and shown anew."""
    from guanjia.pipelines.fee_billing.approving import decide_and_post

    code = 0
    for found in runs:
        show_run(found.run_code, sys.stdout)
        with acting(arguments, "approve", found.run_code) as (run, person):
            done = decide_and_post(
                run,
                found.run_code,
                person,
                shown_digest=found.digest or "",
                decided_at=run.as_of,
                pages=pages(),
            )
        code = max(code, _tell_outcome(found.run_code, person, done))
    return code


def reject_runs(arguments: argparse.Namespace, runs: list[BillingRun]) -> int:
    """Reject, with the reason; who asked for the run is told."""
    from guanjia.pipelines.fee_billing.deciding import decide
    from guanjia.store.engine import transaction

    _ = gettext_for(environment().language)
    for found in runs:
        show_run(found.run_code, sys.stdout)
        with acting(arguments, "reject", found.run_code) as (run, person), transaction() as tx:
            done = decide(
                tx,
                found.run_code,
                "rejected",
                person,
                shown_digest=found.digest or "",
                decided_at=run.as_of,
                reason=arguments.reason,
            )
        say(_("{code} is rejected by {who}: nothing was posted.", code=done.run_code, who=done.approved_by or ""))
    return 0


def release(arguments: argparse.Namespace, found: BillingRun) -> int:
    """Release a shared meter of a run; the run is drafted and shown anew."""
    from guanjia.pipelines.fee_billing.approving import release_and_renew

    _ = gettext_for(environment().language)
    with acting(arguments, "release", found.run_code) as (run, person):
        done = release_and_renew(
            run,
            found.run_code,
            arguments.meter,
            person,
            reason=arguments.reason,
            at=run.as_of,
            pages=pages(),
        )
    say(_("{meter} is released by {who}.", meter=arguments.meter, who=person.recorded_as))
    if done.state == "shown_anew":
        say(_("It was drafted anew: {code} awaits approval.", code=done.run_code))
    return 0


def show_run(run_code: str, screen: IO[str]) -> None:
    """Print what an approver sees: totals by charge, the change, what is not billed and why."""
    from guanjia.pipelines.fee_billing.approval import read_figures
    from guanjia.pipelines.fee_billing.approval_words import comparison, signed, subject
    from guanjia.pipelines.fee_billing.exception_words import exception_sentence
    from guanjia.pipelines.fee_billing.words import charge_words
    from guanjia.store.engine import transaction

    language = environment().language
    _ = gettext_for(language)
    with transaction("read") as tx:
        figures = read_figures(tx, run_code)
    screen.write(f"{run_code}: {subject(figures, language)}\n")
    for each in figures.charges:
        corrected = _("of it corrections {amount}", amount=signed(each.corrected)) if each.corrections else ""
        screen.write(f"  {charge_words(_, each.charge_kind)}: {money_text(each.amount)}  {corrected}".rstrip() + "\n")
    screen.write(f"  {comparison(_, figures)}\n")
    count = sum(figures.exception_kinds.values())
    if count:
        screen.write(f"  {_('Not billed ({n})', n=count)}\n")
    for row in figures.exceptions[:EXCEPTIONS_PRINTED]:
        screen.write(f"    {exception_sentence(_, row)}\n")


@contextlib.contextmanager
def acting(arguments: argparse.Namespace, what: str, run_code: str) -> Iterator[tuple[Run, Person]]:
    """A run of the pipeline for what a proven person does from the command; its mails are delivered afterwards."""
    from guanjia.cli.identity import acting_person
    from guanjia.outbox import deliver_outbox
    from guanjia.pipelines import confirm_changes
    from guanjia.store.engine import transaction
    from guanjia.store.runs import close_run, fail_run, open_run

    with transaction() as tx:
        as_of = given_instant(arguments)
        who = acting_person(arguments, tx)
        person = confirm_changes.Person(who.login or confirm_changes.login_of(tx, who.staff_code), who.staff_code)
        run = open_run(tx, "fee_billing", as_of, parameters={what: run_code}, requested_by=person.recorded_as)
    try:
        yield run, person
    except GuanjiaError as error:
        with transaction() as tx:
            fail_run(tx, run.run_id, what, error)
        raise
    deliver_outbox(as_of)
    with transaction() as tx:
        close_run(tx, run.run_id, "succeeded")


def pages() -> str:
    """Address of the pages, for the links in mails."""
    given = environment()
    return given.airflow_url or f"http://127.0.0.1:{given.ui_port}"


def given_instant(arguments: argparse.Namespace) -> datetime:
    """The instant a person acts at: now, in a demo home the one of ``--as-of``.

    Raises:
        UsageError: ``--as-of`` elsewhere.
    """
    from guanjia.host.home import is_demo_home

    if not arguments.as_of:
        return now()
    if not is_demo_home(environment().home):
        raise UsageError("--as-of: a decision is made now; only a demo home takes another instant.")
    return instant(arguments.as_of)


def _tell_outcome(run_code: str, person: Person, done: Outcome) -> int:
    _ = gettext_for(environment().language)
    if done.state == "posted":
        told = done.counts
        if told.get("posted"):
            say(_("{code} is approved by {who} and posted.", code=run_code, who=person.recorded_as))
        else:
            say(_("{code} was posted before; nothing was changed.", code=run_code))
        return 0
    if done.state == "shown_anew":
        say(
            _(
                "{code} was not posted: what is to be billed has changed since it was shown. It was drafted anew as "
                "{new}, which awaits approval.",
                code=run_code,
                new=done.run_code,
            )
        )
    else:
        say(_("{code} was not posted: there is nothing to bill any more.", code=run_code))
    return 1

"""What a demo ends with: what was taken in, what the pipelines made of it, and what to look at and try next."""

from __future__ import annotations

import shlex
from collections import Counter
from datetime import datetime
from pathlib import Path
from unicodedata import east_asian_width

from sqlalchemy import Table, func, select

from guanjia.cli.progress import say
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.sample.workforce import APPROVER
from guanjia.settings import PROJECT_ROOT, TIME_ZONE, Environment, environment
from guanjia.store.engine import Transaction

SUBJECTS_SHOWN = 5
COUNTS_A_LINE = 4
WIDTH = 26
FOLDERS = {
    "sample": N_("the company's registers, as its offices keep them"),
    "inbox": N_("drop files here; restricted/ is for policies, tariffs, staff and recipients"),
    "archive": N_("files taken in, each with its receipt"),
    "mail": N_("the mails that were sent, for any mail program"),
    "logs": N_("what the pipelines said"),
}


def show_summary(home: Path, as_of: datetime) -> None:
    """Prints the end of a demo.

    Args:
        home: its state folder.
        as_of: the instant at which everything ran.
    """
    from guanjia.store.engine import transaction

    _ = gettext_for(environment().language)
    say()
    say(_("As of {instant}:", instant=f"{as_of.astimezone(TIME_ZONE):%Y-%m-%d %H:%M}"))
    with transaction("read") as tx:
        _show_counts(tx, "in", _("Taken in"))
        _show_counts(tx, "out", _("Made of it by the pipelines"))
        codes = {
            N_("every deadline and escalation of this case, in sentences"): _most_escalated_case(tx),
            N_("why this empty flat was visited, when, and what was found"): _latest_finding(tx),
            N_("why this customer was called back, by whom, and what came of it"): _telling_callback(tx),
            N_("why this call or case was drawn for the quality check, and how it was scored"): _telling_sample(tx),
            N_("how each line of this bill was reckoned"): _telling_bill(tx),
            N_("what this figure of the weekly report is made of, down to the cases"): _telling_figure(tx),
            N_("what became of this thing that was found, and what comes next"): _telling_item(tx),
        }
        approval = _open_approval(tx)
    _show_mails(home, _)
    say(_("Look at:"))
    for name, meaning in FOLDERS.items():
        say(f"  {home / name}  {_(meaning)}")
    say(_("Try next:"))
    for command, meaning in _commands(codes, approval):
        say(f"  {_prefix(environment())}guanjia {command:<50} {_(meaning)}")


def _show_counts(tx: Transaction, direction: str, title: str) -> None:
    from guanjia.store.tables import datasets

    is_chinese = environment().language == "zh"
    counts = {
        table.info["zh"] if is_chinese else name: _count(tx, table) for name, table in datasets(direction).items()
    }
    shown = [_padded(f"{name} {count:,}") for name, count in counts.items() if count]
    if not shown:
        return
    say(f"{title}:")
    for start in range(0, len(shown), COUNTS_A_LINE):
        say("  " + " ".join(shown[start : start + COUNTS_A_LINE]).rstrip())


def _padded(text: str) -> str:
    """The text filled up to one column; a Chinese character is two wide."""
    wide = sum(east_asian_width(sign) in ("W", "F") for sign in text)
    return text + " " * (WIDTH - len(text) - wide)


def _count(tx: Transaction, table: Table) -> int:
    return int(tx.scalar(select(func.count()).select_from(table)) or 0)


def _most_escalated_case(tx: Transaction) -> str | None:
    from guanjia.store.tables import datasets

    table = datasets("out").get("escalations")
    if table is None:
        return None
    case = table.c.case_code
    return tx.scalar(select(case).group_by(case).order_by(func.count().desc(), case.desc()).limit(1))


def _latest_finding(tx: Transaction) -> str | None:
    from guanjia.store.tables import datasets

    table = datasets("out").get("inspections")
    if table is None:
        return None
    return tx.scalar(
        select(table.c.inspection_code)
        .where(table.c.finding_case_code.is_not(None))
        .order_by(table.c.plan != "monthly", table.c.inspected_at.desc(), table.c.inspection_code)
        .limit(1)
    )


def _telling_callback(tx: Transaction) -> str | None:
    """The latest callback that found a customer dissatisfied, else the latest that reached one."""
    from guanjia.store.tables import metadata

    callbacks, cases = metadata.tables["callbacks"], metadata.tables["callback_cases"]
    opened = select(cases.c.case_code).where(cases.c.callback_code == callbacks.c.callback_code).exists()
    return tx.scalar(
        select(callbacks.c.callback_code)
        .where(callbacks.c.state == "reached")
        .order_by(opened.desc(), callbacks.c.closed_at.desc(), callbacks.c.callback_code)
        .limit(1)
    )


def _telling_sample(tx: Transaction) -> str | None:
    """The latest sample that was appealed against, else the latest that is nonconforming, else the latest scored."""
    from guanjia.store.tables import metadata

    samples, appeals = metadata.tables["samples"], metadata.tables["quality_appeal_verdicts"]
    appealed = select(appeals.c.sample_code).where(appeals.c.sample_code == samples.c.sample_code).exists()
    return tx.scalar(
        select(samples.c.sample_code)
        .where(samples.c.score.is_not(None))
        .order_by(appealed.desc(), samples.c.is_nonconforming.desc(), samples.c.scored_at.desc(), samples.c.sample_code)
        .limit(1)
    )


def _telling_bill(tx: Transaction) -> str | None:
    """The posted bill with the most lines."""
    from guanjia.store.tables import metadata

    lines, states = metadata.tables["bill_lines"], metadata.tables["bill_states"]
    return tx.scalar(
        select(states.c.bill_code)
        .join(lines, states.c.bill_code == lines.c.bill_code)
        .where(states.c.state != "draft")
        .group_by(states.c.bill_code)
        .order_by(func.count().desc(), states.c.bill_code.desc())
        .limit(1)
    )


def _telling_figure(tx: Transaction) -> str | None:
    """The on-time rate of the newest week that was told."""
    from guanjia.store.tables import metadata

    editions = metadata.tables["report_editions"]
    period = tx.scalar(
        select(func.max(editions.c.period)).where(editions.c.report == "weekly", editions.c.state == "told")
    )
    return f"weekly/{period}/company/on_time.total" if period else None


def _telling_item(tx: Transaction) -> str | None:
    """The found thing of which most steps were told."""
    from guanjia.store.tables import metadata

    steps, items = metadata.tables["custody_steps"], metadata.tables["found_property"]
    return tx.scalar(
        select(items.c.item_code)
        .join(steps, steps.c.subject == items.c.item_code)
        .where(steps.c.told_at.is_not(None))
        .group_by(items.c.item_code)
        .order_by(func.count().desc(), items.c.item_code.desc())
        .limit(1)
    )


def _open_approval(tx: Transaction) -> str | None:
    """How the second person approves a billing run that waits, as a command."""
    from guanjia.store.tables import metadata

    runs, staff = metadata.tables["billing_runs"], metadata.tables["staff"]
    waiting = tx.scalar(
        select(runs.c.run_code).where(runs.c.state == "awaiting_approval").order_by(runs.c.run_code).limit(1)
    )
    approver = tx.scalar(select(staff.c.staff_code).where(staff.c.login == APPROVER.login))
    return f"approve {waiting} --as {approver}" if waiting and approver else None


def _show_mails(home: Path, _: Translator) -> None:
    from guanjia.gateways.mail.mailbox import ENDING, Mailbox
    from guanjia.pipelines.reports.report_words import TITLES

    mails = Mailbox(home / "mail").summaries()
    people = {recipient for mail in mails for recipient in mail.recipients}
    say(_.ngettext("{n} mail to {people} people", "{n} mails to {people} people", len(mails), people=len(people)))
    for subject, count in Counter(mail.subject for mail in mails).most_common(SUBJECTS_SHOWN):
        say(f"  {count:>4} × {subject}")
    whole, languages = N_("The whole company"), (_, *(gettext_for(each) for each in ("zh", "en")))
    reports = [
        next(
            (
                mail
                for told in languages
                for mail in mails
                if mail.subject.startswith(f"{told(title)} ") and told(whole) in mail.subject
            ),
            None,
        )
        for title in TITLES.values()
    ]
    if any(reports):
        say(_("Reports of the company, each read in a minute:"))
    for mail in reports:
        if mail is not None:
            say(f"  {mail.subject}")
            say(f"    {home / 'mail' / mail.name}{ENDING}")


def _commands(codes: dict[str, str | None], approval: str | None) -> list[tuple[str, str]]:
    """What to try next.

    Args:
        codes: what `explain` says of a code → the code; None: there is none.
        approval: command that approves what waits; None: nothing does.
    """
    return [
        ("up", N_("Airflow's pages, in Chinese, with this company")),
        *((f"explain {code}", meaning) for meaning, code in codes.items() if code is not None),
        *([(approval, N_("the second person approves this month's bills"))] if approval else []),
        ("export escalations --to escalations.csv", N_("who was told what, and when")),
        (
            "export inspections --to inspections.csv",
            N_("every empty flat: who was to see it when, and what came of it"),
        ),
        ("export callbacks --to callbacks.csv", N_("every callback: why, by whom, and what came of it")),
        ("export report_figures --to figures.csv", N_("every figure of every report, with what it was counted from")),
        ("export quality_results --to quality.csv", N_("how good the work was, with its interval, by agent and team")),
        ("load FILE", N_("take in a file of your own")),
        ("doctor", N_("what is wrong with this installation")),
    ]


def _prefix(given: Environment) -> str:
    """What must stand before a command so that it means this home."""
    return "" if given.home == PROJECT_ROOT / "var" else f"GUANJIA_HOME={shlex.quote(str(given.home))} "

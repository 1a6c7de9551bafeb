"""Doctor's checks of what the house is told and does: policies, people, mails, runs, and what waits for a person."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from guanjia.gate_words import stopped_words
from guanjia.host.doctor import Check, Finding, Patient, listed, ok, problem, warning
from guanjia.host.home import is_demo_home
from guanjia.settings import TIME_ZONE, environment
from guanjia.store.business_settings import setting_value
from guanjia.store.engine import transaction
from guanjia.store.sql import execute
from guanjia.store.tables.registers import communities

CALENDAR_WORDS = ("office", "round_the_clock")
REPORTS = ("intake", "escalation")
"""Reports that exist now and are of no use if nobody gets them."""

NOTICE_MONTH = 11
"""The notice of next year's holidays comes out each November."""

FREQUENT = {
    "intake": timedelta(hours=1),
    "overdue_escalations": timedelta(minutes=30),
    "mail_delivery": timedelta(minutes=30),
    "vacancy_inspections": timedelta(hours=26),
    "scheduled_callbacks": timedelta(hours=26),
    "callback_results": timedelta(hours=12),
    "quality_sampling": timedelta(days=7, hours=2),
    "quality_results": timedelta(hours=14),
    "weekly_report": timedelta(days=7, hours=2),
    "daily_report": timedelta(hours=26),
    "monthly_report": timedelta(hours=26),
    "custody": timedelta(hours=26),
}
"""Pipelines that run by themselves, and how long one may be silent while the house is up."""

SMTP_VARIABLES = tuple(f"GUANJIA_SMTP_{name}" for name in ("HOST", "PORT", "SECURITY", "USER", "PASSWORD", "SENDER"))

MAIL_LATE = timedelta(hours=1)
MAIL_LATELY = timedelta(days=7)


def check_communities(patient: Patient) -> Iterable[Finding]:
    """Every community has a day of going live; one without is not served at all."""
    tr = patient.tr
    with transaction("read") as tx:
        codes = list(execute(tx, "doctor/find_unserved_communities", on_day=_today(patient)).scalars())
        number = tx.scalar(select(func.count()).select_from(communities)) or 0
    if not number:
        yield warning(
            "communities",
            tr("No community is loaded yet."),
            tr("Drop registers into the inbox, or try `guanjia demo`."),
        )
    elif codes:
        yield warning(
            "communities",
            tr.ngettext(
                "{n} community is not served at all, since it has no live_from: {codes}.",
                "{n} communities are not served at all, since they have no live_from: {codes}.",
                len(codes),
                codes=listed(codes),
            ),
            tr("Load the setting live_from for it (dataset settings, inbox/restricted)."),
        )
    else:
        yield ok("communities", tr("Every community has a day of going live."))


def check_calendar(patient: Patient) -> Iterable[Finding]:
    """Official holidays are known for this year, and from November on for the next."""
    tr, today = patient.tr, _today(patient)
    with transaction("read") as tx:
        known = set(execute(tx, "doctor/list_published_years").scalars())
    action = tr(
        "Update Guanjia, or load the days into calendar_days; until then deadlines are provisional, and the monthly "
        "report goes out on what is the first working day by weekdays."
    )
    if today.year not in known:
        yield problem("calendar", tr("The official holidays of {year} are not known.", year=today.year), action)
    elif today.month >= NOTICE_MONTH and today.year + 1 not in known:
        yield warning("calendar", tr("The official holidays of {year} are not known.", year=today.year + 1), action)
    else:
        yield ok("calendar", tr("Official holidays are known up to {year}.", year=max(known)))


def check_policies(patient: Patient) -> Iterable[Finding]:
    """Policies name only what exists."""
    from guanjia.store.tables.service import CASE_EVENTS

    tr = patient.tr
    with transaction("read") as tx:
        unknown = execute(
            tx,
            "doctor/find_unknown_names",
            calendar_words=list(CALENDAR_WORDS),
            event_words=["opened_at", "booked_at", *CASE_EVENTS],
        ).all()
    for row in unknown:
        yield problem(
            "policies",
            tr(
                "{dataset} {code}: {column} names '{value}', which does not exist.",
                dataset=row.dataset,
                code=row.code,
                column=row.column_name,
                value=row.value,
            ),
            tr("Correct the row and load it again, or load what it names."),
        )
    if not unknown:
        yield ok("policies", tr("Policies name only what exists."))


def check_ladder(patient: Patient) -> Iterable[Finding]:
    """Somebody with an address fills every role that the escalation ladder tells."""
    tr = patient.tr
    with transaction("read") as tx:
        rows = execute(tx, "doctor/find_unfilled_roles", on_day=_today(patient)).all()
    for role in sorted({row.role for row in rows}):
        communities = [row.community_code for row in rows if row.role == role]
        has_people = any(row.people for row in rows if row.role == role)
        text = (
            tr("Nobody in the role {role} has a mail address in {codes}.", role=role, codes=listed(communities))
            if has_people
            else tr("Nobody fills the role {role} in {codes}.", role=role, codes=listed(communities))
        )
        yield warning("ladder", text, tr("Correct the staff register; until then its steps go to the next level."))
    if not rows:
        yield ok("ladder", tr("Every role of the escalation ladder is filled."))


def check_recipients(patient: Patient) -> Iterable[Finding]:
    """Reports have recipients, for scopes that exist."""
    tr = patient.tr
    with transaction("read") as tx:
        counts = {row.report: row for row in execute(tx, "doctor/count_recipients")}
    wrong = 0
    for report in REPORTS:
        if report not in counts:
            wrong += 1
            yield warning(
                "recipients",
                tr("Nobody gets the report '{report}'.", report=report),
                tr("Add recipients to report_recipients (inbox/restricted)."),
            )
    for report, row in counts.items():
        if row.without_scope:
            wrong += 1
            yield warning(
                "recipients",
                tr.ngettext(
                    "{n} recipient of '{report}' has a scope that does not exist.",
                    "{n} recipients of '{report}' have a scope that does not exist.",
                    row.without_scope,
                    report=report,
                ),
                tr("Correct the scope: a community code, region:NAME, or company."),
            )
    if not wrong:
        yield ok("recipients", tr("Reports have recipients."))


def check_mails(patient: Patient) -> Iterable[Finding]:
    """No mail failed, hangs in doubt or waits for long."""
    tr, now = patient.tr, patient.now
    with transaction("read") as tx:
        counts = execute(tx, "doctor/count_mails", failed_since=now - MAIL_LATELY, due_before=now - MAIL_LATE).one()
    if counts.unknown_fate:
        yield warning(
            "mails",
            tr.ngettext(
                "{n} mail may or may not have arrived.", "{n} mails may or may not have arrived.", counts.unknown_fate
            ),
            tr("Decide: `guanjia messages --state unknown`, then `guanjia messages resolve CODE --sent|--resend`."),
        )
    if counts.failed:
        yield warning(
            "mails",
            tr.ngettext(
                "{n} mail of the last week failed for good.",
                "{n} mails of the last week failed for good.",
                counts.failed,
            ),
            tr("Read why: `guanjia messages --state failed`; correct the address, then resend."),
        )
    if counts.late:
        yield (problem if patient.up_since is not None else warning)(
            "mails",
            tr.ngettext("{n} mail waits for over an hour.", "{n} mails wait for over an hour.", counts.late),
            tr(
                "Start `guanjia up`, or deliver now: `guanjia run mail_delivery`; read what the mail server says there."
            ),
        )
    if not any((counts.unknown_fate, counts.failed, counts.late)):
        yield ok("mails", tr("No mail failed or waits for long."))


def check_mail_server(patient: Patient) -> Iterable[Finding]:
    """Where mail goes, and whether that can work."""
    tr, given = patient.tr, environment().smtp
    with transaction("read") as tx:
        is_live = bool(setting_value(tx, "mail_live", _today(patient)))
    if is_live and is_demo_home(patient.home):
        yield problem(
            "mail_server",
            tr("mail_live is set in a demo home; its mail goes to the local sink all the same."),
            tr("Set mail_live to no, or make a home in earnest: `guanjia init` in a new GUANJIA_HOME."),
        )
    elif not is_live:
        yield ok("mail_server", tr("Mail goes to this machine's own sink (mail_live is no)."))
    elif given.host == "127.0.0.1" and given.port == environment().mail_smtp_port:
        yield problem(
            "mail_server",
            tr("mail_live is set, but no mail server is named."),
            tr("Set {names}.", names=", ".join(SMTP_VARIABLES)),
        )
    elif reason := _unreachable(given.host, given.port):
        yield problem(
            "mail_server",
            tr(
                "The mail server {host}:{port} does not answer ({reason}).",
                host=given.host,
                port=given.port,
                reason=reason,
            ),
            tr("Check the address and the network; mails wait meanwhile."),
        )
    else:
        yield ok("mail_server", tr("The mail server {host}:{port} answers.", host=given.host, port=given.port))


def _unreachable(host: str, port: int) -> str:
    try:
        with socket.create_connection((host, port), timeout=5):
            return ""
    except OSError as error:
        return error.strerror or type(error).__name__


def check_runs(patient: Patient) -> Iterable[Finding]:
    """The last run of every pipeline succeeded, and none is silent while the house is up."""
    tr = patient.tr
    with transaction("read") as tx:
        last = execute(tx, "doctor/list_last_runs").all()
    wrong = 0
    for run in last:
        if run.state == "failed":
            wrong += 1
            yield problem(
                "runs",
                tr(
                    "The last run of {pipeline} failed at {task}: {run}.",
                    pipeline=run.pipeline,
                    task=run.failed_task or "?",
                    run=run.run_code,
                ),
                stopped_words(tr, run.stopped_by)
                if run.stopped_by
                else tr(
                    "Read the task's log in Airflow, correct the reason, start it again: `guanjia run {pipeline}`.",
                    pipeline=run.pipeline,
                ),
            )
        if run.findings:
            wrong += 1
            yield warning(
                "gates",
                tr.ngettext(
                    "{n} check of {run} found rows.", "{n} checks of {run} found rows.", run.findings, run=run.run_code
                ),
                tr("Look at the run's checks in Airflow's pages and correct the rows."),
            )
    if silent := _silent(patient, last):
        wrong += 1
        yield problem(
            "runs",
            tr("No run for long although Guanjia is up: {names}.", names=listed(silent)),
            tr("Is the DAG paused? Look at it in Airflow; else `guanjia down` and `guanjia up`."),
        )
    if not wrong:
        yield ok("runs", tr("The last runs succeeded.") if last else tr("No pipeline has run yet."))


def _silent(patient: Patient, last: Sequence[Any]) -> list[str]:
    if patient.up_since is None:
        return []
    started = {run.pipeline: run.started_at for run in last}
    known = {path.stem for path in (environment().project_root / "dags").glob("*.py")}
    return [
        name
        for name, silence in FREQUENT.items()
        if name in known and patient.now - max(patient.up_since, started.get(name, patient.up_since)) > silence
    ]


def check_rejects(patient: Patient) -> Iterable[Finding]:
    """Rejected rows that nobody has corrected."""
    tr = patient.tr
    with transaction("read") as tx:
        rows = execute(tx, "doctor/count_open_rejects").all()
    if rows:
        yield warning(
            "rejects",
            tr("Rejected rows are open: {counts}.", counts=listed([f"{row.dataset} {row.open_rows}" for row in rows])),
            tr("Correct the workbook that intake has mailed and drop it into the inbox; see `guanjia export rejects`."),
        )
    else:
        yield ok("rejects", tr("No rejected row is open."))


def check_changes(patient: Patient) -> Iterable[Finding]:
    """Changes that wait for a second person."""
    tr = patient.tr
    with transaction("read") as tx:
        rows = execute(tx, "doctor/list_waiting_changes").all()
    if rows:
        codes = [f"{row.change_code} ({row.dataset})" for row in rows]
        yield warning(
            "changes",
            tr.ngettext(
                "{n} change waits for a second person: {codes}.",
                "{n} changes wait for a second person: {codes}.",
                len(rows),
                codes=listed(codes),
            ),
            tr("A second person confirms it: `guanjia confirm CHANGE`; until then the old rows hold."),
        )
    else:
        yield ok("changes", tr("No change waits for a second person."))


def _today(patient: Patient) -> date:
    return patient.now.astimezone(TIME_ZONE).date()


CHECKS: list[tuple[str, Check]] = [
    ("communities", check_communities),
    ("calendar", check_calendar),
    ("policies", check_policies),
    ("ladder", check_ladder),
    ("recipients", check_recipients),
    ("mails", check_mails),
    ("mail_server", check_mail_server),
    ("runs", check_runs),
    ("rejects", check_rejects),
    ("changes", check_changes),
]

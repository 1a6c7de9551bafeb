"""Doctor's checks of the reports and of things kept: they go out, reach somebody, and nothing due is untold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final

from guanjia.domain.report_periods import ReportName
from guanjia.gateways.mail.addresses import normalised_address
from guanjia.host.doctor import Check, Finding, Patient, listed, ok, problem, warning
from guanjia.i18n import N_
from guanjia.pipelines.custody.served import Moment
from guanjia.pipelines.custody.telling_people import Readers
from guanjia.pipelines.reports.asking import Stored, list_editions
from guanjia.pipelines.reports.recipients import find_recipients
from guanjia.pipelines.reports.running import PIPELINES
from guanjia.pipelines.reports.served import last_period, served_on
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting, setting_value
from guanjia.store.engine import transaction
from guanjia.store.sql import execute

LATE: Final = timedelta(hours=2)
"""How long after its period's end, while the house is up, a report may be on its way."""

_REPORTS: Final[tuple[ReportName, ...]] = ("weekly", "daily", "monthly")
_AMISS: Final[Mapping[str, str]] = {
    "unusable_address": N_(
        "Recipients of the report '{report}' have an address no mail can go to; their scopes: {codes}."
    ),
    "left_recipient": N_("Recipients of the report '{report}' have left, and get nothing; their scopes: {codes}."),
    "no_address": N_("These people are to get the report '{report}', and have no mail address: {codes}."),
}


def check_made(patient: Patient) -> Iterable[Finding]:
    """Every report whose time has come was made and told."""
    tr, today = patient.tr, _today(patient)
    wrong = 0
    for report in _REPORTS:
        with transaction("read") as tx:
            served = served_on(tx, today)
            latest = last_period(tx, report, patient.now)
            editions = [each for each in list_editions(tx, report) if each.state in ("computed", "told", "not_sent")]
        if not served.live_from or latest.end <= served.first_instant or not (editions or patient.up_since):
            continue
        of_latest = [each for each in editions if each.period == latest.code]
        if not of_latest and patient.now - max(latest.end, patient.up_since or latest.end) > LATE:
            wrong += 1
            yield (problem if patient.up_since else warning)(
                "reports",
                tr("The report '{report}' of {period} was not made.", report=report, period=latest.code),
                tr("Start it: `guanjia run {pipeline}`; the runbook says what else.", pipeline=PIPELINES[report]),
            )
        elif untold := [each.period for each in editions if each.state == "computed"]:
            wrong += 1
            yield warning(
                "reports",
                tr("The report '{report}' is made, and nobody was told: {codes}.", report=report, codes=listed(untold)),
                tr("Look at Runs and Checks: a gate stopped it, or nobody receives it; then run it again."),
            )
    if not wrong:
        yield ok("reports", tr("No report is overdue."))


def check_readers(patient: Patient) -> Iterable[Finding]:
    """Somebody gets every report, at an address that can be used, and looked at the first one before it goes out."""
    tr, today = patient.tr, _today(patient)
    wrong = 0
    with transaction("read") as tx:
        served = served_on(tx, today)
        is_live = bool(setting_value(tx, "mail_live", today))
        found = {report: find_recipients(tx, report, patient.now, served.scopes) for report in _REPORTS}
        editions = {report: list_editions(tx, report) for report in _REPORTS}
    for report in _REPORTS if served.live_from else ():
        for kind, text in _AMISS.items():
            amiss = [each for each in found[report].remarks if each.kind == kind]
            if amiss:
                wrong += 1
                yield warning(
                    "report_readers",
                    tr(text, report=report, codes=listed([each.subject for each in amiss])),
                    tr("Correct report_recipients or the staff register (inbox/restricted)."),
                )
        if not found[report].number:
            wrong += 1
            yield warning(
                "report_readers",
                tr("Nobody gets the report '{report}'.", report=report),
                tr(
                    "Load report_recipients, or name posts that are filled in {setting}.",
                    setting=f"report_roles_{report}",
                ),
            )
        elif is_live and not _was_seen(editions[report]):
            wrong += 1
            yield warning(
                "report_readers",
                tr("The report '{report}' will go out in earnest, and nobody has looked at a preview.", report=report),
                tr("Start {pipeline} in Airflow with `preview_to_me`.", pipeline=PIPELINES[report]),
            )
    if not wrong:
        yield ok("report_readers", tr("Every report reaches somebody."))


def check_custody(patient: Patient) -> Iterable[Finding]:
    """Every step due for a thing kept was told, and there is somebody to tell of the next."""
    tr, today = patient.tr, _today(patient)
    with transaction("read") as tx:
        waiting = execute(tx, "doctor/count_untold_steps", on_day=today).all()
        served = served_on(tx, today)
        readers = Readers(tx, Moment(patient.now, served, None))
        it_email = str(required_setting(tx, "custody_it_email", today) or "").strip()
    if waiting:
        counts = [f"{row.step} {row.steps}" for row in waiting]
        yield warning(
            "custody",
            tr(
                "Things kept: steps due since {day} that nobody was told of: {counts}.",
                day=min(row.oldest for row in waiting),
                counts=listed(counts),
            ),
            tr("Run `guanjia run custody`; if they stay, nobody fills the post: fill it in the staff register."),
        )
    if not served.live_from:
        return
    missing = [
        name
        for name, people in (
            ("custody_administration_roles", readers.administration()),
            ("custody_posting_roles", readers.posting()),
            ("custody_disposal_roles", readers.disposal()),
            ("custody_key_roles", [who for place in served.live_from for who in readers.keepers(place)]),
        )
        if not people
    ]
    if missing:
        yield warning(
            "custody_readers",
            tr("Nobody with a mail address fills the posts of {names}.", names=listed(missing)),
            tr("Fill them in the staff register, or name other posts in these settings."),
        )
    if it_email and normalised_address(it_email) is None:
        yield warning(
            "custody_readers",
            tr("custody_it_email is no address that mail can go to, so the department head is told instead."),
            tr("Correct the setting."),
        )
    elif not it_email and not any(readers.technicians(place) for place in served.live_from):
        yield warning(
            "custody_readers",
            tr("Devices out of order are told to nobody: custody_it_email is blank, and there is no department head."),
            tr("Load the setting custody_it_email (inbox/restricted)."),
        )
    elif not missing and not waiting:
        yield ok("custody", tr("Everything due for things kept was told, and somebody is there to tell."))


def _was_seen(editions: Iterable[Stored]) -> bool:
    return any(each.state in ("told", "preview") for each in editions)


def _today(patient: Patient) -> date:
    return patient.now.astimezone(TIME_ZONE).date()


CHECKS: list[tuple[str, Check]] = [
    ("reports", check_made),
    ("report_readers", check_readers),
    ("custody", check_custody),
]

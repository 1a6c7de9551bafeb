"""A report for the eyes of who asks for it: of what is theirs to see, before its readers get it, counting as nothing.

A preview shows nobody what the pages of the report would not (`readers`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from guanjia.domain.errors import UsageError
from guanjia.domain.report_periods import ReportName
from guanjia.gateways.mail.addresses import normalised_address
from guanjia.i18n import gettext_for
from guanjia.i18n.formats import listed
from guanjia.outbox import Message, enqueue
from guanjia.pipelines.reports.edition import Remark
from guanjia.pipelines.reports.papers import Papers, make_papers, papers_of, read_scope
from guanjia.pipelines.reports.readers import MONEY_DAG, MayRead, Reader, find_reader
from guanjia.pipelines.reports.report_words import TITLES
from guanjia.pipelines.reports.served import begin, day_of, last_period
from guanjia.pipelines.reports.telling import LIST_NAME
from guanjia.pipelines.vacancy_inspections.addressees import Addressee
from guanjia.settings import environment
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute


@dataclass(frozen=True)
class Previewer:
    """Who asked for a preview.

    Attributes:
        login: Airflow user.
        who: where it goes.
        reader: what they may see; at least one scope.
    """

    login: str
    who: Addressee
    reader: Reader


def find_previewer(
    transaction: Transaction, report: ReportName, at: datetime, login: str | None, may_read: MayRead | None = None
) -> Previewer:
    """Who asked for a preview, and what of the report they may see.

    Args:
        transaction: open transaction; nothing is written.
        report: which report.
        at: aware instant the registers are judged at.
        login: Airflow user.
        may_read: Airflow's answer to who may read which DAG; None: it cannot be asked.

    Raises:
        UsageError: the user is no member of staff or several, may see nothing of the report, or has no address that
            can be used.
        SettingsError: a stored setting cannot be read.
    """
    _ = gettext_for(environment().language)
    title = _(TITLES[report])
    if login is None:
        raise UsageError(
            _(
                "{report}: a preview goes to who asks for it, and nobody is known to ask: start it in the web page, "
                "signed in.",
                report=title,
            )
        )
    reads_billing = may_read(login, MONEY_DAG) if may_read is not None else None
    found = find_reader(transaction, report, day_of(at), login, reads_billing)
    named = {"report": title, "user": login}
    if found.reader.namesakes:
        raise UsageError(
            _(
                "{report}: Airflow user {user} is the login of more than one member of staff (staff numbers {staff}), "
                "so nobody knows whom the preview is for; nothing was sent. Leave it with one of them in the dataset "
                "staff, then start it anew.",
                staff=listed(_, found.reader.namesakes),
                **named,
            )
        )
    if found.row is None:
        raise UsageError(
            _(
                "{report}: Airflow user {user} is no member of staff, so there is nobody to send a preview to: enter "
                "the name as login of that person in the dataset staff.",
                **named,
            )
        )
    named["staff"] = found.row.staff_code
    if not found.reader.scopes:
        raise UsageError(
            _(
                "{report}: Airflow user {user}, staff number {staff}, may see nothing of it, so nothing was sent. "
                "Heads of a community or the company may, posts named in the setting {setting}, and who is "
                "registered in report_recipients: let one of them ask for the preview, or register this person.",
                setting=f"report_roles_{report}",
                **named,
            )
        )
    if normalised_address(found.row.email or "") is None:
        raise UsageError(
            _(
                "{report}: Airflow user {user}, staff number {staff}, has no mail address that can be used: enter it "
                "as email in the dataset staff.",
                **named,
            )
        )
    return Previewer(login, Addressee(found.row.email, found.row.staff_name, found.row.language), found.reader)


def find_preview(
    transaction: Transaction, report: ReportName, as_of: datetime, previewer: Previewer, period: str | None
) -> tuple[str, int, str]:
    """The preview computed for somebody: period, edition, and the widest scope of it that is theirs.

    Args:
        transaction: open transaction; nothing is written.
        report: which report.
        as_of: aware instant of the run.
        previewer: who asked.
        period: period asked for; None: the newest that has ended.

    Raises:
        UsageError: nothing was served in the period, or nothing of what they may see.
    """
    _ = gettext_for(environment().language)
    code = period or last_period(transaction, report, as_of).code
    named = {"report": _(TITLES[report]), "code": code}
    of_whom = {"report": report, "period": code, "login": previewer.login}
    edition = execute(transaction, "reports/find_preview", **of_whom).scalar_one_or_none()
    if edition is None:
        raise UsageError(
            _(
                "{report} {code} cannot be previewed: no community is served in it yet. Set live_from for a community "
                "(dataset settings), or ask for a later period.",
                **named,
            )
        )
    of_edition = {"report": report, "period": code, "edition": edition, "only_changed": False}
    known = set(execute(transaction, "reports/list_edition_scopes", **of_edition).scalars())
    scope = next((each for each in previewer.reader.scopes if each in known), None)
    if scope is None:
        raise UsageError(
            _(
                "{report} {code} has nothing of {scope}, which is what Airflow user {user} may see: it is not served "
                "in that period. Ask for a later one.",
                scope=listed(_, (previewer.reader.scope_words(_, each) for each in previewer.reader.scopes)),
                user=previewer.login,
                **named,
            )
        )
    return code, edition, scope


def tell_preview(
    transaction: Transaction,
    run: Run,
    as_of: datetime,
    report: ReportName,
    login: str | None,
    period: str | None = None,
    may_read: MayRead | None = None,
) -> dict[str, int]:
    """Write one mail, to who asked for a preview; nobody else gets it, and the report still waits to be told.

    Args:
        transaction: open transaction.
        run: run that tells.
        as_of: aware instant of the run.
        report: which report.
        login: Airflow user who asked; the member of staff with that login gets it.
        period: period asked for; None: the newest that has ended.
        may_read: Airflow's answer to who may read which DAG; None: it cannot be asked.

    Returns:
        The count ``mails_written``: 1, or 0 if this run's preview is written already.

    Raises:
        UsageError: nobody to send it to, or nothing in the period that they may see.
    """
    begin(transaction, as_of)
    previewer = find_previewer(transaction, report, as_of, login, may_read)
    code, edition, scope = find_preview(transaction, report, as_of, previewer, period)
    papers = _papers(transaction, report, code, edition, scope, previewer)
    message = Message(
        kind="report_preview",
        business_key=f"{report}/{code}/{scope}/{as_of:%Y%m%dT%H%M%S}",
        recipient=previewer.who.email,
        mail=papers.mail,
        language=previewer.who.language,
        recipient_name=previewer.who.name,
        edition=edition,
        attachments=papers.attachments,
        list_name=LIST_NAME,
    )
    return {"mails_written": enqueue(transaction, message, run_id=run.run_id).written}


def _papers(
    transaction: Transaction, report: ReportName, code: str, edition: int, scope: str, previewer: Previewer
) -> Papers:
    """What the readers of the scope would get; without the right to amounts the mail without them, and no files."""
    language = previewer.who.language
    if previewer.reader.sees_money:
        return make_papers(transaction, report, code, edition, scope, language)
    shown = previewer.reader.shown(read_scope(transaction, report, code, edition, scope))
    shown = replace(shown, remarks=(Remark("amounts_left_out", MONEY_DAG), *shown.remarks))
    return papers_of(shown, language, with_files=False)

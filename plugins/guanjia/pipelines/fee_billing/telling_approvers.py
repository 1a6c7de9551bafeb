"""Mails around an approval: the figures to who may decide, a rejection to who asked, a wait that is too long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from guanjia.gateways.mail.letter import (
    Block,
    Bullets,
    Button,
    Cell,
    Column,
    DataTable,
    Facts,
    KeyFigure,
    KeyFigures,
    Letter,
    Notice,
    Paragraph,
    Section,
)
from guanjia.gateways.mail.rendering import render
from guanjia.i18n import Translator, gettext_for
from guanjia.i18n.formats import instant_text, money_text
from guanjia.outbox import Message, enqueue
from guanjia.pipelines.confirm_changes import Person
from guanjia.pipelines.fee_billing.approval import Figures, read_figures
from guanjia.pipelines.fee_billing.approval_words import (
    NOTHING,
    change_text,
    comparison,
    share_of_change,
    signed,
    subject,
)
from guanjia.pipelines.fee_billing.approvers import Approver, eligible_approvers, names_of_person, requester
from guanjia.pipelines.fee_billing.exception_words import exception_sentence
from guanjia.pipelines.fee_billing.runs import BillingRun, read_run
from guanjia.pipelines.fee_billing.words import charge_words
from guanjia.pipelines.vacancy_inspections.words import month_words
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

SENTENCES_IN_A_MAIL = 15
WHOLE_RUNS_IN_A_MAIL = 3
"""Runs told with all their figures in one mail; of more only the totals are told."""

_LIST = "billing"


def tell_shown(
    transaction: Transaction, runs: Sequence[BillingRun], at: datetime, *, run_id: int | None, key: str, pages: str
) -> tuple[int, list[str]]:
    """Mail the approvers the figures of runs that await them: one mail each.

    Args:
        transaction: the transaction in which they are marked as shown.
        runs: billing runs that are shown for the first time.
        at: wall clock; aware.
        run_id: run that shows them.
        key: what makes the mail the only one of its sort: the run's code.
        pages: address of our pages; blank: the mail has no link.

    Returns:
        Mails written, and the codes of runs nobody could be told of.
    """
    on = at.astimezone(TIME_ZONE).date()
    by_person: dict[str, tuple[Approver, list[Figures]]] = {}
    untold = []
    for run in runs:
        figures = read_figures(transaction, run.run_code)
        people = [each for each in eligible_approvers(transaction, run, on) if each.email]
        if not people:
            untold.append(run.run_code)
        for person in people:
            by_person.setdefault(person.email or "", (person, []))[1].append(figures)
    mails = [_shown_mail(person, theirs, key, pages) for person, theirs in by_person.values()]
    return (enqueue(transaction, mails, run_id=run_id).written if mails else 0), untold


def tell_rejected(transaction: Transaction, run: BillingRun, person: Person, at: datetime) -> int:
    """Mail who asked for a run that it was rejected, by whom and why; nobody known: no mail."""
    on = at.astimezone(TIME_ZONE).date()
    asked = requester(transaction, run, on)
    if asked is None or not asked.email or asked.names & names_of_person(transaction, person, on):
        return 0
    _ = gettext_for(asked.language)
    title = _("Bills of {month} were rejected: {run}", month=month_words(run.period, asked.language), run=run.run_code)
    letter = Letter(
        language=asked.language,
        subject=title,
        heading=title,
        blocks=(
            Notice(_("Reason: {reason}", reason=run.decision_reason or NOTHING), tone="bad"),
            Facts(
                (
                    (_("Billing run"), run.run_code),
                    (_("Total"), money_text(run.total)),
                    (_("Rejected by"), run.approved_by or NOTHING),
                    (_("When"), instant_text(at, asked.language)),
                )
            ),
            Paragraph(
                _(
                    "Nothing was posted and no bill was sent. Correct the registers, then start the run again for this "
                    "month: guanjia run fee_billing --param period={period} community={community}",
                    period=run.period,
                    community=run.community_code,
                )
            ),
        ),
        reason=_("You asked for this billing run, or brought what it is made of."),
    )
    return enqueue(transaction, _message("billing_rejected", run.run_code, asked, letter), run_id=run.run_id).written


def note_and_tell_overdue(transaction: Transaction, run_code: str, at: datetime, *, days: int, pages: str) -> int:
    """Mail the approvers, once ever, that a run has waited too long; returns mails written.

    Args:
        transaction: open transaction; the mark and the mails stand together.
        run_code: billing run that nobody decided on.
        at: wall clock; aware.
        days: how long it waited.
        pages: address of our pages; blank: the mails have no link.
    """
    marked = execute(transaction, "fee_billing/note_overdue", run_code=run_code, told_at=at).rowcount
    return tell_overdue(transaction, read_run(transaction, run_code), at, days=days, pages=pages) if marked else 0


def tell_overdue(transaction: Transaction, run: BillingRun, at: datetime, *, days: int, pages: str) -> int:
    """Mail the approvers once that a run has waited too long and is asked about again; returns mails written."""
    on = at.astimezone(TIME_ZONE).date()
    mails = []
    for person in eligible_approvers(transaction, run, on):
        if not person.email:
            continue
        _ = gettext_for(person.language)
        title = _.ngettext(
            "Overdue: the bills of {month} have waited {n} day for your approval",
            "Overdue: the bills of {month} have waited {n} days for your approval",
            days,
            month=month_words(run.period, person.language),
        )
        blocks: list[Block] = [
            Facts(
                (
                    (_("Billing run"), run.run_code),
                    (_("Bills"), f"{run.bills:,}"),
                    (_("Total"), money_text(run.total)),
                    (_("Shown"), instant_text(run.shown_at or at, person.language)),
                )
            ),
            Paragraph(_("Nothing is posted and no bill is sent until somebody decides. You are asked again.")),
        ]
        letter = Letter(
            language=person.language,
            subject=title,
            heading=title,
            blocks=(*blocks, *_button(_, pages, run.run_code)),
            reason=_reason(_),
        )
        mails.append(_message("billing_overdue", run.run_code, person, letter))
    return enqueue(transaction, mails, run_id=run.run_id).written if mails else 0


def _shown_mail(person: Approver, shown: Sequence[Figures], key: str, pages: str) -> Message:
    _ = gettext_for(person.language)
    if len(shown) == 1:
        title = subject(shown[0], person.language)
        blocks = _whole(_, shown[0], pages)
    else:
        title = _("Bills to approve: {n} runs", n=len(shown))
        blocks = [_overview(_, shown, pages)]
        if len(shown) <= WHOLE_RUNS_IN_A_MAIL:
            for each in shown:
                heading = f"{each.community_name} · {month_words(each.run.period, person.language)}"
                blocks += [Section(heading), *_whole(_, each, pages)]
    letter = Letter(language=person.language, subject=title, heading=title, blocks=tuple(blocks), reason=_reason(_))
    return _message("billing_approval", key, person, letter)


def _whole(_: Translator, figures: Figures, pages: str) -> list[Block]:
    run = figures.run
    blocks: list[Block] = [
        KeyFigures(
            (
                KeyFigure(_("Total"), money_text(run.total), _key_note(_, figures)),
                KeyFigure(_("Bills"), f"{run.bills:,}", _("{n} lines", n=f"{run.lines:,}")),
                KeyFigure(_("Corrections"), signed(figures.corrected), _months(_, figures)),
                KeyFigure(
                    _("Not billed"),
                    str(run.exceptions),
                    _("to be looked at") if run.exceptions else "",
                    tone="warning" if run.exceptions else "good",
                ),
            )
        ),
        Paragraph(comparison(_, figures)),
        Section(_("By charge")),
        _charge_table(_, figures),
    ]
    if figures.relief:
        said = _(
            "Besides, vacancy discounts of shared costs borne by the company: {amount}.",
            amount=money_text(figures.relief),
        )
        blocks.append(Paragraph(said, tone="muted"))
    if figures.exceptions:
        sentences = [exception_sentence(_, row) for row in figures.exceptions[:SENTENCES_IN_A_MAIL]]
        more = sum(figures.exception_kinds.values()) - len(sentences)
        sentences += [_("… and {n} more", n=more)] if more > 0 else []
        blocks += [Section(_("Not billed ({n})", n=sum(figures.exception_kinds.values()))), Bullets(tuple(sentences))]
    if figures.changes and not figures.is_first:
        blocks += [Section(_("The largest changes by unit")), _change_table(_, figures)]
    blocks.append(
        Paragraph(f"{_('Billing run')}: {run.run_code} · {_('Digest')}: {(run.digest or '')[:16]}", tone="muted")
    )
    return [*blocks, *_button(_, pages, run.run_code)]


def _charge_table(_: Translator, figures: Figures) -> DataTable:
    before = month_words(figures.before, _.language)
    columns = [Column(_("Charge")), Column(_("This run"), "end")]
    columns += [] if figures.is_first else [Column(before, "end"), Column(_("Change"), "end")]
    rows = []
    for each in figures.charges:
        note = _("of it corrections {amount}", amount=signed(each.corrected)) if each.corrections else ""
        cells: list[Cell | str] = [charge_words(_, each.charge_kind), Cell(money_text(each.amount), note=note)]
        if not figures.is_first:
            changed = signed(each.of_month - each.of_month_before) if each.of_month != each.of_month_before else NOTHING
            share = share_of_change(each.of_month, each.of_month_before)
            cells += [money_text(each.of_month_before), Cell(changed, note="" if share == NOTHING else share)]
        rows.append(tuple(cells))
    return DataTable(tuple(columns), tuple(rows))


def _change_table(_: Translator, figures: Figures) -> DataTable:
    columns = (
        Column(_("Unit")),
        Column(month_words(figures.before, _.language), "end"),
        Column(_("Now"), "end"),
        Column(_("Change"), "end"),
    )
    rows = tuple(
        (
            Cell(each.unit_code, note=charge_words(_, each.main_kind)),
            money_text(each.before_amount),
            money_text(each.now_amount),
            Cell(signed(each.change), "bad" if each.change > 0 else "good"),
        )
        for each in figures.changes
    )
    return DataTable(columns, rows)


def _overview(_: Translator, shown: Sequence[Figures], pages: str) -> DataTable:
    columns = (
        Column(_("Community")),
        Column(_("Bills"), "end"),
        Column(_("Total"), "end"),
        Column(_("Change"), "end"),
        Column(_("Not billed"), "end"),
    )
    rows = tuple(
        (
            Cell(
                each.community_name,
                note=f"{each.run.run_code} · {month_words(each.run.period, _.language)}",
                link=f"{pages}/guanjia/billing/runs/{each.run.run_code}" if pages else "",
            ),
            f"{each.run.bills:,}",
            money_text(each.run.total),
            NOTHING if each.is_first else change_text(_, each.of_month, each.of_month_before),
            Cell(str(each.run.exceptions), "warning" if each.run.exceptions else "plain"),
        )
        for each in shown
    )
    return DataTable(columns, rows)


def _key_note(_: Translator, figures: Figures) -> str:
    if figures.is_first:
        return ""
    share = share_of_change(figures.of_month, figures.of_month_before)
    return _("{share} against last month", share=share) if share != NOTHING else ""


def _months(_: Translator, figures: Figures) -> str:
    return _("{n} months", n=len(figures.corrections)) if figures.corrections else ""


def _button(_: Translator, pages: str, run_code: str) -> list[Block]:
    return [Button(_("Look at the run and decide"), f"{pages}/guanjia/billing/runs/{run_code}")] if pages else []


def _reason(_: Translator) -> str:
    return _("You may approve billing runs (setting billing_approvers).")


def _message(kind: str, key: str, person: Approver, letter: Letter) -> Message:
    return Message(
        kind=kind,
        business_key=key,
        recipient=person.email or "",
        mail=render(letter),
        language=letter.language,
        recipient_name=person.staff_name,
        list_name=_LIST,
    )

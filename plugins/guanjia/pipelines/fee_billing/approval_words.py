"""The approval of a billing run in words: the question in Airflow as Markdown, in both languages.

Values that came in files stand in it as text only. Codes name units and customers; no names of people are shown.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from guanjia.i18n import Translator, gettext_for
from guanjia.i18n.formats import instant_text, money_text
from guanjia.pipelines.confirm_changes.wording import escaped
from guanjia.pipelines.fee_billing.approval import EXCEPTIONS_SHOWN, Figures
from guanjia.pipelines.fee_billing.exception_words import exception_advice, exception_heading, exception_sentence
from guanjia.pipelines.fee_billing.words import charge_words
from guanjia.pipelines.vacancy_inspections.words import month_words

NOTHING: Final = "—"

_MARKS: Final = re.compile(r"([\\`*_{}\[\]#|<>~&])")


def subject(figures: Figures, language: str) -> str:
    """The question's headline: ``出账审批：澄庭雅苑 2026年10月，¥12,345.60（300 张账单）``."""
    _ = gettext_for(language)
    return _.ngettext(
        "Bills to approve: {community}, {month}: {total} ({n} bill)",
        "Bills to approve: {community}, {month}: {total} ({n} bills)",
        figures.run.bills,
        community=figures.community_name,
        month=month_words(figures.run.period, language),
        total=money_text(figures.run.total),
    )


def body(figures: Figures, language: str, page: str) -> str:
    """The question as Markdown: what is billed, against last month, what is not and why, what changes most.

    Args:
        figures: of the run.
        language: zh or en.
        page: address of the run's page, with everything.
    """
    _ = gettext_for(language)
    parts = [opening_sentences(_, figures), _charges(_, figures)]
    if figures.corrections:
        parts.append(_corrections(_, figures))
    parts += [_exceptions(_, figures), _changes(_, figures), _footer(_, figures, page)]
    return "\n\n".join(part for part in parts if part)


def opening_sentences(_: Translator, figures: Figures) -> str:
    """What the run comes to, in two sentences."""
    run = figures.run
    said = _(
        "**{community}** ({code}), fees of **{month}**: {bills} bills with {lines} lines, **{total}** in all.",
        community=escaped(figures.community_name),
        code=escaped(run.community_code),
        month=month_words(run.period, _.language),
        bills=f"{run.bills:,}",
        lines=f"{run.lines:,}",
        total=money_text(run.total),
    )
    return f"{said} {comparison(_, figures)}"


def comparison(_: Translator, figures: Figures) -> str:
    """The month beside the month before, in a sentence."""
    month, before = (month_words(period, _.language) for period in (figures.run.period, figures.before))
    if figures.is_first:
        return _("There is no posted run of {before} to compare with.", before=before)
    return _(
        "{month} comes to {total}, {before} came to {total_before}: {change}.",
        month=month,
        before=before,
        total=money_text(figures.of_month),
        total_before=money_text(figures.of_month_before),
        change=change_text(_, figures.of_month, figures.of_month_before),
    )


def change_text(_: Translator, now: Decimal, before: Decimal) -> str:
    """A change with its share: ``+¥12.30 (+1.2 %)``; ``unchanged``."""
    if now == before:
        return _("unchanged")
    return f"{signed(now - before)} ({share_of_change(now, before)})" if before else signed(now - before)


def signed(amount: Decimal) -> str:
    """An amount with its sign: ``+¥12.30``, ``-¥5.00``, ``¥0.00``."""
    return f"+{money_text(amount)}" if amount > 0 else money_text(amount)


def share_of_change(now: Decimal, before: Decimal) -> str:
    """By how much something changed, per cent with one place: ``+1.2 %``; nothing to compare with: a dash."""
    if not before:
        return NOTHING
    percent = ((now - before) / abs(before) * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{percent:+,.1f} %"


def escaped_line(text: str) -> str:
    """A sentence as text only in Markdown, on one line and whole."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def _charges(_: Translator, figures: Figures) -> str:
    month, before = (month_words(period, _.language) for period in (figures.run.period, figures.before))
    headings = [_("Charge"), _("This run"), _("of it corrections"), _("{month} in all", month=month)]
    headings += [] if figures.is_first else [before, _("Change")]
    lines = [_row(headings), _row(["---", *["---:"] * (len(headings) - 1)])]
    for each in figures.charges:
        cells = [
            charge_words(_, each.charge_kind),
            money_text(each.amount) if each.lines else NOTHING,
            signed(each.corrected) if each.corrections else NOTHING,
            money_text(each.of_month),
        ]
        lines.append(_row(cells + _compared(_, figures, each.of_month, each.of_month_before)))
    total = [
        _("Total"),
        money_text(figures.run.total),
        signed(figures.corrected) if figures.corrections else NOTHING,
        money_text(figures.of_month),
    ]
    total += _compared(_, figures, figures.of_month, figures.of_month_before)
    lines.append(_row([f"**{cell}**" for cell in total]))
    table = "\n".join(lines)
    heading = _heading(_("By charge"))
    if not figures.relief:
        return f"{heading}\n\n{table}"
    relief = _(
        "Besides, vacancy discounts of shared costs borne by the company: {amount}.", amount=money_text(figures.relief)
    )
    return f"{heading}\n\n{table}\n\n{relief}"


def _compared(_: Translator, figures: Figures, now: Decimal, before: Decimal) -> list[str]:
    if figures.is_first:
        return []
    return [money_text(before), NOTHING if now == before else change_text(_, now, before)]


def _corrections(_: Translator, figures: Figures) -> str:
    lines = [_heading(_("Corrections of what was billed before")), ""]
    for each in figures.corrections:
        lines.append(
            _.ngettext(
                "- {month}: {n} line, {amount}",
                "- {month}: {n} lines, {amount}",
                each.lines,
                month=month_words(each.period, _.language),
                amount=signed(each.amount),
            )
        )
    return "\n".join(lines)


def _exceptions(_: Translator, figures: Figures) -> str:
    count = sum(figures.exception_kinds.values())
    heading = _heading(_("Not billed ({n})", n=count))
    if not count:
        return f"{heading}\n\n{_('Nothing was held back.')}"
    kinds = ("、" if _.language == "zh" else ", ").join(
        f"{exception_heading(_, kind)} {things}" for kind, things in figures.exception_kinds.items()
    )
    lines = [heading, "", f"{kinds}{'。' if _.language == 'zh' else '.'}", ""]
    advised = set()
    for row in figures.exceptions:
        said = escaped_line(exception_sentence(_, row))
        if row["released_by"]:
            said += " " + _(
                "Released by {who}: {reason}", who=escaped(row["released_by"]), reason=escaped(row["release_reason"])
            )
        elif row["kind"] not in advised:
            advised.add(row["kind"])
            said += f" *{exception_advice(_, row['kind'])}*"
        lines.append(f"- {said}")
    if count > EXCEPTIONS_SHOWN:
        lines.append(f"- {_('… and {n} more', n=count - EXCEPTIONS_SHOWN)}")
    if figures.releasable:
        first = figures.releasable[0]
        lines += [
            "",
            _("To release a shared meter:")
            + f" `guanjia release {figures.run.run_code} {first['meter_code'] or first['subject']}"
            + f" --as {_('STAFF')} --reason …`",
        ]
    return "\n".join(lines)


def _changes(_: Translator, figures: Figures) -> str:
    if not figures.changes:
        return ""
    before = month_words(figures.before, _.language)
    if figures.is_first:
        heading = _heading(_("The largest amounts"))
        titles = [_("Unit"), _("Now"), _("Mainly")]
        rows = [
            [each.unit_code, money_text(each.now_amount), charge_words(_, each.main_kind)] for each in figures.changes
        ]
        marks = ["---", "---:", "---"]
    else:
        heading = _heading(_("The largest changes by unit"))
        titles = [_("Unit"), before, _("Now"), _("Change"), _("Mainly")]
        rows = [
            [
                each.unit_code,
                money_text(each.before_amount),
                money_text(each.now_amount),
                f"**{signed(each.change)}**",
                charge_words(_, each.main_kind),
            ]
            for each in figures.changes
        ]
        marks = ["---", "---:", "---:", "---:", "---"]
    cells = [[escaped(row[0]), *row[1:]] for row in rows]
    return "\n".join([heading, "", _row(titles), _row(marks), *(_row(row) for row in cells)])


def _footer(_: Translator, figures: Figures, page: str) -> str:
    run = figures.run
    link = f"[{_('The run with all bills and lines')}]({page})"
    facts = [
        f"{_('Billing run')}: {escaped(run.run_code)}",
        f"{_('As of')}: {instant_text(run.drafted_at, _.language)}",
        f"{_('Asked for by')}: {escaped(run.requested_by or _('the schedule'))}",
        f"{_('Digest')}: `{(run.digest or '')[:16]}`",
    ]
    note = _(
        "Approving posts exactly this and sends the bills. Rejecting needs a reason; it is sent to who asked for it."
    )
    return f"{note}\n\n{link}\n\n{' · '.join(facts)}"


def _heading(text: str) -> str:
    return f"### {text}"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"

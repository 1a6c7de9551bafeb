"""The wording of the three letters, told once; mail and paper are both made from it.

What the law asks for is kept: a property company may ask to pay within a reasonable time, and after it go to law or to
arbitration (Civil Code, art. 944); it must not threaten services of daily life. The letter goes to the payer alone,
blames nobody, and says how to object.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from guanjia.domain.uppercase_amounts import uppercase_amount
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.i18n.formats import money_text
from guanjia.pipelines.fee_billing.dunning_rows import DunningLetter, ListedBill
from guanjia.pipelines.vacancy_inspections.words import date_words, month_words

LEAST_DAYS_TO_PAY: Final = 7
"""Days given to pay at least, whatever the days between letters are set to."""

_NAMED_UNITS: Final = 3
_TITLES: Final = {1: N_("Payment reminder"), 2: N_("Second payment reminder"), 3: N_("Formal demand for payment")}
_LEVELS: Final = {1: N_("level 1"), 2: N_("level 2"), 3: N_("level 3")}
_OPENINGS: Final = {
    1: N_("Perhaps it slipped your attention: the bills below are past their due day and still open with us."),
    2: N_("We wrote to you before. Bills are still open, and some of them are long past their due day."),
    3: N_(
        "In spite of our reminders bills of yours are open. We formally ask you to pay what is listed below within the "
        "time given here."
    ),
}


@dataclass(frozen=True)
class LetterLine:
    """A bill on the letter: place, what it is for, due day, days late, amount, remark."""

    place: str
    month: str
    due_on: str
    late: str
    amount: str
    remark: str


@dataclass(frozen=True)
class LetterText:
    """A letter in the customer's language.

    Attributes:
        title: what it is.
        opening: first sentence.
        lines: all overdue bills.
        sums: names and amounts, from what is overdue to what is to be paid.
        total: what is to be paid, in figures.
        uppercase: the same in large characters.
        action: what to do by when, one sentence.
        paragraphs: what follows if nothing happens (level 3 only), late fees.
        notes: how to pay, whom to ask, what if it is paid or disputed.
        facts: names and values for the head of the paper.
    """

    language: str
    title: str
    opening: str
    lines: tuple[LetterLine, ...]
    sums: tuple[tuple[str, str], ...]
    total: str
    uppercase: str
    action: str
    paragraphs: tuple[str, ...]
    notes: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]


def letter_text(letter: DunningLetter) -> LetterText:
    """What a letter says, in its customer's language."""
    _ = gettext_for(letter.language)
    return LetterText(
        language=_.language,
        title=_(_TITLES[letter.level]),
        opening=_(_OPENINGS[letter.level]),
        lines=tuple(_line(_, letter, bill) for bill in letter.bills),
        sums=tuple(_sums(_, letter)),
        total=money_text(letter.to_pay),
        uppercase=uppercase_amount(letter.to_pay),
        action=_(
            "Please pay {amount} by {day}.",
            amount=money_text(letter.to_pay),
            day=date_words(pay_by(letter), _.language),
        ),
        paragraphs=tuple(_paragraphs(_, letter)),
        notes=tuple(_notes(_, letter)),
        facts=tuple(_facts(_, letter)),
    )


def title_words(_: Translator, level: int) -> str:
    """Name of the letter of a level."""
    return _(_TITLES[level])


def level_words(_: Translator, level: int) -> str:
    """Name of a level."""
    return _(_LEVELS[level])


def pay_by(letter: DunningLetter) -> date:
    """Day by which the letter asks to pay: before the next level may go out."""
    return letter.run_on + timedelta(days=max(letter.community.gap_days, LEAST_DAYS_TO_PAY))


def bill_words(_: Translator, period: str, is_opening: bool) -> str:
    """What a bill is for: its month, or a balance from before."""
    return _("balance from before") if is_opening else month_words(period, _.language)


def _line(_: Translator, letter: DunningLetter, bill: ListedBill) -> LetterLine:
    late = (letter.run_on - bill.due_on).days
    return LetterLine(
        place=bill.place,
        month=bill_words(_, bill.period, bill.is_opening),
        due_on=date_words(bill.due_on, _.language),
        late=_.ngettext("{n} day", "{n} days", late),
        amount=f"{bill.amount:,.2f}",
        remark=bill.bill_code,
    )


def _sums(_: Translator, letter: DunningLetter) -> Iterable[tuple[str, str]]:
    yield _("Past due"), f"{letter.overdue:,.2f}"
    if letter.credit > 0:
        yield _("Less the credit we hold for you"), f"-{min(letter.credit, letter.overdue):,.2f}"
    yield _("To be paid"), f"{letter.to_pay:,.2f}"


def _paragraphs(_: Translator, letter: DunningLetter) -> Iterable[str]:
    if letter.late_fees > 0:
        yield _("Late fees of {amount} that were billed are in it.", amount=money_text(letter.late_fees))
    if letter.level == 2:
        yield _("If you cannot pay all at once, tell us: we will agree on instalments with you.")
    if letter.level == 3:
        yield _(
            "If neither a payment nor word from you reaches us by then, we may ask for mediation, or go to arbitration "
            "or to court, as the law (Civil Code of the People's Republic of China, article 944) and your contract "
            "provide. We would rather find a way with you: also now we will agree on instalments."
        )


def _notes(_: Translator, letter: DunningLetter) -> Iterable[str]:
    yield letter.community.payment_note or _("You can pay at the service centre or by bank transfer.")
    yield _("Reference: {reference}", reference=_reference(_, letter))
    yield _(
        "Have you paid in the last days? Then our letters have crossed and this one needs nothing more from you; thank "
        "you. Amounts are as of {day}.",
        day=date_words(letter.run_on, _.language),
    )
    yield _("Is something wrong with a bill? Tell us: while we look into it you get no further reminder about it.")
    yield letter.community.contact or _(
        "Questions? The service centre of {community} explains every line.", community=letter.community.name
    )


def _reference(_: Translator, letter: DunningLetter) -> str:
    """What a transfer says, so that it finds its bills: the units, or the letter where there are many; and the name."""
    units = list(dict.fromkeys(bill.unit_code for bill in letter.bills))
    comma = "、" if _.language == "zh" else ", "
    named = comma.join(units) if len(units) <= _NAMED_UNITS else letter.notice_codes[0]
    return f"{named} {letter.customer_name}"


def _facts(_: Translator, letter: DunningLetter) -> Iterable[tuple[str, str]]:
    yield _("Letter"), letter.notice_codes[0]
    yield _("Day"), date_words(letter.run_on, _.language)
    yield _("Pay by"), date_words(pay_by(letter), _.language)

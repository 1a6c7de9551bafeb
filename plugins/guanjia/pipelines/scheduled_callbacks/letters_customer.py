"""What a customer reads who is asked by mail: what it is about, and how to answer. It names nobody else."""

from __future__ import annotations

from typing import Final

from guanjia.gateways.mail.letter import Block, Bullets, Letter, Notice, Paragraph, Section
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.pipelines.scheduled_callbacks.list_rows import ListedCallback, ListedContact
from guanjia.pipelines.vacancy_inspections.words import date_words
from guanjia.settings import TIME_ZONE

_ABOUT: Final = {
    "repair_resolved": N_("Your repair {case_code} was finished on {day}."),
    "complaint_answered": N_("We answered your complaint {case_code} on {day}."),
    "correction_resolved": N_("You were not satisfied; we worked on it again (case {case_code}, {day})."),
    "paid_service_done": N_("The paid service {case_code} was done on {day}."),
    "care": N_("We would like to know how you get on with our service, and what we could do better."),
    "year_end": N_(
        "The year draws to its close. Thank you for your trust. Please tell us what you need from us next year, so "
        "that it gets into our plan."
    ),
}
_SUBJECTS: Final = (
    ("complaint_answered", N_("Are you satisfied with our answer?")),
    ("correction_resolved", N_("Is it in order now?")),
    ("repair_resolved", N_("Are you satisfied with the repair?")),
    ("paid_service_done", N_("How was our service? A short questionnaire")),
    ("year_end", N_("Thank you for this year, and what do you need next year?")),
    ("care", N_("How are we doing? We ask for your opinion")),
)
_WHY_BY_MAIL: Final = {
    "do_not_call": N_("You asked us not to call you, so we write; nobody will telephone."),
    "no_phone": N_("We have no telephone number of yours. If you would rather be called, tell the service centre one."),
    "bad_number": N_(
        "The telephone number we have is wrong. Please tell the service centre the right one if you would rather be "
        "called."
    ),
}


def customer_letter(row: ListedCallback, language: str) -> Letter:
    """The letter that goes with the reply workbook.

    Args:
        row: of ``read_callbacks``; of a customer who is called as well, only the questionnaire is asked.
        language: zh or en.
    """
    _ = gettext_for(language)
    contacts = asked_by_mail(row)
    triggers = {contact.trigger for contact in contacts}
    subject = next((_(words) for trigger, words in _SUBJECTS if trigger in triggers), _(_SUBJECTS[-1][1]))
    until = date_words(row.due_by.astimezone(TIME_ZONE).date(), _.language)
    blocks: list[Block] = [
        Bullets(tuple(dict.fromkeys(_about(_, contact) for contact in contacts))),
        Section(_("How to answer")),
        Bullets(
            (
                _("Open the attached workbook; it has one row."),
                _(
                    "In the yellow cells enter the date and “reached”, choose your satisfaction, 5 (very satisfied) "
                    "to 1 (not at all), and write what you like or miss."
                ),
                _("Save it, and reply to this mail with the file attached, by {day} if you can.", day=until),
            )
        ),
        Paragraph(_("You are not satisfied? Somebody will see to it, and ask you once more when it is done.")),
    ]
    if row.channel == "call":
        text = _("We may call you as well. You need answer only once: whichever comes first counts.")
        blocks.append(Notice(text, "plain"))
    else:
        reasons = dict.fromkeys(contact.channel_reason for contact in contacts)
        blocks += [Notice(_(_WHY_BY_MAIL[reason]), "plain") for reason in reasons if reason in _WHY_BY_MAIL]
    return Letter(
        language=_.language,
        subject=subject,
        heading=subject,
        blocks=tuple(blocks),
        greeting=_("Dear {name},", name=row.customer_name),
        reason=_reason(_, row),
        is_answered=True,
    )


def asked_by_mail(row: ListedCallback) -> list[ListedContact]:
    """What a letter is about: of somebody who is called as well, only the questionnaires."""
    if row.channel != "call":
        return list(row.contacts)
    return [contact for contact in row.contacts if contact.channel_reason == "questionnaire"] or list(row.contacts)


def _about(_: Translator, contact: ListedContact) -> str:
    day = date_words(contact.triggered_at.astimezone(TIME_ZONE).date(), _.language)
    words = _(_ABOUT.get(contact.trigger, _ABOUT["care"])).format(case_code=contact.case_code or "–", day=day)
    if contact.case_text and contact.case_code:
        return _("{words} You had written: {text}", words=words, text=contact.case_text)
    return words


def _reason(_: Translator, row: ListedCallback) -> str:
    if row.community_name:
        return _("You are registered with us as a customer in {community}.", community=row.community_name)
    return _("You are registered with us as a customer.")

"""What the readers of a report must know besides its figures: what is n/a and why, what may still change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from guanjia.i18n import N_, Translator
from guanjia.i18n.formats import instant_text, listed
from guanjia.pipelines.reports.edition import EditionFigure, Remark, ReportEdition
from guanjia.pipelines.reports.report_tables import quiet_chapters, unknown_chapters
from guanjia.pipelines.reports.report_words import CHAPTERS, TITLES, title_of

_WHY_UNKNOWN: Final[Mapping[str, str]] = {
    "deadlines": N_("no deadline fell due"),
    "callbacks": N_("no callback was due, or nobody gave a rating"),
    "vacancy": N_("no inspection was due"),
    "money": N_("no bill fell due"),
    "quality": N_("no sample of a quality week that ended was scored"),
    "people": N_("the roster has no record of it"),
    "calls": N_("no call came in"),
}
"""Why a figure of a chapter is n/a, where it is counted over something that may not be there."""
NEED_A_CALENDAR: Final = frozenset({"deadlines", "cases_overdue"})
"""Chapter and figure that are n/a where the working calendar is missing: its own sentence says so."""
_NAMED: Final = 10
"""Communities a sentence names at most."""
_SENTENCES: Final[Mapping[str, str]] = {
    "not_sent": N_("The report of {subject} was not sent at its time; it stands in the archive."),
    "unknown_scope": N_("A recipient is registered for {subject}, which does not exist: put the register right."),
    "no_recipient": N_("Nobody is registered for {subject}: put the register right."),
    "unusable_address": N_(
        "An address registered for {subject} cannot be used and got nothing: put the register right."
    ),
    "left_recipient": N_(
        "A recipient registered for {subject} is employed no more and got nothing: put the register right."
    ),
    "no_address": N_("Staff number {subject} gets this report by post, but has no address that can be used."),
    "missing_calendar": N_(
        "The official holidays of {subject} are not known: working days of that year go by weekdays and your own "
        "calendar days, also the first one of a month, on which the monthly report goes out. Update Guanjia once the "
        "notice is out, or load the days as calendar_days."
    ),
    "figure_without_data": N_("{subject}: nothing was loaded that this could be counted from."),
    "deadlines_not_computed": N_(
        "Deadlines could not be brought up to date at {subject}: what was met or missed since is not in the on-time "
        "rates."
    ),
    "nothing_changed": N_(
        "{report} {period} was to be corrected, but says what its readers have already: no new edition was made."
    ),
    "not_live": N_("{subject} was not served yet in this period and counts nowhere."),
    "amounts_left_out": N_(
        "Amounts, workbook and PDF are left out of this preview: they are for who may read the billing pages (DAG "
        "{subject} in Airflow). What is yours to see also stands on the page Reports."
    ),
}

_TOGETHER: Final[Mapping[str, str]] = {
    "not_sent": N_("{n} reports, {first} to {last}, were not sent at their time; they stand in the archive."),
    "not_live": N_("{named} were not served yet in this period and count nowhere."),
    "no_address": N_("Staff numbers {named} get this report by post, but have no address that can be used."),
}
"""What is said of more than a few at once."""
_MORE_COMMUNITIES: Final = N_("{named} and {n} more communities")
_MORE_STAFF: Final = N_("{named} and {n} more people")
_SINGLY: Final = 3
"""So many are said one by one."""


def remark_sentences(_: Translator, edition: ReportEdition) -> tuple[str, ...]:
    """One sentence each, the most important first; at least one: up to when facts are in the figures."""
    found = [
        *calendar_sentences(_, edition),
        _(
            "Facts up to {instant} are counted; what comes in later shows in the next report.",
            instant=_instant(_, edition),
        ),
        *_noted(_, edition.remarks),
    ]
    if edition.missing_years:
        found.append(_weekday_sentence(_, edition))
    elif edition.calendar_state == "pattern":
        found.append(
            _("The company's working calendar (office) is not loaded: Monday to Friday count as working days.")
        )
    if any(each.is_provisional for each in edition.figures):
        found.append(_("Figures with * may still change: some of what they count is not final."))
    found += _unknown(_, edition)
    if not any(each.kind == "amounts_left_out" for each in edition.remarks):
        found.append(_("The workbook holds the details, every figure by community, and how each is worked out."))
    return tuple(found)


def _weekday_sentence(_: Translator, edition: ReportEdition) -> str:
    years = listed(_, edition.missing_years)
    if edition.report == "monthly":
        return _(
            "The official holidays of {years} are not known yet: working days of that year, also the one this report "
            "goes out on, were judged by weekdays and may be holidays.",
            years=years,
        )
    return _(
        "The official holidays of {years} are not known yet: working days of that year were judged by weekdays and "
        "may be holidays.",
        years=years,
    )


def _noted(_: Translator, remarks: Sequence[Remark]) -> list[str]:
    """The remarks in their order; what befell more than a few is one sentence, where the first of them stands."""
    subjects: dict[str, list[str]] = {}
    for each in remarks:
        subjects.setdefault(each.kind, []).append(each.subject)
    together = {kind: of_kind for kind, of_kind in subjects.items() if kind in _TOGETHER and len(of_kind) > _SINGLY}
    found = []
    for each in remarks:
        if each.kind not in together:
            found.append(remark_sentence(_, each))
        elif each.subject == together[each.kind][0]:
            same = together[each.kind]
            more = _MORE_STAFF if each.kind == "no_address" else _MORE_COMMUNITIES
            fields = {"first": same[0], "last": same[-1], "n": len(same), "named": _some(_, same, more)}
            found.append(_(_TOGETHER[each.kind], **fields))
    return found


def _instant(_: Translator, edition: ReportEdition) -> str:
    return instant_text(edition.as_of, _.language)


def remark_sentence(_: Translator, remark: Remark) -> str:
    """What is amiss, or what somebody must know of, in a sentence."""
    sentence = _SENTENCES.get(remark.kind)
    if sentence is None:
        return _("Remark {kind}: {subject}.", kind=remark.kind, subject=remark.subject)
    fields = {"report": "", "period": remark.subject} | dict(remark.detail)
    title = next((words for report, words in TITLES.items() if report == fields["report"]), "")
    return _(sentence, **(fields | {"subject": remark.subject, "report": _(title)}))


def calendar_sentences(_: Translator, edition: ReportEdition) -> list[str]:
    """Which calendars are missing, where, what that leaves unknown, and what to do about it."""
    return [
        _(
            "The working calendar {calendar} is not loaded, or its time zone is unknown: deadlines of {communities} "
            "are not known, so on-time rates and overdue cases leave them out (n/a where there are no others). Load "
            "the calendar or put working_calendar of these communities right, then send a corrected edition.",
            calendar=calendar,
            communities=_some(_, codes),
        )
        for calendar, codes in edition.missing_calendars.items()
    ]


def _some(_: Translator, codes: Sequence[str], more: str = _MORE_COMMUNITIES) -> str:
    named = listed(_, codes[:_NAMED])
    rest = len(codes) - _NAMED
    return named if rest <= 0 else _(more, named=named, n=rest)


def _unknown(_: Translator, edition: ReportEdition) -> list[str]:
    """Chapters, and single figures of the others, that are n/a."""
    whole, quiet = unknown_chapters(edition), quiet_chapters(edition)
    explained = NEED_A_CALENDAR if edition.missing_calendars else frozenset()
    whole = [subject for subject in whole if subject not in explained]
    found = []
    if quiet:
        names = listed(_, (_(CHAPTERS[subject]) for subject in quiet))
        found.append(_("Nothing in this period and the one before: {names}.", names=names))
    if whole:
        names = listed(_, (_(CHAPTERS[subject]) for subject in whole))
        found.append(_("n/a in this period, because there was nothing to count: {names}.", names=names))
    left_out = {*whole, *quiet}
    by_reason: dict[str, list[EditionFigure]] = {}
    for figure in edition.figures:
        if figure.code in explained or figure.subject in explained:
            continue
        if figure.value is None and figure.subject not in left_out:
            by_reason.setdefault(_WHY_UNKNOWN.get(figure.subject, ""), []).append(figure)
    for reason, figures in by_reason.items():
        names = listed(_, (title_of(_, each) for each in figures))
        if reason:
            found.append(_("n/a, because {reason}: {names}.", reason=_(reason), names=names))
        else:
            found.append(_("n/a: {names}.", names=names))
    return found

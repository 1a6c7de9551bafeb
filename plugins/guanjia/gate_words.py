"""What gates found, in the words of whoever reads it.

Stored are the English reason of an expectation (`notes` in its suite) and codes; language is chosen where it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from guanjia.i18n import N_, Translator

ROWS_TOLD: Final = 5
"""Rows that the reason of a stopped run names; the page of its checks names all of them."""

SUITES: Final[Mapping[str, str]] = {
    "intake/sheets": N_("Sheets taken in"),
    "fee_billing/draft_runs": N_("Billing runs to be approved"),
    "fee_billing/draft_bills": N_("Bills to be approved"),
    "fee_billing/draft_lines": N_("Lines of the bills to be approved"),
    "fee_billing/posted_lines": N_("Lines of posted bills"),
    "fee_billing/payments": N_("Payments taken"),
    "fee_billing/allocations": N_("Payments allocated to bills"),
    "fee_billing/receivables": N_("What is owed"),
    "fee_billing/ledger": N_("Ledger entries"),
    "fee_billing/dunning": N_("Notices to those in arrears"),
    "overdue_escalations/deadlines": N_("Deadlines"),
    "overdue_escalations/escalations": N_("Escalations raised"),
    "vacancy_inspections/vacancies": N_("Vacancy"),
    "vacancy_inspections/inspections": N_("Inspections planned and made"),
    "vacancy_inspections/vacancy_use": N_("Meter use of registered units"),
    "vacancy_inspections/inspection_visits": N_("Inspectors' results"),
    "scheduled_callbacks/callback_contacts": N_("What is due a callback"),
    "scheduled_callbacks/callbacks": N_("Callbacks planned and made"),
    "scheduled_callbacks/callback_lists": N_("Agents' callback lists"),
    "scheduled_callbacks/callback_attempts": N_("Reported attempts"),
    "quality_sampling/quality_draws": N_("Draws of the quality check"),
    "quality_sampling/quality_strata": N_("Strata of the draws"),
    "quality_sampling/samples": N_("Samples"),
    "quality_sampling/quality_judgements": N_("Reported scores"),
    "quality_sampling/quality_results": N_("Results of the quality check"),
    "quality_sampling/quality_lots": N_("Lots and verdicts"),
    "reports/report_editions": N_("Editions of the reports"),
    "reports/report_figures": N_("Figures of the reports"),
    "reports/report_base": N_("What communities counted"),
    "reports/report_breakdowns": N_("Parts of the figures"),
    "reports/report_quotes": N_("Lines the reports quote"),
    "custody/custody_steps": N_("Steps due for things kept"),
}
"""What each gate looks at."""

KEYS: Final[Mapping[str, str]] = {
    "application_code": N_("application"),
    "attempted_at": N_("time of the call"),
    "bill_code": N_("bill number"),
    "callback_code": N_("callback number"),
    "case_code": N_("case number"),
    "charge_kind": N_("kind of charge"),
    "code": N_("part"),
    "community_code": N_("community code"),
    "criterion": N_("criterion"),
    "draw_code": N_("draw number"),
    "due_on": N_("due on"),
    "edition": N_("edition"),
    "figure": N_("figure"),
    "file_id": N_("file number"),
    "first_bill": N_("first bill"),
    "first_unit": N_("first unit"),
    "inspected_at": N_("time of the visit"),
    "inspection_code": N_("inspection number"),
    "journal_code": N_("journal number"),
    "kind": N_("kind"),
    "level": N_("level"),
    "milestone": N_("milestone"),
    "notice_code": N_("notice number"),
    "occasion": N_("occasion"),
    "occurrence": N_("occurrence"),
    "payment_code": N_("payment number"),
    "period": N_("period"),
    "place": N_("place in the list"),
    "report": N_("report"),
    "reviewer": N_("reviewer's staff number"),
    "role": N_("post"),
    "rule_code": N_("rule"),
    "run_code": N_("billing run"),
    "sample_code": N_("sample number"),
    "scope": N_("scope"),
    "scope_code": N_("code of the scope"),
    "scope_kind": N_("kind of scope"),
    "sheet_no": N_("sheet"),
    "source_code": N_("source of the money"),
    "staff_code": N_("staff number"),
    "start_date": N_("first day"),
    "step": N_("step due"),
    "stratum": N_("stratum"),
    "subject": N_("subject"),
    "unit_code": N_("unit number"),
    "work_date": N_("working day"),
}
"""What the codes that name a row say."""

_UNCHECKED: Final = " It could not be checked: "


def unchecked_note(note: str, raised: str) -> str:
    """The note that is stored of an expectation that could not be checked.

    Args:
        note: its business reason, in English as in its suite.
        raised: what the database or the library said; in its own words, without a full stop.
    """
    return f"{note}{_UNCHECKED}{raised}."


def note_words(_: Translator, note: str) -> str:
    """A stored note in the reader's language; one that no catalogue knows (of an older version) as it stands.

    Args:
        note: the business reason of an expectation, perhaps with what kept it from being checked.
    """
    reason, unchecked, raised = note.partition(_UNCHECKED)
    if not unchecked:
        return _(note)
    return _("{note} It could not be checked: {raised}.", note=_(reason), raised=raised.removesuffix("."))


def key_words(_: Translator, key: Iterable[str]) -> str:
    """What the codes that name a row say, one after the other; a column that is not known by its own name."""
    return _.pgettext("between columns", ", ").join(_(KEYS.get(name, name)) for name in key)


def stopped_words(_: Translator, finding: Mapping[str, Any]) -> str:
    """Why a gate stopped a run: which gate, what it asks, which rows break it, and what to do next.

    Args:
        finding: what `GateFailed` carries, and a failed run keeps as `stopped_by`: suite, column, outcome, rows,
            failed, note, key (columns that name a row; older runs have none), keys (rows) and more (other critical
            expectations that failed).
    """
    suite, failed, more = str(finding["suite"]), finding["failed"], int(finding["more"])
    fields = {
        "gate": _("{gate} ({suite})", gate=_(SUITES[suite]), suite=suite) if suite in SUITES else suite,
        "column": finding["column"],
        "more": _.ngettext(" ({n} more expectation failed)", " ({n} more expectations failed)", more) if more else "",
        "note": note_words(_, finding["note"]),
    }
    if finding["outcome"] != "failed":
        return _(
            "Gate {gate}: {column} cannot be checked{more}. {note} Nothing has been sent or published; what the gate "
            "asks or the rows it reads are at fault: read the log of the task, then start the run again.",
            **fields,
        )
    return _(
        "Gate {gate}: {column} is broken by {failed} of {rows} rows{more}. {note} First rows{key}: {keys}. "
        "Nothing has been sent or published; correct the rows and start the run again.",
        failed=_.pgettext("rows", "some") if failed is None else failed,
        rows=finding["rows"],
        key=_(" ({names})", names=named) if (named := key_words(_, finding.get("key", ()))) else "",
        keys=_.pgettext("between rows", "; ").join(finding["keys"]) or _("see the gate report"),
        **fields,
    )


def reason_words(_: Translator, reason: str | None, finding: Mapping[str, Any] | None) -> str | None:
    """Why a run failed, in the reader's language as far as it is known.

    Args:
        reason: as it was raised and stored.
        finding: what a gate found, if one stopped the run; older runs have the reason only.
    """
    if finding:
        return stopped_words(_, finding)
    return _(reason) if reason else None

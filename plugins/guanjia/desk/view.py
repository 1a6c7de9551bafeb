"""Turning rows into pages: templates, languages, and how values are written."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from guanjia.desk.access import LANGUAGE_COOKIE, Visitor
from guanjia.desk.words import expectation, word
from guanjia.domain.masking import mask_name, mask_text
from guanjia.gate_words import key_words, note_words, reason_words
from guanjia.i18n import N_, gettext_for
from guanjia.i18n.formats import day_text, instant_text, money_text, share_text, span_text
from guanjia.pipelines.fee_billing.words import account_words, assignment_words, charge_words
from guanjia.pipelines.scheduled_callbacks.words import triggers_words
from guanjia.pipelines.vacancy_inspections.words import month_words, quantity
from guanjia.settings import TIME_ZONE

PAGES = (
    "overdue",
    "callbacks",
    "inspections",
    "quality",
    "reports",
    "custody",
    "billing",
    "intake",
    "changes",
    "mails",
    "gates",
    "runs",
)
"""Tabs of the pages, in the order of the navigation."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"


def now() -> datetime:
    """The wall clock, for what a page shows as "now"."""
    return datetime.now(TIME_ZONE)


def render(request: Request, visitor: Visitor, template: str, *, code: int = 200, **values: Any) -> HTMLResponse:
    """A page as its answer.

    Args:
        request: what was asked for.
        visitor: who asked.
        template: file in ``templates/``.
        code: HTTP status.
        values: what the template shows.
    """
    nonce = secrets.token_urlsafe(16)
    moment = now()
    text = (
        _environment()
        .get_template(template)
        .render(
            _=gettext_for(visitor.language),
            ngettext=gettext_for(visitor.language).ngettext,
            language=visitor.language,
            visitor=visitor,
            nonce=nonce,
            now=moment,
            base=request.scope.get("root_path", "").rstrip("/"),
            ui=_ui_base(request),
            path=request.url.path,
            query=dict(request.query_params),
            pages=PAGES,
            said=SAID.get(request.query_params.get("said", ""), ""),
            **values,
        )
    )
    answer = HTMLResponse(text, status_code=code, headers=_headers(nonce))
    if request.query_params.get("lang"):
        answer.set_cookie(LANGUAGE_COOKIE, visitor.language, max_age=31_536_000, path="/", samesite="lax")
    return answer


def download(content: bytes, media_type: str, name: str) -> Response:
    """A file as an answer that no browser shows or keeps.

    Args:
        content: its bytes.
        media_type: what it is, such as `XLSX`.
        name: name it is saved under; any characters.
    """
    return Response(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def said(request: Request, path: str, what: str) -> RedirectResponse:
    """Back to a page after something was done; the page says what (a key of `SAID`)."""
    return RedirectResponse(f"{request.scope.get('root_path', '')}{path}?said={what}", 303)


SAID: Mapping[str, str] = {
    "uploaded": N_("The file lies in the inbox; the next intake run takes it in."),
    "change_confirm": N_("Confirmed: the change is in effect."),
    "change_decline": N_("Rejected: nothing was changed."),
    "acknowledged": N_("Acknowledged, with your name and the time."),
    "mail_sent": N_("Recorded: the mail counts as sent."),
    "mail_resend": N_("The mail goes out again with the next delivery."),
}
"""What a page says after a redirect; only these words, never what stands in an address."""


def _ui_base(request: Request) -> str:
    """Airflow's own address below which its UI stands ("" at the root)."""
    root = str(request.scope.get("root_path", "")).rstrip("/")
    return root.rsplit("/guanjia", 1)[0]


def _headers(nonce: str) -> dict[str, str]:
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src 'self' data:; "
        "form-action 'self'; frame-ancestors 'self'; base-uri 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        when=_when,
        moment=_moment,
        day=_day,
        span=_span,
        number=_number,
        date=_date,
        month=_month,
        share=_share,
        quantity=quantity,
        word=_word,
        lasted=_lasted,
        expectation=_expectation,
        note=_note,
        key_words=_key_words,
        why_failed=_why_failed,
        masked=mask_text,
        iso=datetime.fromisoformat,
        money=_money,
        charge=_charge,
        account=_account,
        assignment=_assignment,
        masked_name=mask_name,
        triggers=_triggers,
    )
    made.globals["with_query"] = _with_query
    return made


@pass_context
def _when(context: Context, instant: datetime | None) -> str:
    """``11-20 10:00`` within this year, ``2025-11-20 10:00`` else; a dash where there is none."""
    if instant is None:
        return "—"
    local = instant.astimezone(TIME_ZONE)
    return f"{local:%m-%d %H:%M}" if local.year == context["now"].year else f"{local:%Y-%m-%d %H:%M}"


@pass_context
def _moment(context: Context, instant: datetime | None) -> str:
    return "—" if instant is None else instant_text(instant, context["language"])


@pass_context
def _day(context: Context, day: date | None) -> str:
    return "—" if day is None else day_text(day, context["language"])


@pass_context
def _triggers(context: Context, triggers: str | None, rules: str) -> str:
    """Why somebody is called, in words, each once; where no rule of them is left, the rules' codes."""
    known = ",".join(dict.fromkeys((triggers or "").split(",")))
    return triggers_words(gettext_for(context["language"]), known) or rules.replace(",", ", ")


def _date(day: date | None) -> str:
    return "—" if day is None else day.isoformat()


@pass_context
def _month(context: Context, period: str) -> str:
    """``2026年11月``; what is no month (a weather event's code) as it is."""
    return month_words(period, context["language"])


def _share(share: Decimal | None) -> str:
    """A share as per cent; a dash where nothing was to be done."""
    return "—" if share is None else share_text(share)


def _money(amount: Decimal | None) -> str:
    """Yuan with two places; a dash where there is no amount."""
    return "—" if amount is None else money_text(amount)


@pass_context
def _charge(context: Context, charge_kind: str | None) -> str:
    return charge_words(gettext_for(context["language"]), charge_kind)


@pass_context
def _account(context: Context, account: str) -> str:
    return account_words(gettext_for(context["language"]), account)


@pass_context
def _assignment(context: Context, reason: str) -> str:
    return assignment_words(gettext_for(context["language"]), reason)


@pass_context
def _span(context: Context, since: datetime | None) -> str:
    """The span from an instant to now, or from now to it; never negative."""
    return "—" if since is None else span_text(abs(context["now"] - since), context["language"])


@pass_context
def _lasted(context: Context, run: Mapping[str, Any]) -> str:
    """How long a run took, in seconds below a minute; of one under way, so far."""
    lasted = (run["ended_at"] or context["now"]) - run["started_at"]
    seconds = lasted.total_seconds()
    return f"{seconds:.1f} s" if seconds < 60 else span_text(lasted, context["language"])


@pass_context
def _note(context: Context, note: str) -> str:
    return note_words(gettext_for(context["language"]), note)


@pass_context
def _key_words(context: Context, key: Mapping[str, str]) -> str:
    return key_words(gettext_for(context["language"]), key)


@pass_context
def _why_failed(context: Context, run: Mapping[str, Any]) -> str:
    return reason_words(gettext_for(context["language"]), run["reason"], run["stopped_by"]) or ""


@pass_context
def _expectation(context: Context, text: str) -> str:
    return expectation(text, context["language"])


def _number(value: int | None) -> str:
    return "—" if value is None else f"{value:,}"


@pass_context
def _word(context: Context, code: str | None, kind: str) -> str:
    return word(kind, code, context["language"])


@pass_context
def _with_query(context: Context, **changed: Any) -> str:
    """The page's address with some of its query replaced; None removes."""
    merged: Mapping[str, Any] = {**context["query"], **changed}
    kept = {key: value for key, value in merged.items() if value not in (None, "") and key != "said"}
    return f"{context['path']}?{urlencode(kept)}" if kept else str(context["path"])

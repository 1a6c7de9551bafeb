"""The application behind the pages: its routes, and what a person sees when one does not open."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from airflow.api_fastapi.core_api.security import get_user
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from guanjia.desk.access import Visitor, language_of
from guanjia.desk.pages import (
    billing,
    billing_accounts,
    callbacks,
    changes,
    custody,
    gates,
    inspections,
    intake,
    mails,
    overdue,
    quality,
    reports,
    runs,
)
from guanjia.desk.view import render
from guanjia.domain.errors import GuanjiaError, NotPermitted, UnknownName
from guanjia.i18n import N_, gettext_for

_log = logging.getLogger(__name__)

_TOLD = {
    401: (N_("Please log in"), N_("These pages open only for people who are logged in to Airflow.")),
    403: (N_("Not allowed"), N_("Your Airflow user may not do this. Ask an administrator for the right.")),
    404: (N_("Not found"), N_("There is nothing here, or you may not read it.")),
    413: (N_("Too large"), N_("The file is larger than this page takes; put it into the inbox folder instead.")),
    422: (N_("Not understood"), N_("Something in the form or the address is missing or misspelt.")),
    500: (N_("Something failed"), N_("The page could not be shown; the log of the pages says why.")),
}
"""HTTP status → title and sentence."""


def make_app() -> FastAPI:
    """All pages; none of them opens without a login."""
    app = FastAPI(dependencies=[Depends(get_user)], docs_url=None, redoc_url=None, openapi_url=None)
    for page in (
        overdue,
        callbacks,
        inspections,
        quality,
        reports,
        custody,
        billing,
        billing_accounts,
        intake,
        changes,
        mails,
        gates,
        runs,
    ):
        app.include_router(page.router)
    app.add_api_route("/", _first_page)
    app.add_api_route("/icon.svg", _icon)
    app.add_exception_handler(HTTPException, _on_http)  # type: ignore[arg-type]  # narrower than declared
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(GuanjiaError, _on_refusal)
    app.middleware("http")(_guarded)
    return app


def _first_page(request: Request) -> RedirectResponse:
    return RedirectResponse(f"{request.scope.get('root_path', '')}/overdue", 303)


_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="{ink}" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round"><path d="M4 18a8 8 0 0 1 16 0"/><path d="M2.5 21h19"/>'
    '<path d="M12 10V7"/><path d="M10 6.5h4"/></svg>'
)
"""A reception bell: somebody is there."""


def _icon(dark: bool = False) -> Response:
    ink = "#a5b3c1" if dark else "#7d97b8"
    return Response(_ICON.format(ink=ink), media_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"})


async def _guarded(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
    """No error leaves as a trace: it is logged, and the person gets a page."""
    try:
        return await call(request)
    except Exception:
        _log.exception("page failed: %s", request.url.path)
        return _message(request, 500)


def _on_http(request: Request, error: HTTPException) -> Response:
    return _message(request, error.status_code, str(error.detail or ""))


def _on_invalid(request: Request, _error: Exception) -> Response:
    return _message(request, 422)


def _on_refusal(request: Request, error: Exception) -> Response:
    """An error of ours is a sentence for people."""
    code = 403 if isinstance(error, NotPermitted) else 404 if isinstance(error, UnknownName) else 409
    return _message(request, code, str(error), ours=True)


def _message(request: Request, code: int, detail: str = "", *, ours: bool = False) -> HTMLResponse:
    visitor = Visitor(user=None, login="", language=language_of(request))
    _ = gettext_for(visitor.language)
    title, sentence = _TOLD.get(code, (N_("This did not work"), ""))
    text = detail if ours or not sentence else _(sentence)
    login = ""
    if code == 401:
        root = str(request.scope.get("root_path", "")).rsplit("/guanjia", 1)[0]
        login = f"{root}/auth/login/?next={quote(str(request.url), safe='')}"
    return render(
        request,
        visitor,
        "message.html",
        code=code,
        here="",
        title=_(title),
        text=text,
        link=login,
        link_text=_("Log in"),
    )

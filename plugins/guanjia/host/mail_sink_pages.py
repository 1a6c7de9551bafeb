"""The mail sink's pages: what was mailed, as its reader sees it, with its text, headers, files and source.

A mail's HTML is shown in a frame that may run nothing, fetch nothing and send no form; its pictures come from the mail
itself. Only a browser that knows the home's token sees anything.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from guanjia.gateways.mail.mailbox import Mailbox, Summary
from guanjia.i18n import LANGUAGES, gettext_for, normalised
from guanjia.i18n.formats import HOUSE_ZONE, instant_text

TEMPLATES: Final = Path(__file__).parent / "mail_sink_templates"
PER_PAGE: Final = 100
_OWN_NAMES: Final = ["127.0.0.1", "localhost"]
_PICTURES: Final = ("image/png", "image/jpeg", "image/gif", "image/webp")
_LANGUAGE_COOKIE: Final = "guanjia_language"
_VIEWS: Final = ("html", "text", "headers", "source")
_HEAD: Final = re.compile(r"<head[^>]*>", re.IGNORECASE)
_DARK: Final = re.compile(r"\(\s*prefers-color-scheme\s*:\s*dark\s*\)", re.IGNORECASE)
_CONTENT_ID: Final = re.compile(r"""(["'(])cid:([^"')\s]+)""", re.IGNORECASE)

_PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_MAIL_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
_GUARDS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class FileInMail:
    """An attachment or picture of a mail: its place among the parts, name, type and size in bytes; whether its text
    shows it, so that it is no attachment to its reader."""

    place: int
    name: str
    content_type: str
    size: int
    is_inline: bool


def pages(mailbox: Mailbox, token: str, port: int, *, is_loopback: bool = True) -> Starlette:
    """The pages of a mailbox.

    Args:
        mailbox: what is shown.
        token: what a browser must know.
        port: where they are served; the cookie is named after it, as cookies know no ports.
        is_loopback: only this machine's own names are answered to; False in a container, where the name is another's.
    """
    room = _Pages(mailbox, token, f"guanjia_mail_{port}")
    return Starlette(
        routes=[
            Route("/", room.guarded(room.inbox)),
            Route("/mail/{name}", room.guarded(room.inbox)),
            Route("/mail/{name}/html", room.guarded(room.html)),
            Route("/mail/{name}/raw", room.guarded(room.raw)),
            Route("/mail/{name}/file/{place:int}", room.guarded(room.file)),
            Route("/style.css", room.style),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=_OWN_NAMES if is_loopback else ["*"])],
    )


class _Pages:
    def __init__(self, mailbox: Mailbox, token: str, cookie: str) -> None:
        self._mailbox = mailbox
        self._token = token
        self._cookie = cookie
        self._pass = hmac.new(token.encode("utf-8"), b"pages", hashlib.sha256).hexdigest()

    def guarded(self, page: Handler) -> Handler:
        """The page for those who know the token; the token itself leaves the address at once."""

        async def guard(request: Request) -> Response:
            given = request.query_params.get("token")
            if given is not None and hmac.compare_digest(given.encode("utf-8"), self._token.encode("utf-8")):
                rest = [(key, value) for key, value in request.query_params.multi_items() if key != "token"]
                answer: Response = RedirectResponse(_address(request.url.path, rest), status_code=303)
                answer.set_cookie(self._cookie, self._pass, httponly=True, samesite="lax", max_age=30 * 86400)
            elif hmac.compare_digest(request.cookies.get(self._cookie, "").encode("utf-8"), self._pass.encode("ascii")):
                answer = await page(request)
            else:
                answer = self._page(request, "locked.html", status=403)
            for name, value in _GUARDS.items():
                answer.headers.setdefault(name, value)
            return answer

        return guard

    async def inbox(self, request: Request) -> Response:
        """The list, and beside it the mail that was chosen."""
        asked_language = request.query_params.get("lang")
        words = request.query_params.get("q", "").strip()
        mails = await run_in_threadpool(self._mailbox.search, words)
        last_page = max(1, math.ceil(len(mails) / PER_PAGE))
        page = min(max(1, _number(request.query_params.get("page"))), last_page)
        name = request.path_params.get("name")
        message = await run_in_threadpool(self._mailbox.message, name) if name else None
        shown: dict[str, object] = {
            "mails": mails[(page - 1) * PER_PAGE : page * PER_PAGE],
            "found": len(mails),
            "words": words,
            "page": page,
            "last_page": last_page,
            "name": name,
            "mail": None,
        }
        if name and message is not None:
            shown["mail"] = _shown_mail(message, self._mailbox.raw(name) or b"", request)
        answer = self._page(request, "inbox.html", 404 if name and message is None else 200, shown)
        if asked_language in LANGUAGES:
            answer.set_cookie(_LANGUAGE_COOKIE, asked_language, samesite="lax", max_age=365 * 86400)
        return answer

    async def html(self, request: Request) -> Response:
        """A mail's HTML as the frame shows it."""
        message = await run_in_threadpool(self._mailbox.message, request.path_params["name"])
        body = _body(message, "html") if message is not None else None
        if message is None or body is None:
            return PlainTextResponse("", status_code=404)
        is_dark = request.query_params.get("scheme") == "dark"
        return HTMLResponse(_framed(body, message, is_dark=is_dark), headers={"Content-Security-Policy": _MAIL_POLICY})

    async def raw(self, request: Request) -> Response:
        """The mail as a file any mail program opens."""
        name = request.path_params["name"]
        content = await run_in_threadpool(self._mailbox.raw, name)
        if content is None:
            return PlainTextResponse("", status_code=404)
        return _download(content, f"{name}.eml", "message/rfc822")

    async def file(self, request: Request) -> Response:
        """One of a mail's files."""
        message = await run_in_threadpool(self._mailbox.message, request.path_params["name"])
        parts = list(message.walk()) if message is not None else []
        place = request.path_params["place"]
        found = [each for each in _files(message) if each.place == place] if message is not None else []
        if not found:
            return PlainTextResponse("", status_code=404)
        return _download(_payload(parts[place]), found[0].name, "application/octet-stream")

    async def style(self, _request: Request) -> Response:
        """The style sheet; it needs no token, as it says nothing."""
        return Response((TEMPLATES / "style.css").read_bytes(), media_type="text/css", headers=_GUARDS)

    def _page(
        self, request: Request, template: str, status: int = 200, shown: Mapping[str, object] | None = None
    ) -> Response:
        language = _language(request)
        other = "en" if language == "zh" else "zh"
        kept = [(key, value) for key, value in request.query_params.multi_items() if key not in ("lang", "token")]
        text = (
            _environment(language)
            .get_template(template)
            .render(
                **(shown or {}),
                language=language,
                other_language_address=_address(request.url.path, [*kept, ("lang", other)]),
            )
        )
        return HTMLResponse(text, status_code=status, headers={"Content-Security-Policy": _PAGE_POLICY})


def _shown_mail(message: EmailMessage, raw: bytes, request: Request) -> dict[str, object]:
    html, text = _body(message, "html"), _body(message, "plain")
    view = request.query_params.get("view", "")
    if view not in _VIEWS:
        view = "html" if html is not None else "text"
    headers = [(name, " ".join(str(value).split())) for name, value in message.items()]
    return {
        "subject": _header(message, "Subject"),
        "sender": _header(message, "From"),
        "to": _header(message, "To"),
        "date": _header(message, "Date"),
        "has_html": html is not None,
        "text": text if text is not None else "",
        "headers": headers,
        "source": raw[:200_000].decode("utf-8", "replace") if view == "source" else "",
        "files": [each for each in _files(message) if not each.is_inline],
        "view": view,
        "is_narrow": request.query_params.get("width") == "phone",
        "is_dark": request.query_params.get("scheme") == "dark",
    }


def _header(message: EmailMessage, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _body(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body((kind,))
    if part is None or not isinstance(part, EmailMessage):
        return None
    return _payload(part).decode(_charset(part), "replace").replace("\r\n", "\n")


def _charset(part: EmailMessage) -> str:
    name = part.get_content_charset() or "utf-8"
    try:
        "".encode(name)
    except LookupError:
        return "utf-8"
    return name


def _payload(part: object) -> bytes:
    found = part.get_payload(decode=True) if isinstance(part, EmailMessage) else b""
    return found if isinstance(found, bytes) else b""


def _files(message: EmailMessage) -> Iterator[FileInMail]:
    html = _body(message, "html") or ""
    for place, part in enumerate(message.walk()):
        if not isinstance(part, EmailMessage) or part.is_multipart():
            continue
        name = part.get_filename()
        if name or part.get_content_disposition() == "attachment" or part.get_content_maintype() != "text":
            shown = name or f"{part.get_content_type().replace('/', '-')}-{place}"
            is_inline = bool(part["Content-ID"]) and f"cid:{str(part['Content-ID']).strip(' <>')}" in html
            yield FileInMail(place, shown, part.get_content_type(), len(_payload(part)), is_inline)


def _framed(html: str, message: EmailMessage, *, is_dark: bool) -> str:
    """The HTML with its own pictures in it, its links opening outside the frame, in the light or the dark."""
    pictures = {}
    for part in message.walk():
        if isinstance(part, EmailMessage) and part.get_content_type() in _PICTURES and part["Content-ID"]:
            encoded = base64.b64encode(_payload(part)).decode("ascii")
            pictures[str(part["Content-ID"]).strip().strip("<>")] = f"data:{part.get_content_type()};base64,{encoded}"
    with_pictures = _CONTENT_ID.sub(lambda found: found[1] + pictures.get(found[2], ""), html)
    target = '<base target="_blank">'
    lit = _DARK.sub("(min-width: 0)" if is_dark else "(max-width: 0)", with_pictures)
    marked, count = _HEAD.subn(lambda found: found[0] + target, lit, count=1)
    return marked if count else target + lit


def _download(content: bytes, name: str, media_type: str) -> Response:
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": disposition})


def _language(request: Request) -> str:
    asked = request.query_params.get("lang") or request.cookies.get(_LANGUAGE_COOKIE)
    return normalised(asked) if asked else normalised(request.headers.get("accept-language", "").split(",")[0])


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 1


def _address(path: str, parameters: list[tuple[str, str]]) -> str:
    return f"{quote(path)}?{urlencode(parameters)}" if parameters else quote(path)


def _moment(mail: Summary, language: str) -> str:
    return instant_text(mail.received_at, language)


def _short_moment(mail: Summary) -> str:
    return f"{mail.received_at.astimezone(HOUSE_ZONE):%m-%d %H:%M}"


def _size(size: int) -> str:
    for unit in ("B", "kB", "MB"):
        if size < 1000 or unit == "MB":
            return f"{size:.0f} {unit}" if unit == "B" or size >= 10 else f"{size:.1f} {unit}"
        size = size / 1000  # type: ignore[assignment]  # a size in larger units is no whole number
    return ""


@lru_cache
def _environment(language: str) -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    translator = gettext_for(language)
    made.globals |= {"_": translator, "ngettext": translator.ngettext, "pgettext": translator.pgettext}
    made.filters |= {"moment": _moment, "short_moment": _short_moment, "size": _size}
    return made

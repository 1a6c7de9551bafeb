"""From a letter to HTML and text: one look for every mail, in both languages."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from guanjia.gateways.mail.letter import Letter
from guanjia.gateways.mail.message import RenderedMail
from guanjia.i18n import gettext_for, normalised

TEMPLATES: Final = Path(__file__).parent / "templates"
_SAFE_LINKS: Final = ("https://", "http://", "mailto:", "tel:")


def render(letter: Letter) -> RenderedMail:
    """A letter as a mail: subject, text alternative, and HTML with its styles inlined.

    The HTML is a table layout that Outlook, QQ Mail and phones show alike; it uses no picture of its own, reads well
    with pictures off, and follows the reader's dark mode where the program lets it.
    """
    language = normalised(letter.language)
    html = _template("letter.html", language).render(letter=letter, language=language)
    text = _template("letter.txt", language).render(letter=letter, language=language)
    return RenderedMail(
        subject=" ".join(letter.subject.split()),
        text="\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n",
        html=_with_rules_last(_inliner().inline(html)),
    )


def _with_rules_last(html: str) -> str:
    """The rules that cannot stand on elements (phone, dark mode), after the character set, and hidden from Outlook.

    The inliner puts them first, where they would push the character set out of the first 1,024 bytes, in which HTML
    wants it. Outlook on Windows knows none of them.
    """
    start, end = html.index("<style>"), html.index("</style>") + len("</style>")
    rules = f"<!--[if !mso]><!-->\n{html[start:end]}\n<!--<![endif]-->\n</head>"
    return (html[:start] + html[end:]).replace("</head>", rules, 1)


def safe_link(link: str) -> str:
    """The link, if it leads to a page, a mail or a telephone; else nothing (``javascript:`` and the like)."""
    return link if link.lower().startswith(_SAFE_LINKS) else ""


@lru_cache
def _environment(language: str) -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    translator = gettext_for(language)
    made.globals["_"] = translator
    made.globals["ngettext"] = translator.ngettext
    made.filters["safe_link"] = safe_link
    return made


@lru_cache
def _template(name: str, language: str):  # type: ignore[no-untyped-def]  # Jinja's Template
    return _environment(language).get_template(name)


@lru_cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_at_rules=True, minify_css=True, load_remote_stylesheets=False)

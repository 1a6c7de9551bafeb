"""How programs of mail readers take our HTML: a strict reader, Outlook on Windows, weight, colours by day and by night.

What Outlook on Windows (2007 to 2021, Microsoft 365) does with HTML and CSS is taken from caniemail.com, data of
9 September 2025: it shows mails with Word. The colours that Outlook on the web makes of ours in its dark mode are
computed as Microsoft publishes it (roosterjs, getDarkColor).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Final
from xml.etree.ElementTree import Element

import fast_mail_parser
from tinyhtml5.parser import HTMLParser

GMAIL_CUTS_AT: Final = 102_000
"""Bytes of HTML after which Gmail cuts a mail off ("message clipped")."""
GMAIL_STYLES: Final = 16_384
"""Characters of style sheets beyond which Gmail drops all of them."""
ENOUGH: Final = 4.5
"""Contrast of text and ground that WCAG 2.2 wants at level AA, whatever the size."""

_HIDDEN_FROM_OUTLOOK: Final = re.compile(r"<!--\[if !mso\]><!-->.*?<!--<!\[endif\]-->", re.S)
_FOR_OUTLOOK: Final = re.compile(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", re.S)
_CELLS: Final = ("td", "th")
_WITH_WIDTH: Final = ("table", *_CELLS)
_BLOCKS: Final = ("div", "p", "h1", "h2", "table", "body")

_OUTLOOK_KNOWS: Final[Mapping[str, Callable[[str, str, Mapping[str, str]], bool]]] = {
    "color": lambda tag, value, attrs: bool(re.fullmatch(r"#[0-9a-f]{6}", value)),
    "background-color": lambda tag, value, attrs: bool(re.fullmatch(r"#[0-9a-f]{6}", value)),
    "font-family": lambda tag, value, attrs: "system-ui" not in value.split(",")[0],
    "font-size": lambda tag, value, attrs: value.endswith("px"),
    "font-weight": lambda tag, value, attrs: value in ("bold", "normal"),
    "line-height": lambda tag, value, attrs: value.endswith("px"),
    "letter-spacing": lambda tag, value, attrs: value.endswith("px"),
    "text-align": lambda tag, value, attrs: value in ("left", "right", "center"),
    "text-decoration": lambda tag, value, attrs: value in ("none", "underline"),
    "vertical-align": lambda tag, value, attrs: tag in _CELLS,
    "border-collapse": lambda tag, value, attrs: tag == "table",
    "margin": lambda tag, value, attrs: tag not in ("span", "a") and "-" not in value and "auto" not in value,
    "padding": lambda tag, value, attrs: tag in _CELLS or value == "0",
    "width": lambda tag, value, attrs: tag in _WITH_WIDTH or tag == "body" or "width" in attrs,
    "height": lambda tag, value, attrs: value == "auto",
    "max-width": lambda tag, value, attrs: tag == "table" or "width" in attrs,
    "display": lambda tag, value, attrs: value == "none" or (value == "block" and tag in (*_BLOCKS, "img")),
}
"""By property, whether Outlook takes a value on an element as it is meant; what is not here it does not know."""
_OUTLOOK_BORDER: Final = re.compile(r"0|[1-8]px solid #[0-9a-f]{6}")
_OUTLOOK_TAGS: Final = {
    *("html", "head", "meta", "title", "body", "xml"),
    *("table", "thead", "tbody", "tr", "td", "th", "div", "p", "h1", "h2", "span", "b", "a", "br", "img"),
}


LONGEST_LINE: Final = 79
"""Bytes of the longest line of our mails: the content type of a workbook. 998 are allowed, 78 wished for (RFC 5322)."""


def mail_problems(raw: bytes) -> list[str]:
    """What any program of a reader could stumble over in a whole mail, whichever of ours it is.

    Args:
        raw: bytes as a server took them.
    """
    ours = BytesParser(_class=EmailMessage, policy=default).parsebytes(raw)
    theirs = fast_mail_parser.parse_email(raw)
    problems = [str(each) for each in theirs.warnings] + [str(each) for part in ours.walk() for each in part.defects]
    names = [part.get_filename() for part in ours.walk() if part.get_filename()]
    if (str(ours["Subject"]), names) != (theirs.subject, [each.filename for each in theirs.attachments]):
        problems.append("two parsers see another subject or other files")
    problems += [f"a line of {len(line)} bytes" for line in raw.split(b"\r\n") if len(line) > LONGEST_LINE]
    body = ours.get_body(("html",))
    if body is None or ours.get_body(("plain",)) is None:
        return [*problems, "not both HTML and text"]
    html = str(body.get_content())
    checks = (html_errors, outlook_problems, gmail_problems, pictures_without_words)
    problems += [problem for check in checks for problem in check(html)]
    for light in ("day", "night", "outlook.com"):
        problems += [f"pale {light}: {each}" for each in shown_texts(html, light) if each.ratio < ENOUGH]
    return problems


def html_errors(html: str) -> list[str]:
    """What a strict reader finds wrong: nothing closed twice, left open, doubled or out of its place."""
    parser = HTMLParser(namespace_html_elements=False)
    parser.parse(html)
    return [f"line {place[0]}: {problem} {details}" for place, problem, details in parser.errors]


def elements(html: str) -> list[Element]:
    """Every element, in the order of the text."""
    tree: Element = HTMLParser(namespace_html_elements=False).parse(html)
    return [each for each in tree.iter() if isinstance(each.tag, str)]


def as_outlook_reads(html: str) -> str:
    """The HTML that Outlook on Windows sees: without what is hidden from it, with what is meant for it alone."""
    return _FOR_OUTLOOK.sub(r"\1", _HIDDEN_FROM_OUTLOOK.sub("", html))


def outlook_problems(html: str) -> list[str]:
    """Elements and styles that Outlook on Windows does not know or takes otherwise than meant."""
    seen = as_outlook_reads(html)
    problems = [f"{word} for Outlook" for word in ("<style", "@media", "url(", "rgba(", "calc(") if word in seen]
    for node in elements(seen):
        if node.tag not in _OUTLOOK_TAGS and not node.tag.startswith("o:"):
            problems.append(f"<{node.tag}>")
        for name, value in _declarations(node.get("style", "")):
            if not _outlook_knows(node, name, value):
                problems.append(f"{name}: {value} on <{node.tag}>")
        if node.tag == "img" and not node.get("width", "").isdigit():
            problems.append("a picture without its width")
    return problems


def _outlook_knows(node: Element, name: str, value: str) -> bool:
    if name.startswith("border") and name != "border-collapse":
        return bool(_OUTLOOK_BORDER.fullmatch(value)) and node.tag in (*_WITH_WIDTH, "img")
    check = _OUTLOOK_KNOWS.get(name)
    return check is not None and check(node.tag, value, node.attrib)


def gmail_problems(html: str) -> list[str]:
    """What makes Gmail cut a mail or drop its style sheet."""
    problems = []
    if (weight := len(html.encode())) > GMAIL_CUTS_AT:
        problems.append(f"{weight} bytes of HTML")
    sheets = re.findall(r"<style>(.*?)</style>", html, flags=re.S)
    if sum(map(len, sheets)) > GMAIL_STYLES or any("url(" in sheet for sheet in sheets):
        problems.append("a style sheet that is dropped")
    return problems


def pictures_without_words(html: str) -> list[str]:
    """Pictures that say nothing to who does not see them."""
    return [str(each.attrib) for each in elements(html) if each.tag == "img" and not each.get("alt", "").strip()]


# -- colours ----------------------------------------------------------------------------------------------------------

Colour = tuple[float, float, float]
"""Red, green and blue, 0 to 1."""


@dataclass(frozen=True)
class Shown:
    """A text as it is shown."""

    text: str
    colour: str
    ground: str
    ratio: float


def shown_texts(html: str, light: str = "day") -> list[Shown]:
    """Every text with its colour, its ground and their contrast.

    Args:
        html: the mail.
        light: ``day``; ``night``: our rules for a dark screen; ``outlook.com``: what Outlook on the web makes of it.
    """
    rules = list(_dark_rules(html)) if light == "night" else []
    change = darkened if light == "outlook.com" else str
    found: list[Shown] = []

    def note(text: str | None, colour: str, ground: str) -> None:
        words = re.sub(r"[\s\u034f\u200c\u00a0]+", " ", text or "").strip()
        if words and colour != ground:  # what is to be hidden is of the colour of its ground
            found.append(Shown(words, colour, ground, contrast(colour, ground)))

    def walk(path: tuple[Element, ...], colour: str, ground: str) -> None:
        node = path[-1]
        own = dict(_declarations(node.get("style", "")))
        if "bgcolor" in node.attrib:
            own.setdefault("background-color", node.attrib["bgcolor"])
        for selector, declarations in rules:
            if _matches(path, selector):
                own |= declarations
        colour = change(own["color"]) if "color" in own else colour
        ground = change(own["background-color"]) if "background-color" in own else ground
        note(node.text, colour, ground)
        for child in node:
            if isinstance(child.tag, str):
                walk((*path, child), colour, ground)
            note(child.tail, colour, ground)

    body = next(each for each in elements(html) if each.tag == "body")
    walk((body,), change("#000000"), change("#ffffff"))
    return found


def _matches(path: tuple[Element, ...], selector: str) -> bool:
    """Whether a selector of tags and classes one within the other means the last element of a path."""
    *outer, last = selector.split()
    if not _is_meant(path[-1], last):
        return False
    above = iter(path[:-1])
    return all(any(_is_meant(each, part) for each in above) for part in outer)


def _is_meant(node: Element, part: str) -> bool:
    if not re.fullmatch(r"[a-z0-9]*(\.[a-z-]+)*", part):
        raise ValueError(f"Selector {part} is more than tags and classes.")
    tag, *classes = part.split(".")
    return tag in ("", node.tag) and set(classes) <= set(node.get("class", "").split())


def _declarations(style: str) -> list[tuple[str, str]]:
    pairs = (each.partition(":") for each in style.split(";") if ":" in each)
    return [(name.strip(), value.replace("!important", "").strip().lower()) for name, _colon, value in pairs]


def _dark_rules(html: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Selector and declarations of the rules for a dark screen, those of parts that no element stands for left out."""
    sheet = html.partition("@media (prefers-color-scheme: dark)")[2].partition("</style>")[0]
    for selectors, declarations in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet.partition("{")[2]):
        for selector in selectors.split(","):
            if "::" not in selector:
                yield selector.strip(), dict(_declarations(declarations))


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2)."""
    lights = sorted((_luminance(one), _luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def darkened(colour: str) -> str:
    """A colour as Outlook on the web shows it in dark mode: its lightness turned over, never darker than #333333."""
    lightness, a, b = _lab(_linear(colour))
    darkest = 21.247
    return _hex(_from_lab((100 - lightness) * (100 - darkest) / 100 + darkest, a, b))


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> Colour:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def _lab(colour: Colour) -> Colour:
    red, green, blue = colour
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _from_lab(lightness: float, a: float, b: float) -> Colour:
    y = (lightness + 16) / 116
    x, z = a / 500 + y, y - b / 200
    x, y, z = (part**3 if part**3 > 0.008856 else (part - 16 / 116) / 7.787 for part in (x, y, z))
    x, z = x * 0.95047, z * 1.08883
    red, green, blue = (
        min(max(part, 0.0), 1.0)
        for part in (
            3.2406 * x - 1.5372 * y - 0.4986 * z,
            -0.9689 * x + 1.8758 * y + 0.0415 * z,
            0.0557 * x - 0.2040 * y + 1.0570 * z,
        )
    )
    return red, green, blue


def _hex(colour: Colour) -> str:
    parts = (12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055 for part in colour)
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)

"""One letter, two forms: HTML and text say the same, and nothing in them obeys what people typed."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanjia.gateways.mail.letter import (
    Bullets,
    Button,
    Cell,
    Column,
    DataTable,
    Facts,
    KeyFigure,
    KeyFigures,
    Letter,
    Notice,
    Paragraph,
    Picture,
    Section,
)
from guanjia.gateways.mail.rendering import render
from tests.support.examples import examples

EVERYTHING = (
    Paragraph("段落一\n\n段落二"),
    Section("章节", "章节说明"),
    KeyFigures((KeyFigure("超时", "3", "上周 5", "bad"), KeyFigure("准时率", "95.0 %"))),
    DataTable(
        (Column("工单"), Column("超时时长", "end")),
        ((Cell("WO-1", link="https://example.com/1", note="翠湖花园"), Cell("2 小时", "bad")), ("WO-2", "1 小时")),
        caption="表格说明",
        more="另有 12 项",
    ),
    Facts((("小区", "翠湖花园"),)),
    Bullets(("先联系客户",)),
    Notice("电梯困人", "bad"),
    Button("打开", "https://example.com/list"),
    Picture("chart", "近 12 周准时率：从 90 % 升到 95 %"),
)
SHOWN = (
    *(
        "段落一",
        "段落二",
        "章节",
        "章节说明",
        "超时",
        "上周 5",
        "准时率",
        "95.0 %",
        "WO-1",
        "翠湖花园",
        "2 小时",
        "WO-2",
    ),
    *("1 小时", "表格说明", "另有 12 项", "小区", "先联系客户", "电梯困人", "打开", "https://example.com/list"),
    "近 12 周准时率：从 90 % 升到 95 %",
)


class Seen(HTMLParser):
    """What a reader of the HTML sees, links included."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        self._hidden = tag in ("style", "title")
        self.words += [value or "" for name, value in attributes if name in ("href", "alt")]

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, text: str) -> None:
        if not self._hidden:
            self.words.append(text)


def seen(html: str) -> Seen:
    parser = Seen()
    parser.feed(html)
    return parser


def letter(*blocks: object, language: str = "zh", **fields: str) -> Letter:
    given_fields = {"subject": "主题", "heading": "标题", "reason": "您是班长。"} | fields
    return Letter(language=language, blocks=blocks, **given_fields)  # type: ignore[arg-type]  # the test names blocks


@pytest.mark.parametrize("language", ["zh", "en"])
def test_html_and_text_both_say_everything(language: str) -> None:
    mail = render(letter(*EVERYTHING, language=language, greeting="王经理："))
    html = " ".join(seen(mail.html).words)
    for words in (*SHOWN, "标题", "王经理：", "您是班长。"):
        assert words in html, words
        assert words in mail.text, words


def test_the_frame_is_in_the_readers_language() -> None:
    assert "您收到此邮件的原因：您是班长。" in render(letter()).text
    assert "Why you receive this: you lead the team." in render(letter(language="en", reason="you lead the team.")).text


def test_markup_in_texts_is_shown_and_not_obeyed() -> None:
    nasty = '<script>alert(1)</script><img src=x onerror="x"> & "quotes"'
    mail = render(
        letter(
            Paragraph(nasty),
            KeyFigures((KeyFigure(nasty, nasty, nasty),)),
            DataTable((Column(nasty),), ((Cell(nasty, note=nasty),),), nasty, nasty),
            Facts(((nasty, nasty),)),
            Bullets((nasty,)),
            Notice(nasty),
            Section(nasty, nasty),
            Button(nasty, "https://example.com"),
            Picture("c", nasty),
            subject=nasty,
            heading=nasty,
            reason=nasty,
            preheader=nasty,
            greeting=nasty,
        )
    )
    found = seen(mail.html)
    assert "script" not in {tag for tag, _attributes in found.tags}
    assert not any(name.startswith("on") for _tag, attributes in found.tags for name in attributes)
    assert nasty in "".join(found.words)
    assert nasty in mail.text


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//example.com"])
def test_links_lead_to_pages_mails_and_telephones_only(link: str) -> None:
    mail = render(letter(Button("x", link), DataTable((Column("c"),), ((Cell("text", link=link),),))))
    assert link not in mail.html and link not in mail.text


def test_nothing_is_fetched_from_anywhere() -> None:
    html = render(letter(*EVERYTHING)).html
    assert set(re.findall(r'src="([^"]*)"', html)) == {"cid:chart@guanjia"}
    assert not re.findall(r"url\(|@import|<link|<script", html)


def test_it_reads_well_with_pictures_off_in_the_dark_and_on_a_phone() -> None:
    html = render(letter(*EVERYTHING)).html
    assert all(attributes.get("alt") for tag, attributes in seen(html).tags if tag == "img")
    assert "prefers-color-scheme: dark" in html and "max-width: 600px" in html
    assert 'name="viewport"' in html and 'name="color-scheme" content="light dark"' in html
    assert "data-label=" in html


def test_outlook_gets_nothing_it_cannot_show_and_every_reader_the_character_set_in_time() -> None:
    html = render(letter(*EVERYTHING)).html
    assert 'content="text/html; charset=utf-8">' in html.encode()[:1024].decode(errors="ignore")
    outlook = re.sub(r"<!--\[if !mso\]><!-->.*?<!--<!\[endif\]-->", "", html, flags=re.S)
    assert not re.findall(r"<style|@media|color-scheme|white-space|overflow|max-height", outlook)
    assert html.count("<style") == 1


def test_styles_stand_on_the_elements_for_programs_that_drop_style_sheets() -> None:
    body = render(letter(*EVERYTHING)).html.partition("</head>")[2]
    for tag, attributes in seen(body).tags:
        if tag in ("td", "th", "p", "h1", "h2"):
            assert attributes.get("style"), (tag, attributes)


def test_a_row_that_does_not_fit_its_table_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="2 cells in a table of 1 columns"):
        DataTable((Column("c"),), (("a", "b"),))


def test_an_empty_table_is_a_table() -> None:
    assert "列" in render(letter(DataTable((Column("列"),), ()))).html


@settings(max_examples=examples(40))
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80))
def test_any_text_can_be_said(words: str) -> None:
    mail = render(letter(Paragraph(words), Notice(words), subject=words))
    assert "\n" not in mail.subject
    assert words.strip() in mail.text

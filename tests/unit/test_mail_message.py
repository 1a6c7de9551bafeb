"""A message as bytes: what any mail program reads from it is what was meant."""

from __future__ import annotations

import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.gateways.mail.addresses import normalised_address
from guanjia.gateways.mail.message import (
    Attachment,
    EncodedBundle,
    Heading,
    Sender,
    compose,
    encode_bundle,
    encoded_header,
)

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def parsed(raw: bytes) -> EmailMessage:
    return cast(EmailMessage, BytesParser(_class=EmailMessage, policy=email.policy.default).parsebytes(raw))


def composed(
    subject: str = "标题", name: str = "王小明", text: str = "你好", html: str = "<p>你好</p>", *files: Attachment
) -> bytes:
    heading = Heading("M1", "<m1@example.com>", "wang@example.com", name, subject, "zh")
    pieces = compose(Sender("us@example.com", "管家"), heading, text, html, encode_bundle(files), AT)
    return b"".join(pieces)


@given(ANY_TEXT, ANY_TEXT)
def test_no_subject_and_no_name_begins_a_header_of_its_own(subject: str, name: str) -> None:
    message = parsed(composed(subject, name))
    assert len(message.keys()) == len(set(message.keys())) == 11
    assert {"Bcc", "Cc"}.isdisjoint(message.keys())
    assert message["To"].addresses[0].addr_spec == "wang@example.com"
    assert not message["Subject"].defects


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=200))
def test_a_subject_arrives_as_it_was_written(subject: str) -> None:
    assert str(parsed(composed(subject))["Subject"]) == subject


@given(ANY_TEXT)
def test_both_bodies_arrive_as_they_were_written(text: str) -> None:
    plain = text.replace("\r\n", "\n").replace("\r", "")
    message = parsed(composed(text=plain, html=plain))
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        assert body is not None
        assert body.get_content().replace("\r\n", "\n").rstrip("\n") == plain.rstrip("\n")


@given(ANY_TEXT, st.binary(max_size=2000), ANY_TEXT)
def test_no_line_is_long_none_begins_with_a_dot_and_all_is_ascii(subject: str, content: bytes, text: str) -> None:
    raw = composed(subject, subject, text, text, Attachment("表.xlsx", "application/vnd.ms-excel", content))
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 100
    assert not any(line.startswith(b".") for line in lines)
    assert raw.isascii() and b"\n" not in raw.replace(b"\r\n", b"") and b"\r" not in raw.replace(b"\r\n", b"")


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=120),
    st.binary(max_size=300),
)
def test_a_file_arrives_under_its_name_whatever_the_script(name: str, content: bytes) -> None:
    message = parsed(composed("s", "n", "t", "h", Attachment(name, "application/octet-stream", content)))
    (file,) = message.iter_attachments()
    assert file.get_filename() == name
    assert file.get_content() == content


def test_pictures_in_the_text_stay_with_the_html() -> None:
    picture = Attachment("图.png", "image/png", b"png", "chart")
    table = Attachment("表.xlsx", "application/vnd.ms-excel", b"xlsx")
    message = parsed(composed("s", "n", "t", '<img src="cid:chart@guanjia">', picture, table))
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/vnd.ms-excel",
    ]
    shown = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert (shown["Content-ID"], shown.get_content_disposition()) == ("<chart@guanjia>", "inline")
    assert not any(part.defects for part in message.walk())


def test_attachments_are_the_same_bytes_in_every_message() -> None:
    bundle = encode_bundle([Attachment("表.xlsx", "application/vnd.ms-excel", b"x" * 1000)])
    heading = Heading("M1", "<m1@example.com>", "wang@example.com", "", "s", "zh")
    one, two = (compose(Sender("us@example.com"), heading, "t", "h", bundle, AT) for _message in range(2))
    assert one[1] is two[1] is bundle.attached


def test_a_message_without_files_is_one_piece() -> None:
    heading = Heading("M1", "<m1@example.com>", "wang@example.com", "", "s", "en")
    assert len(compose(Sender("us@example.com"), heading, "t", "h", EncodedBundle(), AT)) == 1


def test_a_forged_message_id_cannot_carry_a_header() -> None:
    heading = Heading("M1", "<m1@example.com>\r\nBcc: evil@example.com", "wang@example.com", "", "s", "zh")
    with pytest.raises(ValueError, match="control character"):
        compose(Sender("us@example.com"), heading, "t", "h", EncodedBundle(), AT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Weekly report", "Weekly report"),
        ("=?utf-8?b?x?=", "=?utf-8?b?PT91dGYtOD9iP3g/PQ==?="),
        ("a\r\nBcc: b", "a  Bcc: b"),
        ("", ""),
    ],
)
def test_plain_subjects_stay_plain(text: str, expected: str) -> None:
    assert encoded_header(text) == expected


@pytest.mark.parametrize(
    ("given_address", "expected"),
    [
        ("wang@example.com", "wang@example.com"),
        (" Wang.Xiao+1@EXAMPLE.com ", "Wang.Xiao+1@example.com"),
        ("wang@例子.中国", "wang@xn--fsqu00a.xn--fiqs8s"),
        ("wang", None),
        ("wang@", None),
        ("@example.com", None),
        ("wang@example", None),
        ("wang@-example.com", None),
        ("wang..li@example.com", None),
        ("王@example.com", None),
        ("wang li@example.com", None),
        ("a@example.com,b@example.com", None),
        ("a@example.com\nBcc: b@example.com", None),
        ("<wang@example.com>", None),
        ("a@b@example.com", None),
        ("x" * 65 + "@example.com", None),
        ("a@" + "x" * 64 + ".com", None),
    ],
)
def test_addresses(given_address: str, expected: str | None) -> None:
    assert normalised_address(given_address) == expected


@given(st.text(max_size=80))
def test_an_address_in_use_is_safe_on_a_command_line_of_smtp(text: str) -> None:
    address = normalised_address(text)
    assert address is None or (address.isascii() and not set(address) & set(' \r\n\t<>,;:"\\'))

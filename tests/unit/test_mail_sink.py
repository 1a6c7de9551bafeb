"""The mail sink: keeps every mail on this machine, shows it to those who know the token, and lets no mail do harm."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from guanjia.domain.errors import DeliveryError, HostError
from guanjia.gateways.mail.line import MailServer, SmtpLine
from guanjia.gateways.mail.mailbox import Mailbox
from guanjia.gateways.mail.message import Attachment, Heading, Sender, compose, encode_bundle
from guanjia.gateways.mail.receiver import LARGEST_MAIL, banner, receiving
from guanjia.host.mail_sink import mail_token, serve_mail

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
PICTURE = Attachment("图.png", "image/png", b"\x89PNG\r\n\x1a\nxx", "chart")
TABLE = Attachment("工单明细.xlsx", "application/vnd.ms-excel", b"PK\x03\x04 table")
NASTY = (
    '<html><head></head><body><script>alert(1)</script><img src="cid:chart@guanjia"><img src="http://example.com/pixel.png">'
    '<a href="https://example.com/">link</a></body></html>'
)


def mail(recipient: str, subject: str = "超时升级", html: str = "<p>你好</p>", *files: Attachment) -> list[bytes]:
    heading = Heading("M1", "<m1@example.com>", recipient, "王小明", subject, "zh", is_urgent=True)
    return compose(Sender("us@example.com", "管家"), heading, "纯文本正文", html, encode_bundle(files), AT)


@dataclass(frozen=True)
class RunningSink:
    home: Path
    smtp_port: int
    address: str
    process: subprocess.Popen[str]

    def send(self, recipient: str, *mail_parts: object) -> None:
        with SmtpLine(MailServer("127.0.0.1", self.smtp_port)) as line:
            line.open()
            pieces = mail(recipient, *mail_parts)  # type: ignore[arg-type]  # the test gives what mail() takes
            line.ask("us@example.com", recipient)
            assert line.give(pieces).fate == "sent"

    @contextmanager
    def browser(self) -> Iterator[httpx.Client]:
        host = self.address.partition("/?")[0]
        with httpx.Client(base_url=host, follow_redirects=True, headers={"Accept-Language": "zh-CN"}) as client:
            assert client.get(self.address).status_code == 200
            yield client


def start(home: Path) -> RunningSink:
    process = subprocess.Popen(
        [sys.executable, "-m", "guanjia.cli", "serve-mail", "--smtp-port", "0", "--http-port", "0"],
        env=os.environ | {"GUANJIA_HOME": str(home), "GUANJIA_LANGUAGE": "en"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said = process.stdout.readline() + process.stdout.readline()
    found = re.search(r"127\.0\.0\.1:(\d+) and kept.*(http://127\.0\.0\.1:\d+/\?token=\S+)", said, re.DOTALL)
    assert found, said
    return RunningSink(home, int(found[1]), found[2], process)


def stop(sink: RunningSink) -> int:
    sink.process.send_signal(signal.SIGTERM)
    sink.process.communicate(timeout=20)
    return sink.process.returncode


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSink]:
    found = start(tmp_path_factory.mktemp("sink") / "home")
    yield found
    assert stop(found) == 0


def first_mail(client: httpx.Client, words: str) -> str:
    found = re.search(r'href="(/mail/[0-9A-Za-z-]+)\?', client.get("/", params={"q": words}).text)
    assert found
    return found[1]


def test_a_mail_is_listed_and_shown_with_text_headers_files_and_source(running: RunningSink) -> None:
    running.send("shown@example.com", "第47周汇总", "<p>你好</p>", PICTURE, TABLE)
    with running.browser() as client:
        page = client.get("/").text
        assert "第47周汇总" in page and "王小明 &lt;shown@example.com&gt;" in page and "紧急" in page
        address = first_mail(client, "shown@")
        assert "工单明细.xlsx" in client.get(address).text
        assert "纯文本正文" in client.get(address, params={"view": "text"}).text
        assert "&lt;m1@example.com&gt;" in client.get(address, params={"view": "headers"}).text
        assert "Content-Transfer-Encoding: base64" in client.get(address, params={"view": "source"}).text
        raw = client.get(f"{address}/raw")
        assert raw.headers["content-type"] == "message/rfc822" and b"Message-ID: <m1@example.com>" in raw.content


def test_a_file_comes_down_as_a_file_under_its_name(running: RunningSink) -> None:
    running.send("files@example.com", "文件", "<p></p>", PICTURE, TABLE)
    with running.browser() as client:
        address = first_mail(client, "files@")
        places = re.findall(rf'href="({address}/file/\d+)"', client.get(address).text)
        contents = {client.get(place).content for place in places}
        assert contents == {PICTURE.content, TABLE.content}
        answer = client.get(places[-1])
        assert "filename*=UTF-8''%E5%B7%A5%E5%8D%95%E6%98%8E%E7%BB%86.xlsx" in answer.headers["content-disposition"]
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert client.get(f"{address}/file/999").status_code == 404


def test_a_mails_html_can_run_nothing_and_fetch_nothing(running: RunningSink) -> None:
    running.send("nasty@example.com", "<script>alert(1)</script>", NASTY, PICTURE)
    with running.browser() as client:
        address = first_mail(client, "nasty@")
        page = client.get(address)
        assert "图.png" not in page.text, "what the text shows is no attachment"
        assert "<script>" not in page.text and 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
        assert "script-src" not in page.headers["content-security-policy"]
        framed = client.get(f"{address}/html")
        policy = framed.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "img-src data:" in policy and "sandbox allow-popups" in policy
        assert "allow-scripts" not in policy and "allow-same-origin" not in policy
        assert 'src="data:image/png;base64,' in framed.text and "cid:" not in framed.text


def test_search_finds_by_recipient_and_subject_in_any_case(running: RunningSink) -> None:
    running.send("Findme@example.com", "Quarterly 季度")
    with running.browser() as client:
        for words in ("findme", "FINDME quarterly", "季度"):
            assert "Quarterly" in client.get("/", params={"q": words}).text
        assert "没有符合条件的邮件" in client.get("/", params={"q": "findme nothing"}).text


def test_both_languages(running: RunningSink) -> None:
    with running.browser() as client:
        assert "本机邮件箱" in client.get("/").text
        assert "Mail sink" in client.get("/", params={"lang": "en"}).text
        assert "Mail sink" in client.get("/").text, "the choice is remembered"


@pytest.mark.parametrize("path", ["/", "/mail/x", "/mail/x/html", "/mail/x/raw", "/mail/x/file/1", "/?token=wrong"])
def test_nobody_sees_anything_without_the_token(running: RunningSink, path: str) -> None:
    running.send("secret@example.com", "秘密")
    answer = httpx.get(running.address.partition("/?")[0] + path)
    assert answer.status_code == 403
    assert "秘密" not in answer.text and "secret@example.com" not in answer.text


def test_the_token_leaves_the_address_at_once_and_the_cookie_is_not_the_token(running: RunningSink) -> None:
    answer = httpx.get(running.address)
    assert answer.status_code == 303 and answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie
    assert running.address.partition("token=")[2] not in cookie


def test_other_host_names_are_refused_so_that_no_foreign_page_can_reach_in(running: RunningSink) -> None:
    answer = httpx.get(running.address, headers={"Host": "evil.example.com"})
    assert answer.status_code == 400


@pytest.mark.parametrize("name", ["..%2F..%2Fsecrets", "nothing", "a.b", "%00"])
def test_only_mails_of_the_mailbox_can_be_asked_for(running: RunningSink, name: str) -> None:
    with running.browser() as client:
        assert client.get(f"/mail/{name}/raw").status_code == 404
        assert client.get(f"/mail/{name}").status_code == 404


def test_both_doors_open_on_loopback_only(running: RunningSink) -> None:
    ports = {running.smtp_port, int(running.address.partition("127.0.0.1:")[2].partition("/")[0])}
    wide = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if line.split()[3] == "0A"]
    for place in wide:
        address, _colon, port = place.partition(":")
        if int(port, 16) in ports:
            assert address == "0100007F"


def test_mails_survive_a_restart_and_the_address_stays(tmp_path: Path) -> None:
    first = start(tmp_path)
    first.send("kept@example.com", "留存")
    assert stop(first) == 0
    second = start(tmp_path)
    try:
        assert second.address.partition("token=")[2] == first.address.partition("token=")[2]
        with second.browser() as client:
            assert "留存" in client.get("/").text
    finally:
        stop(second)


def test_mails_and_token_are_their_owners_alone(running: RunningSink) -> None:
    kept = [*(running.home / "mail").glob("*.eml"), running.home / "secrets.json"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


def test_a_port_in_use_is_told_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(HostError, match="GUANJIA_MAIL_PAGES_PORT"):
            serve_mail(tmp_path, 0, port, lambda _smtp, _pages: None)
        with pytest.raises(DeliveryError, match="GUANJIA_MAIL_SMTP_PORT"):
            serve_mail(tmp_path, port, 0, lambda _smtp, _pages: None)


def test_each_home_has_its_own_token_and_its_own_greeting(tmp_path: Path) -> None:
    assert mail_token(tmp_path / "a") != mail_token(tmp_path / "b")
    assert banner(tmp_path / "a" / "mail") != banner(tmp_path / "b" / "mail")


# -- the receiver ------------------------------------------------------------------------------------------------------


def talk(port: int, *sent: bytes) -> bytes:
    """What the receiver answers in all to bytes sent one after the other."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        for part in sent:
            line.sendall(part)
        answers = b""
        while not answers.endswith(b"Goodbye\r\n"):
            got = line.recv(65536)
            if not got:
                break
            answers += got
    return answers


ENVELOPE = b"EHLO me\r\nMAIL FROM:<us@example.com>\r\nRCPT TO:<a@example.com>\r\nDATA\r\n"


def test_a_message_ends_with_a_dot_between_whole_line_ends_only(tmp_path: Path) -> None:
    smuggled = b"Subject: one\r\n\r\nx\n.\nMAIL FROM:<evil@example.com>\r\n.\nDATA\n\r\n..dot\r\n.\r\nQUIT\r\n"
    with receiving(tmp_path) as port:
        talk(port, ENVELOPE + smuggled)
    (name,) = Mailbox(tmp_path).names()
    raw = Mailbox(tmp_path).raw(name) or b""
    assert b"MAIL FROM:<evil@example.com>" in raw and b"\r\n.dot\r\n" in raw


def test_mails_come_in_whatever_pieces_the_network_makes(tmp_path: Path) -> None:
    whole = ENVELOPE + b"Subject: one\r\n\r\nbody\r\n.\r\nQUIT\r\n"
    with receiving(tmp_path) as port:
        talk(port, *(whole[place : place + 1] for place in range(len(whole))))
    (found,) = Mailbox(tmp_path).summaries()
    assert (found.subject, found.recipients) == ("one", ("a@example.com",))


def test_a_mail_beyond_all_measure_is_refused_and_the_line_goes_on(tmp_path: Path) -> None:
    chunk = b"x" * 998 + b"\r\n"
    with receiving(tmp_path) as port:
        much = [chunk * 1024] * (LARGEST_MAIL // (1024 * len(chunk)) + 2)
        answers = talk(port, ENVELOPE, *much, b".\r\n", ENVELOPE, b"small\r\n.\r\nQUIT\r\n")
    assert b"552 5.3.4" in answers
    assert len(Mailbox(tmp_path).names()) == 1


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (b"DATA\r\n", b"503"),
        (b"RCPT TO:<a@example.com>\r\n", b"503"),
        (b"MAIL FROM:a@example.com\r\n", b"501"),
        (b"MAIL FROM:<a@example.com> SIZE=99999999999\r\n", b"552"),
        (b"MAIL FROM:<a@example.com>\r\nRCPT TO:<nobody>\r\n", b"501"),
        (b"MAIL FROM:<a@example.com>\r\nMAIL FROM:<a@example.com>\r\n", b"503"),
        (b"HELP\r\n", b"500"),
        (b"\xff\xfe\r\n", b"500"),
        (b"x" * 10_000 + b"\r\n", b"500"),
        (b"VRFY a\r\n", b"252"),
    ],
)
def test_wrong_commands_get_an_answer_and_the_line_goes_on(tmp_path: Path, said: bytes, answer: bytes) -> None:
    with receiving(tmp_path) as port:
        answers = talk(port, b"EHLO me\r\n", said, b"NOOP\r\nQUIT\r\n")
    assert b"\r\n" + answer in answers and answers.endswith(b"221 2.0.0 Goodbye\r\n")


def test_a_full_disk_is_a_passing_reason_and_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    folder.write_text("a file where the folder should be")
    with receiving(folder) as port, SmtpLine(MailServer("127.0.0.1", port)) as line:
        line.open()
        line.ask("us@example.com", "a@example.com")
        outcome = line.give(mail("a@example.com"))
    assert (outcome.fate, outcome.code) == ("later", 452)


def test_files_of_others_in_the_folder_do_no_harm(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    name = mailbox.store(b"Subject: =?utf-8?b?broken\r\nFrom: \xff\r\n\r\nx", "us@example.com", ["a@example.com"], AT)
    (tmp_path / "hand-made.eml").write_bytes(b"no headers at all")
    (tmp_path / ".half.part").write_bytes(b"")
    assert {each.name for each in mailbox.summaries()} == {name, "hand-made"}
    (tmp_path / "hand-made.eml").unlink()
    assert [each.name for each in mailbox.summaries()] == [name]

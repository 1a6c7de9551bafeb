"""Handing mail to servers other than our own: TLS, sign-in, no pipelining, hang-ups."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from guanjia.gateways.mail.line import MailServer, Outcome, ServerUnavailableError, SmtpLine

MAIL = [b"Subject: x\r\n\r\nhello\r\n"]


class Keeper(MessageHandler):
    def __init__(self) -> None:
        super().__init__()
        self.kept: list[Any] = []

    def handle_message(self, message: Any) -> None:
        self.kept.append(message)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that only those trust who are told to."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def listening(controller: Controller) -> Iterator[int]:
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def check_password(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: LoginPassword) -> AuthResult:
    is_right = given.login == b"guanjia" and given.password == b"right 1"
    return AuthResult(success=is_right, handled=False)


def sent_over(line: SmtpLine, recipient: str = "a@example.com") -> Outcome:
    line.ask("us@example.com", recipient)
    return line.give(MAIL)


def test_a_server_without_pipelining_takes_one_mail_after_the_other() -> None:
    keeper = Keeper()
    with (
        listening(Controller(keeper, hostname="127.0.0.1", port=free_port())) as port,
        SmtpLine(MailServer("127.0.0.1", port)) as line,
    ):
        line.open()
        assert [sent_over(line).fate for _mail in range(3)] == ["sent"] * 3
    assert [mail.get_payload() for mail in keeper.kept] == ["hello\r\n"] * 3


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_secured_and_signed_in(certificate: Path, security: Any) -> None:
    keeper = Keeper()
    how: dict[str, Any] = {
        "authenticator": check_password,
        "auth_required": True,
        "hostname": "localhost",
        "port": free_port(),
    }
    if security == "starttls":
        controller = Controller(keeper, tls_context=server_context(certificate), require_starttls=True, **how)
    else:
        controller = Controller(keeper, ssl_context=server_context(certificate), auth_require_tls=False, **how)
    with listening(controller) as port:
        good = MailServer("localhost", port, security, "guanjia", "right 1", ca_file=str(certificate))
        with SmtpLine(good) as line:
            line.open()
            assert sent_over(line).fate == "sent"
        with pytest.raises(ServerUnavailableError, match="refused the sign-in"):
            SmtpLine(MailServer("localhost", port, security, "guanjia", "wrong", ca_file=str(certificate))).open()
        with pytest.raises(ServerUnavailableError, match="no secure line"):
            SmtpLine(MailServer("localhost", port, security, "guanjia", "right 1")).open()
        with pytest.raises(ServerUnavailableError, match="beyond ASCII"):
            SmtpLine(MailServer("localhost", port, security, "guanjia", "密码", ca_file=str(certificate))).open()


def test_a_password_never_goes_over_an_open_line_when_tls_was_asked_for() -> None:
    controller = Controller(Keeper(), hostname="127.0.0.1", port=free_port())
    with listening(controller) as port, pytest.raises(ServerUnavailableError, match=r"(?i)starttls"):
        SmtpLine(MailServer("127.0.0.1", port, "starttls", "guanjia", "secret")).open()


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(MailServer("127.0.0.1", 25, user="guanjia", password="secret"))


@contextmanager
def scripted(*answers: bytes) -> Iterator[int]:
    """A server that sends the next answer at each line it gets (or at its greeting), then hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                peer, _address = listener.accept()
            except OSError:
                return
            with peer, peer.makefile("rb") as lines:
                peer.sendall(b"220 x\r\n")
                for answer in answers:
                    line = lines.readline()
                    if line.strip().upper() == b"DATA" and answer.startswith(b"354"):
                        peer.sendall(answer)
                        while lines.readline() not in (b".\r\n", b""):
                            pass
                        continue
                    peer.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)


GREETED = b"250 x\r\n"
OK = b"250 ok\r\n"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([GREETED, OK, OK, b"354 go\r\n"], ("unknown", None)),
        ([GREETED, OK, OK, b""], ("later", None)),
        ([GREETED, OK], ("later", None)),
        ([GREETED, b"421 too busy\r\n"], ("later", 421)),
        ([GREETED, b"550 we do not know this sender\r\n"], ("later", 550)),
        ([GREETED, b"552 too big\r\n"], ("failed", 552)),
        ([GREETED, OK, b"550 no such user\r\n"], ("failed", 550)),
        ([GREETED, OK, b"450 busy\r\n"], ("later", 450)),
        ([GREETED, OK, OK, b"554 no\r\n"], ("failed", 554)),
    ],
)
def test_what_a_server_says_or_does_decides(answers: list[bytes], expected: tuple[str, int | None]) -> None:
    with (
        scripted(*answers) as port,
        SmtpLine(MailServer("127.0.0.1", port, answer_seconds=2, acceptance_seconds=2)) as line,
    ):
        line.open()
        outcome = sent_over(line)
        assert (outcome.fate, outcome.code) == expected


def test_a_server_that_says_nothing_is_given_up_in_time() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    with listener, pytest.raises(ServerUnavailableError, match=r"no answer in time|timed out"):
        SmtpLine(MailServer("127.0.0.1", listener.getsockname()[1], connect_seconds=0.3, answer_seconds=0.3)).open()


def test_a_servers_words_are_kept_on_one_short_line() -> None:
    answer = b"550-no\r\n550-such\x07\r\n550 " + b"x" * 900 + b"\r\n"
    with scripted(GREETED, OK, answer) as port, SmtpLine(MailServer("127.0.0.1", port)) as line:
        line.open()
        words = sent_over(line).words
    assert words.startswith("no such x") and len(words) == 500 and words.isprintable()

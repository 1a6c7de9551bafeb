"""One line to a mail server, used for one message after the other.

``ask`` sends the envelope, ``give`` the content with its last dot: between the two, while the server thinks about the
envelope, the outbox notes that the message is about to be handed over. Without the dot the server must forget the
message when the line dies; after the dot, and before the server's answer, nobody can know.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, Self

from guanjia.domain.errors import DeliveryError

Security = Literal["none", "starttls", "tls"]
Fate = Literal["sent", "later", "failed", "unknown"]

_LONGEST_WORDS: Final = 500
_CLOSING: Final = 421
_TOO_BIG: Final = 552
_NO_ANSWER: Final = -1
_DOT: Final = b".\r\n"


@dataclass(frozen=True)
class MailServer:
    """A mail server and how to talk to it.

    Attributes:
        host: name or address.
        port: TCP port.
        security: ``starttls`` and ``tls`` check the server's certificate.
        user: blank: no authentication.
        password: never shown.
        is_live: False for the home's own sink.
        ca_file: certificates to trust instead of the system's; blank: the system's.
        connect_seconds: time to wait for a connection.
        answer_seconds: time to wait for the answer to a command.
        acceptance_seconds: time to wait for the answer to the last dot (RFC 5321 asks for ten minutes).
    """

    host: str
    port: int
    security: Security = "none"
    user: str = ""
    password: str = field(default="", repr=False)
    is_live: bool = False
    ca_file: str = ""
    connect_seconds: float = 15
    answer_seconds: float = 60
    acceptance_seconds: float = 600

    @property
    def name(self) -> str:
        """``host:port``."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Outcome:
    """What became of one message.

    Attributes:
        fate: sent; later (a passing reason); failed (for good); unknown (the line died after the last dot).
        code: SMTP code; None: no answer came.
        words: the server's words, or what happened instead of an answer; one line.
    """

    fate: Fate
    code: int | None
    words: str


class ServerUnavailableError(DeliveryError):
    """No message can be offered to the server now, whoever it is for."""


class SmtpLine:
    """A connection to a mail server, used by one thread."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None
        self._is_clean = True
        self._commands: list[bytes] = []
        self.messages_handed_over = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        self.close()

    @property
    def is_open(self) -> bool:
        """Whether there is a connection, as far as this side knows."""
        return self._smtp is not None

    def open(self) -> None:
        """Connects, secures the line and signs in.

        Raises:
            ServerUnavailableError: refused, timed out, no trust in the certificate, or the sign-in was refused.
        """
        server = self._server
        try:
            self._smtp = self._connected()
            if server.user:
                self._smtp.login(server.user, server.password)
        except smtplib.SMTPAuthenticationError as error:
            self.close()
            words = _spoken(error.smtp_error)
            raise ServerUnavailableError(
                f"{server.name} refused the sign-in ({error.smtp_code} {words}): check user and password."
            ) from error
        except UnicodeEncodeError as error:
            self.close()
            raise ServerUnavailableError(
                f"User or password for {server.name} holds characters beyond ASCII, which a sign-in cannot carry: "
                "choose another password."
            ) from error
        except smtplib.SMTPResponseException as error:
            self.close()
            raise ServerUnavailableError(
                f"{server.name} said {error.smtp_code} {_spoken(error.smtp_error)}."
            ) from error
        except ssl.SSLError as error:
            self.close()
            raise ServerUnavailableError(f"{server.name}: no secure line ({error.reason or error}).") from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise ServerUnavailableError(f"{server.name} cannot be used: {_network_words(error)}.") from error
        self._is_clean = True

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        name = socket.gethostname()
        own_name = name if "." in name and name.isascii() else "[127.0.0.1]"
        context = ssl.create_default_context(cafile=server.ca_file or None)
        if server.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, own_name, timeout=server.connect_seconds, context=context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, own_name, timeout=server.connect_seconds)
        try:
            self._set_timeout(smtp, server.answer_seconds)
            if smtp.sock is not None:
                # The last dot is a packet of its own: it must not wait for the one before to be acknowledged.
                smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            smtp.ehlo_or_helo_if_needed()
            if server.security == "starttls":
                smtp.starttls(context=context)
                smtp.ehlo_or_helo_if_needed()
        except BaseException:
            smtp.close()
            raise
        return smtp

    def ask(self, sender: str, recipient: str) -> None:
        """Sends the envelope of the next message, without waiting for what the server says to it.

        Args:
            sender: envelope sender.
            recipient: envelope recipient, one.
        """
        commands = [b"MAIL FROM:<%b>\r\n" % sender.encode("ascii"), b"RCPT TO:<%b>\r\n" % recipient.encode("ascii")]
        self._commands = [*([] if self._is_clean else [b"RSET\r\n"]), *commands, b"DATA\r\n"]
        self._is_clean = False
        # If the line is dead, ``give`` finds out, and reads the server's last words.
        with contextlib.suppress(OSError, smtplib.SMTPException):
            self._send(b"".join(self._commands) if self._pipelines else self._commands[0])

    def give(self, pieces: Sequence[bytes]) -> Outcome:
        """Hands the message over, if the server takes the envelope, and waits for its answer.

        Args:
            pieces: the message as ``compose`` gives it.

        Returns:
            sent, later, failed, or unknown when no answer came to the last dot.
        """
        try:
            refusal = self._refusal()
            if refusal is None:
                refusal = self._content(pieces)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome("later", None, f"The line died before the message was handed over: {_network_words(error)}.")
        return refusal or self._acceptance()

    @property
    def _pipelines(self) -> bool:
        return self._smtp is not None and self._smtp.has_extn("pipelining")

    def _refusal(self) -> Outcome | None:
        """What the server says to the envelope, if it is a no."""
        smtp = self._smtp
        if smtp is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        if self._pipelines:
            answers = [smtp.getreply() for _command in self._commands]
        else:
            answers = [smtp.getreply()]
            for command in self._commands[1:]:
                if answers[-1][0] >= 400:
                    break
                self._send(command)
                answers.append(smtp.getreply())
        noes = [
            (command, answer) for command, answer in zip(self._commands, answers, strict=False) if not _is_yes(answer)
        ]
        if not noes:
            return None
        command, (code, said) = noes[0]
        if code == _CLOSING or (len(answers) == len(self._commands) and _is_yes(answers[-1])):
            # The server hangs up, or waits for content nobody may get.
            self.close()
        if command.startswith(b"MAIL") and 500 <= code < 600 and code != _TOO_BIG:
            # The server does not want our sender: a matter of settings, not of this message.
            return Outcome("later", code, _spoken(said))
        return Outcome(_fate(code), code, _spoken(said))

    def _content(self, pieces: Sequence[bytes]) -> Outcome | None:
        """Sends the content with its dot; a server that hangs up in the middle may have said why."""
        try:
            if isinstance(self._sock(), ssl.SSLSocket):
                self._send(*pieces)
            else:
                # What the system does not take whole is not handed over: the dot is the last of it.
                self._send(*pieces, _DOT)
        except OSError:
            smtp = self._smtp
            code, said = smtp.getreply() if smtp is not None else (_NO_ANSWER, b"")
            self.close()
            if code >= 400:
                return Outcome(_fate(code), code, _spoken(said))
            raise
        return None

    def _acceptance(self) -> Outcome:
        """The server's answer to the last dot."""
        smtp = self._smtp
        try:
            if smtp is None:
                raise smtplib.SMTPServerDisconnected("not connected")
            self._set_timeout(smtp, self._server.acceptance_seconds)
            if isinstance(self._sock(), ssl.SSLSocket):
                self._send(_DOT)
            code, said = smtp.getreply()
            self._set_timeout(smtp, self._server.answer_seconds)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome(
                "unknown", None, f"The line died after the message was handed over: {_network_words(error)}."
            )
        if code == _NO_ANSWER:
            self.close()
            return Outcome("unknown", None, f"Not an answer to the message: {_spoken(said)}")
        self.messages_handed_over += 1
        if code == _CLOSING:
            self.close()
        self._is_clean = True
        return Outcome("sent" if 200 <= code < 300 else _fate(code), code, _spoken(said))

    def reopen(self) -> None:
        """Connects anew, in place of a line that has died; if that fails too the line stays closed."""
        self.close()
        try:
            self.open()
        except ServerUnavailableError:
            self.close()

    def leave(self) -> None:
        """Says goodbye and ends the line."""
        if self._smtp is not None:
            try:
                self._set_timeout(self._smtp, min(5.0, self._server.answer_seconds))
                self._smtp.quit()
            except (OSError, smtplib.SMTPException):
                pass
        self.close()

    def close(self) -> None:
        """Ends the connection; again does nothing."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()

    def _send(self, *pieces: bytes) -> None:
        """Sends pieces one after the other, without joining the big ones where the line takes several at once."""
        sock = self._sock()
        sent = 0
        if len(pieces) > 1 and not isinstance(sock, ssl.SSLSocket):
            sent = sock.sendmsg(pieces)
        for piece in pieces:
            if sent < len(piece):
                sock.sendall(memoryview(piece)[sent:])
            sent = max(0, sent - len(piece))

    def _sock(self) -> socket.socket:
        sock = self._smtp.sock if self._smtp is not None else None
        if sock is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        return sock

    @staticmethod
    def _set_timeout(smtp: smtplib.SMTP, seconds: float) -> None:
        if smtp.sock is not None:
            smtp.sock.settimeout(seconds)


def _is_yes(answer: tuple[int, bytes]) -> bool:
    return 200 <= answer[0] < 400


def _fate(code: int) -> Fate:
    return "failed" if 500 <= code < 600 else "later"


def _spoken(said: bytes | str) -> str:
    """A server's words on one line, without control characters, at most 500 characters."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    plain = "".join(character if ord(character) >= 32 and character != "\x7f" else " " for character in text)
    return " ".join(plain.split())[:_LONGEST_WORDS]


def _network_words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, socket.gaierror):
        return "the name is not known"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, OSError) and error.strerror and not isinstance(error, smtplib.SMTPException):
        return _spoken(error.strerror).lower()
    return _spoken(str(error)).lower().rstrip(".") or type(error).__name__

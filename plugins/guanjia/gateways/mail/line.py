"""One line to a mail server: a message is offered whole, and handed over by the last dot alone.

Until the dot the server must forget the message when the line dies; after the dot, and before the server's answer,
nobody can know. ``offer`` does everything up to that point, ``hand_over`` sends the dot: between the two the outbox
makes sure that the row says *sending*.
"""

from __future__ import annotations

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
    """A connection to a mail server, used for one message after the other by one thread."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None
        self._is_clean = True
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

    def offer(self, sender: str, recipient: str, pieces: Sequence[bytes]) -> Outcome | None:
        """Offers a message: envelope and content, all but the last dot.

        Args:
            sender: envelope sender.
            recipient: envelope recipient, one.
            pieces: the message as ``compose`` gives it.

        Returns:
            None when the server waits for the last dot; else what became of the message, which it has not taken.
        """
        try:
            refusal = self._envelope(sender, recipient)
            if refusal is None:
                refusal = self._content(pieces)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome("later", None, f"The line died before the message was handed over: {_network_words(error)}.")
        return refusal

    def _envelope(self, sender: str, recipient: str) -> Outcome | None:
        smtp = self._smtp
        if smtp is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        commands = [f"MAIL FROM:<{sender}>\r\n".encode("ascii"), f"RCPT TO:<{recipient}>\r\n".encode("ascii")]
        commands.append(b"DATA\r\n")
        if not self._is_clean:
            commands.insert(0, b"RSET\r\n")
        self._is_clean = False
        if smtp.has_extn("pipelining"):
            self._send(b"".join(commands))
            answers = [smtp.getreply() for _command in commands]
        else:
            answers = []
            for command in commands:
                self._send(command)
                answers.append(smtp.getreply())
                if answers[-1][0] >= 400:
                    break
        return self._judged(answers, commands)

    def _content(self, pieces: Sequence[bytes]) -> Outcome | None:
        """Sends the content; a server that hangs up in the middle may have said why."""
        try:
            for piece in pieces:
                self._send(piece)
        except OSError:
            smtp = self._smtp
            code, said = smtp.getreply() if smtp is not None else (_NO_ANSWER, b"")
            self.close()
            if code >= 400:
                return Outcome(_fate(code), code, _spoken(said))
            raise
        return None

    def _judged(self, answers: Sequence[tuple[int, bytes]], commands: Sequence[bytes]) -> Outcome | None:
        refusals = [
            (command, answer) for command, answer in zip(commands, answers, strict=False) if not 200 <= answer[0] < 400
        ]
        if not refusals:
            return None
        command, (code, said) = refusals[0]
        if code == _CLOSING or (len(answers) == len(commands) and answers[-1][0] < 400):
            # The server hangs up, or waits for content nobody may get.
            self.close()
        if command.startswith(b"MAIL") and 500 <= code < 600 and code != _TOO_BIG:
            # The server does not want our sender: a matter of settings, not of this message.
            return Outcome("later", code, _spoken(said))
        return Outcome(_fate(code), code, _spoken(said))

    def hand_over(self) -> Outcome:
        """Sends the last dot and waits for the server's answer.

        Returns:
            sent, later, failed, or unknown when no answer came.
        """
        smtp = self._smtp
        if smtp is None:
            return Outcome("later", None, "The line was closed before the message was handed over.")
        try:
            self._set_timeout(smtp, self._server.acceptance_seconds)
            self._send(b".\r\n")
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

    def drop(self) -> None:
        """Ends the line without a word, so that a message offered but not handed over is forgotten."""
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

    def _send(self, content: bytes) -> None:
        smtp = self._smtp
        if smtp is None or smtp.sock is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        smtp.sock.sendall(content)

    @staticmethod
    def _set_timeout(smtp: smtplib.SMTP, seconds: float) -> None:
        if smtp.sock is not None:
            smtp.sock.settimeout(seconds)


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

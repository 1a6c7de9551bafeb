"""The local mail sink of a home: it takes every mail over SMTP, keeps it in ``mail/``, and shows it on pages.

Both doors open on 127.0.0.1 only (in a container the pages open wider, and what is published is the container's
affair). The pages ask for the home's token: once in the address, then as a cookie.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Final

import uvicorn

from guanjia.domain.errors import HostError
from guanjia.gateways.mail.mailbox import Mailbox
from guanjia.gateways.mail.receiver import LOOPBACK, Receiver
from guanjia.host.home_files import home_secrets
from guanjia.host.mail_sink_pages import pages

TOKEN: Final = "mail.token"


def mail_token(home: Path) -> str:
    """The home's token for the sink's pages, made at the first call and then kept."""
    return home_secrets(home, (TOKEN,))[TOKEN]


def pages_address(home: Path, port: int) -> str:
    """The address that opens the sink's pages without asking further."""
    return f"http://{LOOPBACK}:{port}/?token={mail_token(home)}"


def serve_mail(
    home: Path, smtp_port: int, pages_port: int, ready: Callable[[int, int], None], pages_host: str = LOOPBACK
) -> None:
    """Serves until SIGTERM or Ctrl-C.

    Args:
        home: the state folder; mails are kept in its ``mail/``.
        smtp_port: 0 picks a free one.
        pages_port: 0 picks a free one.
        ready: called with both ports once both doors are open.
        pages_host: address the pages listen on; other than loopback only inside a container.

    Raises:
        HostError: the port of the pages is taken.
        DeliveryError: the port of the receiver is taken.
    """
    asyncio.run(_serve(home, smtp_port, pages_port, ready, pages_host))


async def _serve(
    home: Path, smtp_port: int, pages_port: int, ready: Callable[[int, int], None], pages_host: str
) -> None:
    mailbox = Mailbox(home / "mail")
    receiver = Receiver(mailbox)
    with _listening(pages_host, pages_port) as door:
        await receiver.start(smtp_port)
        port = int(door.getsockname()[1])
        app = pages(mailbox, mail_token(home), port, is_loopback=pages_host == LOOPBACK)
        server = _Server(
            uvicorn.Config(
                app,
                log_level="warning",
                access_log=False,
                lifespan="off",
                server_header=False,
                timeout_graceful_shutdown=2,
            )
        )
        loop = asyncio.get_running_loop()
        for asked in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
                loop.add_signal_handler(asked, server.leave)
        # What is kept already is read while nobody waits for it.
        reading = asyncio.create_task(asyncio.to_thread(mailbox.summaries))
        ready(receiver.port, port)
        try:
            await server.serve(sockets=[door])
        finally:
            await receiver.stop()
            await reading


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=128)
    except OSError as error:
        raise HostError(
            f"The pages of the mail sink cannot listen on {host}:{port} ({error.strerror}): stop what uses the "
            "port, or set GUANJIA_MAIL_PAGES_PORT to a free one."
        ) from error


class _Server(uvicorn.Server):
    """Uvicorn, ended by our own signal handlers, so that the receiver ends with it and the exit is clean."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]  # a narrower type than theirs
        return nullcontext()

    def leave(self) -> None:
        self.should_exit = True

"""Papers of many scopes, made by as many processes as the machine has processors.

Drawing and writing workbooks keep one processor busy whatever number of threads asks for it; a house of two hundred
communities would wait minutes for its Friday mail. The makers read nothing and know no database: a scope that was read
goes in, its papers come out, in order. A maker ends when the process that started it does, however that ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import ForkingPickler
from typing import Any, Final, cast

from guanjia.domain.errors import DocumentError
from guanjia.pipelines.reports.edition import ReportEdition
from guanjia.pipelines.reports.papers import Papers, papers_of

FEW: Final = 12
"""As many papers are made faster here than by starting makers for them."""
MAKERS: Final = 3
"""At most; each takes some 350 MB."""

Wanted = tuple[ReportEdition, str]
"""A scope of an edition, and a language."""

_START: Final = "import sys; from guanjia.pipelines.reports.paper_makers import serve; serve(int(sys.argv[1]))"


def make_all(wanted: Iterable[Wanted], number: int) -> Generator[Papers, None, None]:
    """The papers of some scopes and languages, in their order.

    Args:
        wanted: read one by one, a few ahead of the papers.
        number: how many there are.

    Raises:
        DocumentError: a page cannot be typeset, or a maker has ended before its time.
        ValueError: a workbook's figures do not add up.
    """
    makers = min(os.cpu_count() or 1, MAKERS, number // FEW + 1)
    if number <= FEW or makers < 2:
        yield from (papers_of(edition, language) for edition, language in wanted)
        return
    with ExitStack() as started:
        lines = [started.enter_context(_maker()) for _ in range(makers)]
        yield from _in_order(wanted, lines)


def serve(descriptor: int) -> None:
    """Make papers for the process at the other end of a line until it hangs up; what a maker's process runs.

    Args:
        descriptor: the inherited end of the line.
    """
    with suppress(EOFError, OSError), Connection(descriptor) as line:
        while True:
            edition, language = line.recv()
            answer: object
            try:
                answer = papers_of(edition, language)
            except Exception as error:
                answer = error
            line.send_bytes(_pickled(answer))


def _pickled(answer: object) -> bytes:
    """An answer as bytes; an error that cannot travel becomes one that can."""
    try:
        return bytes(ForkingPickler.dumps(answer))
    except Exception:
        return bytes(
            ForkingPickler.dumps(DocumentError(f"A paper could not be made: {type(answer).__name__}: {answer}"))
        )


def _in_order(wanted: Iterable[Wanted], lines: Sequence[Connection]) -> Iterator[Papers]:
    """The next scope is read while the makers work; who is free gets it, and papers wait until it is their turn.

    A maker has one scope in hand: with a second one on the line both ends could wait for each other for ever.
    """
    free, busy = list(lines), dict[Connection, int]()
    done: dict[int, Papers] = {}
    given = 0

    def take() -> None:
        for line in wait(list(busy)):
            answered = cast(Connection, line)
            done[busy.pop(answered)] = _answer(answered)
            free.append(answered)

    for place, each in enumerate(wanted):
        if not free:
            take()
        line = free.pop()
        _ask(line, each)
        busy[line] = place
        while given in done:
            yield done.pop(given)
            given += 1
    while busy or done:
        if given in done:
            yield done.pop(given)
            given += 1
        else:
            take()


def _ask(line: Connection, wanted: Wanted) -> None:
    try:
        line.send(wanted)
    except OSError as error:
        raise _ended() from error


def _answer(line: Connection) -> Papers:
    try:
        answer: Any = line.recv()
    except (EOFError, OSError) as error:
        raise _ended() from error
    if isinstance(answer, Exception):
        raise answer
    return cast(Papers, answer)


def _ended() -> DocumentError:
    return DocumentError(
        "A process that makes the papers of reports has ended before its time (out of memory, or killed): nobody was "
        "told anything. Run the report again; with less memory than 350 MB for each processor, close other programs."
    )


@contextmanager
def _maker() -> Iterator[Connection]:
    """A maker's process and the line to it."""
    ours, theirs = Pipe()
    with ours:
        with theirs:
            child = subprocess.Popen(
                [sys.executable, "-P", "-c", _START, str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        try:
            yield ours
        finally:
            ours.close()
            child.terminate()
            child.wait()

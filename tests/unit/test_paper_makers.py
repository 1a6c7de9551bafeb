"""Papers made by several processes are the papers made by one, in the same order; their faults come back."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from multiprocessing import Pipe
from typing import Any

import psutil
import pytest

from guanjia.domain.errors import DocumentError
from guanjia.pipelines.reports import paper_makers
from guanjia.pipelines.reports.paper_makers import make_all, serve
from guanjia.pipelines.reports.papers import papers_of
from tests.support.report_editions import invented


@pytest.fixture(autouse=True)
def two_makers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two makers, however few papers there are and however many processors; none of them outlives its work."""
    monkeypatch.setattr(paper_makers, "FEW", 2)
    monkeypatch.setattr(paper_makers, "MAKERS", 2)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    yield
    assert not psutil.Process().children()


def test_several_makers_make_what_one_makes_in_the_order_asked() -> None:
    wanted = [(invented("daily", scope), "zh") for scope in ("company", "XQ002", "XQ001")]
    assert list(make_all(wanted, len(wanted))) == [papers_of(*each) for each in wanted]


def test_a_fault_comes_back_to_who_asked_and_the_maker_goes_on() -> None:
    ours, theirs = Pipe()
    maker = threading.Thread(target=serve, args=(os.dup(theirs.fileno()),))
    maker.start()
    theirs.close()
    with ours:
        for _twice in range(2):
            ours.send(("no edition", "zh"))
            assert isinstance(ours.recv(), AttributeError)
    maker.join(10)
    assert not maker.is_alive(), "it ends when nobody is at the other end"


def test_a_maker_that_is_killed_is_said_and_nothing_waits_for_ever() -> None:
    def killing() -> Iterator[Any]:
        yield invented("daily"), "zh"
        for child in psutil.Process().children():
            child.kill()
            child.wait()
        while True:
            yield invented("daily"), "zh"

    with pytest.raises(DocumentError, match="has ended before its time"):
        list(make_all(killing(), 4))

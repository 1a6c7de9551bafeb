"""The bench of the outbox at a tiny size: every mail arrives once, is written down as sent, and the work repeats."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from guanjia.bench.harness import Place
from guanjia.bench.mail import MailBench
from tests.conftest import Database


def test_every_mail_arrives_once_and_the_work_repeats(database: Database, tmp_path: Path) -> None:
    bench = MailBench()
    place = Place(tmp_path, lambda _told: None)
    bench.prepare(place, 300)
    try:
        for _ in range(2):
            bench.reset(place)
            bench.yardstick(place)
            assert bench.received() == 300
            assert bench.work(place) == 300
            assert bench.received() == 300
            with database.transaction() as tx:
                states = tx.execute(text("SELECT state, count(*) FROM messages GROUP BY state")).all()
                attempts = tx.execute(text("SELECT count(*) FROM message_attempts WHERE outcome = 'sent'")).scalar_one()
                files = tx.execute(text("SELECT count(*) FROM message_files")).scalar_one()
            assert [tuple(each) for each in states] == [("sent", 300)]
            assert (attempts, files) == (300, 2)
    finally:
        bench.close()

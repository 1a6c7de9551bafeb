"""Runs, settings, locks and migrations on a real database."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import create_engine, select, text

from guanjia.domain.errors import Busy, DatabaseError, QueryParametersError, SettingsError, UnknownName
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import setting_value
from guanjia.store.locks import lock_scope
from guanjia.store.migrate import upgrade
from guanjia.store.partitions import declared_objects
from guanjia.store.runs import add_detail, close_run, fail_run, open_run
from guanjia.store.sql import Query
from guanjia.store.tables import datasets, metadata
from guanjia.store.tables.kernel import runs
from guanjia.store.tables.policies import settings as settings_table
from guanjia.store.tables.registers import communities
from tests.conftest import Database

NOON = datetime(2026, 11, 20, 12, tzinfo=TIME_ZONE)


def test_a_retried_task_finds_its_run_again(database: Database) -> None:
    with database.transaction() as tx:
        first = open_run(tx, "intake", NOON, started_at=NOON, external_key="scheduled__1")
        add_detail(tx, first.run_id, {"files": 2}, rows_out=5)
        close_run(tx, first.run_id, "failed", ended_at=NOON, detail={"reason": "disk full"})
    with database.transaction() as tx:
        again = open_run(tx, "intake", NOON, started_at=NOON, external_key="scheduled__1")
        other = open_run(tx, "intake", NOON, started_at=NOON)
        close_run(tx, again.run_id, "succeeded", ended_at=NOON)
        row = tx.execute(select(runs).where(runs.c.run_id == first.run_id)).one()
    assert again == first
    assert other.run_code != first.run_code
    assert (row.state, row.rows_out, row.detail["files"]) == ("succeeded", 5, 2)


@pytest.mark.parametrize("raised", ["the end\x00of a row", "no file \udce4.xlsx"])
def test_a_failure_is_noted_whatever_characters_tell_it(database: Database, raised: str) -> None:
    """PostgreSQL keeps neither in a text; a run whose failure cannot be noted would stay running."""
    with database.transaction() as tx:
        run = open_run(tx, "intake", NOON, started_at=NOON)
        fail_run(tx, run.run_id, "read", RuntimeError(raised), ended_at=NOON)
        row = tx.execute(select(runs).where(runs.c.run_id == run.run_id)).one()
    assert (row.state, row.detail["failed_task"]) == ("failed", "read")
    assert row.detail["reason"][:6] == raised[:6]


def test_two_first_tasks_at_the_same_moment_share_one_run(database: Database) -> None:
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    together = Barrier(8)

    def begin(_number: int) -> int:
        with database.transaction() as tx:
            together.wait()
            return open_run(tx, "intake", NOON, started_at=NOON, external_key="scheduled__2").run_id

    with ThreadPoolExecutor(8) as tasks:
        assert len(set(tasks.map(begin, range(8)))) == 1


def test_a_setting_of_the_community_goes_before_the_one_for_all(database: Database) -> None:
    with database.transaction() as tx:
        tx.execute(communities.insert().values(community_code="001", community_name="澄庭雅苑"))
        for community, value, valid_from in (
            (None, "2026-09-01", None),
            ("001", "2026-10-01", None),
            ("001", "2026-12-01", date(2026, 11, 30)),
        ):
            tx.execute(
                settings_table.insert().values(
                    setting="live_from", community_code=community, value=value, valid_from=valid_from
                )
            )
        assert setting_value(tx, "live_from", date(2026, 11, 20), "002") == date(2026, 9, 1)
        assert setting_value(tx, "live_from", date(2026, 11, 20), "001") == date(2026, 10, 1)
        assert setting_value(tx, "live_from", date(2026, 11, 30), "001") == date(2026, 12, 1)
        assert setting_value(tx, "mail_live", date(2026, 11, 30)) is False
        with pytest.raises(UnknownName, match="live_form"):
            setting_value(tx, "live_form", date(2026, 11, 30))


def test_a_stored_value_that_is_none_of_the_setting_is_told(database: Database) -> None:
    with database.transaction() as tx:
        tx.execute(settings_table.insert().values(setting="mail_live", value="perhaps"))
        with pytest.raises(SettingsError, match="yes or no"):
            setting_value(tx, "mail_live", date(2026, 11, 20))


def test_a_scope_is_locked_for_one_run_at_a_time(database: Database) -> None:
    with database.transaction() as one, database.transaction() as other:
        lock_scope(one, "fee_billing/001")
        lock_scope(other, "fee_billing/002", wait=False)
        with pytest.raises(Busy, match="fee_billing/001"):
            lock_scope(other, "fee_billing/001", wait=False)


def test_a_query_takes_exactly_its_declared_parameters(database: Database) -> None:
    query = Query("x/y", text("SELECT CAST(:a AS int) + 1"), "", frozenset({"a"}), frozenset({"a"}))
    with database.transaction() as tx:
        assert query.run(tx, {"a": 1}).scalar_one() == 2
        with pytest.raises(QueryParametersError, match=r"missing \['a'\], unknown \['b'\]"):
            query.run(tx, {"b": 1})


def test_the_migrated_schema_is_the_declared_one(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    owner = create_engine(database.url("owner"))
    with owner.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_object": declared_objects(connection)}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
    owner.dispose()


def test_a_second_upgrade_changes_nothing_and_a_newer_database_is_refused(database: Database) -> None:
    with database.transaction("owner") as tx:
        assert upgrade(tx) is False
    with pytest.raises(DatabaseError, match="9999"), database.transaction("owner") as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        upgrade(tx)


@pytest.mark.parametrize("role", ["app", "read"])
def test_only_the_owner_changes_the_schema_and_the_reader_only_reads(database: Database, role: str) -> None:
    from sqlalchemy.exc import ProgrammingError

    with pytest.raises(ProgrammingError, match="permission denied"), database.transaction(role) as tx:  # type: ignore[arg-type]  # known roles
        tx.execute(text("CREATE TABLE public.mine (x int)"))
    if role == "read":
        with pytest.raises(ProgrammingError, match="permission denied"), database.transaction("read") as tx:
            tx.execute(communities.insert().values(community_code="9", community_name="x"))


def test_an_unreachable_database_is_told_in_one_sentence(database: Database) -> None:
    from guanjia import settings

    settings.use(database_urls={"app": "postgresql+psycopg://nobody:secret@127.0.0.1:1/none"})
    with pytest.raises(DatabaseError) as caught, database.transaction():
        pass
    assert "secret" not in str(caught.value)
    assert "guanjia doctor" in str(caught.value)


def test_a_database_that_goes_away_in_the_middle_is_told_in_one_sentence_and_the_step_is_undone(
    database: Database,
) -> None:
    with pytest.raises(DatabaseError, match="is undone"), database.transaction() as tx:
        tx.execute(communities.insert().values(community_code="1", community_name="澄庭雅苑"))
        mine = tx.scalar(text("SELECT pg_backend_pid()"))
        superuser = create_engine(database.url("superuser"))
        with superuser.connect() as session:
            session.execute(text("SELECT pg_terminate_backend(:mine)"), {"mine": mine})
        superuser.dispose()
        tx.execute(communities.insert().values(community_code="2", community_name="梧桐里"))
    with database.transaction("read") as tx:
        assert tx.execute(select(communities)).all() == []


def test_errors_of_the_database_do_not_repeat_what_was_written(database: Database) -> None:
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(IntegrityError) as caught, database.transaction() as tx:
        tx.execute(communities.insert(), [{"community_code": "", "community_name": "张三"}])
    assert "communities_community_code_not_blank_check" in str(caught.value)
    assert "张三" not in f"{caught.value} {caught.value.orig!r}"


def test_what_a_killed_process_was_doing_ends_soon_and_gives_its_locks_back(database: Database) -> None:
    import signal
    import subprocess
    import sys
    import time

    code = (
        "import sys; from guanjia import settings; from guanjia.store.engine import transaction\n"
        "from guanjia.store.locks import lock_scope\n"
        "settings.use(database_urls={'app': sys.argv[1]})\n"
        "with transaction() as tx:\n"
        "    lock_scope(tx, 'intake'); print('locked', flush=True); tx.exec_driver_sql('SELECT pg_sleep(300)')\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code, database.url()], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None and child.stdout.readline() == "locked\n"
    time.sleep(0.5)
    child.send_signal(signal.SIGKILL)
    child.wait()
    started = time.monotonic()
    with database.transaction() as tx:
        lock_scope(tx, "intake")
    assert time.monotonic() - started < 20


def test_every_dataset_of_the_contract_has_a_table(database: Database) -> None:
    with database.transaction("read") as tx:
        for name, table in datasets().items():
            assert tx.execute(select(table).limit(1)).all() == [] or table.info.get("direction") == "in", name

"""Which database this process works on: the server in the settings, else the embedded one of its home."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from guanjia import settings
from guanjia.domain.errors import DatabaseError
from guanjia.host.home import refuse_broken_off
from guanjia.host.postgres import EmbeddedServer, running_server
from guanjia.settings import DatabaseRole

_ROLES: tuple[DatabaseRole, ...] = ("owner", "app", "read")


def is_embedded() -> bool:
    """Whether the home's own server is used (no GUANJIA_DATABASE_URL)."""
    return not settings.environment().database_urls


def connect_embedded(server: EmbeddedServer) -> None:
    """Point this process at the home's server; its port may have changed since the last start."""
    settings.use(database_urls={role: server.url(role) for role in _ROLES})


def attach() -> None:
    """For a task inside a running house: name the database without starting anything."""
    if is_embedded():
        connect_embedded(EmbeddedServer(settings.environment().home))


@contextmanager
def opened_database(*, must_be_made: bool = True) -> Iterator[None]:
    """The database, usable for as long as the block lasts; the embedded one is started and stopped as needed.

    Args:
        must_be_made: refuse a home that `guanjia init` has not made yet.

    Raises:
        DatabaseError: the home has no database yet, or its schema is older or newer than this program, or a restore
            of it was broken off.
    """
    refuse_broken_off(settings.environment().home)
    if not is_embedded():
        if must_be_made:
            _check_schema()
        yield
        return
    home = settings.environment().home
    if must_be_made and not (home / "postgres.json").exists():
        raise DatabaseError(f"{home} is not a home of Guanjia yet. Run `guanjia init` (or `guanjia up`) first.")
    before = settings.environment()
    with running_server(home) as server:
        connect_embedded(server)
        try:
            if must_be_made:
                _check_schema()
            yield
        finally:
            from guanjia.store.engine import dispose_engines

            dispose_engines()
            settings.use(before)


def _check_schema() -> None:
    from guanjia.store.engine import transaction
    from guanjia.store.migrate import newest_revision, present_revision

    with transaction("app") as tx:
        present = present_revision(tx)
    if present != newest_revision():
        raise DatabaseError(
            f"The database is at revision {present or 'none'}, this version needs {newest_revision()}. "
            "Run `guanjia init` to bring it up to date (a backup first: `guanjia backup`)."
        )

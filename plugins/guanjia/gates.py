"""Gates: expectation suites over a run's own rows, executed in the database by Great Expectations.

A suite is Great Expectations' own JSON in ``expectations/<pipeline>/<table>.json``. Its ``meta`` names the batch: a SQL
file whose rows are checked (``batch``), and the columns that name an offending row (``key``: codes, never people). A
large batch may name a cheap query that has a row when there is anything to check (``asked_by``), and settings of the
server for its query (``settings``). A failed *critical* expectation stops the pipeline before anything leaves the
house; a *warning* is reported.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, func, insert, select, text
from sqlalchemy.dialects import postgresql

from guanjia.domain.errors import GateFailed, UnknownName
from guanjia.domain.masking import mask_text
from guanjia.gate_words import ROWS_TOLD, stopped_words, unchecked_note
from guanjia.i18n import gettext_for
from guanjia.logs import get_logger
from guanjia.settings import environment, set_environment
from guanjia.store.engine import connect_arguments, database_url, transaction
from guanjia.store.sql import query
from guanjia.store.tables.kernel import gate_results

KEPT_KEYS = 10_000
"""Offending rows whose keys are stored; the count is always exact. The library itself lists 200 at most."""

_log = get_logger(__name__)
_LITERALS = (bool, int, str, date, datetime)


@dataclass(frozen=True)
class Finding:
    """What one expectation found.

    Attributes:
        expectation: its type and what it looks at.
        severity: critical or warning.
        outcome: met, failed, or error (it could not be checked, which counts as failed).
        rows_checked: rows of the batch.
        rows_failed: rows that break it; None where rows cannot be counted.
        failed_keys: keys of offending rows, at most `KEPT_KEYS`.
        note: its business reason.
    """

    expectation: str
    severity: str
    outcome: str
    rows_checked: int
    rows_failed: int | None
    failed_keys: tuple[Mapping[str, Any], ...]
    note: str


def check(run_id: int, suite: str, parameters: Mapping[str, Any], *, checked_at: datetime) -> dict[str, int]:
    """Check a run's rows and keep what was found; nothing due, no gate.

    Args:
        run_id: the run whose rows they are.
        suite: `<pipeline>/<table>`, the path of the suite below `expectations/`.
        parameters: binds of the suite's batch query.
        checked_at: wall clock.

    Returns:
        `rows` checked and `warnings` (failed expectations that do not stop).

    Raises:
        GateFailed: a critical expectation failed; names it, the number of rows and the first keys.
    """
    definition = _definition(suite)
    meta = definition["meta"]
    batch = _batch_sql(meta["batch"], parameters)
    asked = _batch_sql(meta["asked_by"], parameters) if "asked_by" in meta else batch
    with transaction("read") as tx:
        if not tx.scalar(text(f"SELECT EXISTS (SELECT 1 FROM ({asked}) AS asked)")):
            return {"rows": 0, "warnings": 0}
    rows, findings = _validate(definition, batch)
    if rows == 0:
        return {"rows": 0, "warnings": 0}
    with transaction() as tx:
        _keep(tx, run_id, suite, findings, checked_at)
    critical = [found for found in findings if found.outcome != "met" and found.severity == "critical"]
    if critical:
        stop = _stop(suite, meta["key"], critical)
        raise GateFailed(stopped_words(gettext_for("en"), stop), stop)
    warnings = [found for found in findings if found.outcome != "met"]
    for found in warnings:
        _log.warning("expectation not met", suite=suite, expectation=found.expectation, rows=found.rows_failed)
    return {"rows": rows, "warnings": len(warnings)}


def check_run(run_id: int, suites: Sequence[str]) -> dict[str, int]:
    """Check a run's rows by several suites whose only parameter is the run, now; see `check`.

    Returns:
        `rows` checked and `warnings`, summed over the suites.
    """
    found = {"rows": 0, "warnings": 0}
    for suite in suites:
        for name, count in check(run_id, suite, {"run_id": run_id}, checked_at=datetime.now(UTC)).items():
            found[name] += count
    return found


def _definition(suite: str) -> dict[str, Any]:
    path = environment().project_root / "expectations" / f"{suite}.json"
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UnknownName(f"There is no expectation suite {path}.") from None
    return found


def _batch_sql(name: str, parameters: Mapping[str, Any]) -> str:
    """The batch query with its binds written out: Great Expectations takes a text only."""
    for key, value in parameters.items():
        if not isinstance(value, _LITERALS):
            raise TypeError(f"Gate parameter {key} is a {type(value).__name__}; give a number, text or instant.")
    statement = query(name).statement.bindparams(*(bindparam(key, value) for key, value in parameters.items()))
    # The driver would read a lone % as a placeholder; the compiled text has them doubled.
    compiled = statement.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    return str(compiled).replace("%%", "%").strip().rstrip(";")


def _validate(definition: Mapping[str, Any], batch: str) -> tuple[int, list[Finding]]:
    """Rows of the batch and what each expectation found."""
    # The library prints progress bars and asks its maker's server whether it may report use: neither here.
    set_environment({"GX_ANALYTICS_ENABLED": "false"})
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    for name in ("great_expectations", ProgressBarsConfig.__module__):  # the module has a level of its own
        logging.getLogger(name).setLevel(logging.WARNING)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    key = list(definition["meta"]["key"])
    # The batch is built once, as a temporary table, so that every expectation sees the same rows; such a table is
    # seen by its own connection only, hence a pool of one.
    arguments = connect_arguments("guanjia gate")
    for name, value in definition["meta"].get("settings", {}).items():
        arguments["options"] += f" -c {name}={value}"
    source = context.data_sources.add_postgres(
        "guanjia",
        connection_string=database_url("read"),
        create_temp_table=True,
        kwargs={"connect_args": arguments, "pool_size": 1, "max_overflow": 0},
    )
    suite = gx.ExpectationSuite(name=definition["name"], expectations=definition["expectations"])
    try:
        asset = source.add_query_asset("batch", query=f"SELECT * FROM (\n{batch}\n) AS batch")
        asked = asset.add_batch_definition_whole_table("rows").build_batch_request()
        with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stderr(nowhere):  # noqa: PTH123 (a device)
            # A batch that validates itself would build its table a second time; a validator keeps the one it has.
            validator = context.get_validator(batch_request=asked, expectation_suite=suite)
            result: Any = validator.validate(
                result_format={"result_format": "COMPLETE", "unexpected_index_column_names": key}
            )
        built: Any = validator.active_batch
        engine, table = built.data.execution_engine.engine, str(built.data.selectable)
        with engine.connect() as connection:
            rows = int(connection.scalar(text(f"SELECT COUNT(*) FROM {table}")) or 0)
        return rows, [_finding(found, key, rows, engine, table) for found in result.results]
    finally:
        source.get_execution_engine().engine.dispose()
        source.get_engine().dispose()


def _finding(found: Any, key: Sequence[str], rows: int, engine: Engine, table: str) -> Finding:
    config, result = found.expectation_config, found.result or {}
    kwargs = config.kwargs
    subject = kwargs.get("description") or kwargs.get("column") or ",".join(kwargs.get("column_list") or ()) or "rows"
    told = found.exception_info or {}
    broken = told.get("raised_exception") is True or "raised_exception" not in told
    failed = result.get("unexpected_count")
    if failed is None and config.type == "unexpected_rows_expectation":
        failed = result.get("observed_value")
    severity = getattr(config.severity, "value", config.severity) or "critical"
    notes = config.notes
    note = " ".join(notes) if isinstance(notes, list) else str(notes or "")
    outcome = "met" if found.success else ("error" if broken else "failed")
    if outcome == "error":
        note = unchecked_note(note, _reason(told))
    return Finding(
        expectation=f"{config.type}: {subject}",
        severity=str(severity),
        outcome=outcome,
        rows_checked=rows,
        rows_failed=None if failed is None else int(failed),
        failed_keys=_failed_keys(config, result, key, engine, table) if outcome == "failed" else (),
        note=note,
    )


def _reason(told: Mapping[str, Any]) -> str:
    """First line of what was raised, under whichever metric; masked, since a database quotes values."""
    raised = told if "exception_message" in told else next(iter(told.values()), {})
    message = str(raised.get("exception_message") or "no reason given")
    return mask_text(message.strip().splitlines()[0].rstrip("."))


def _failed_keys(
    config: Any, result: Mapping[str, Any], key: Sequence[str], engine: Engine, table: str
) -> tuple[Mapping[str, Any], ...]:
    """Keys of the offending rows, asked anew of the batch: the library's own lists end at 200 rows."""
    columns = ", ".join(f'"{name}"' for name in key)
    if config.type == "unexpected_rows_expectation":
        offending = config.kwargs["unexpected_rows_query"].replace("{batch}", table).strip().rstrip(";")
    elif config.type == "expect_compound_columns_to_be_unique":
        group = ", ".join(f'"{name}"' for name in config.kwargs["column_list"])
        counted = f"SELECT {columns}, COUNT(*) OVER (PARTITION BY {group}) AS alike FROM {table} "
        counted += f"WHERE ({group}) IS NOT NULL"  # like the library, for which a blank is alike to nothing
        offending = f"SELECT * FROM ({counted}) AS counted WHERE alike > 1"
    else:
        offending = str(result.get("unexpected_index_query") or "").strip().rstrip(";")
    if not offending:
        return ()
    with engine.connect() as connection:
        listed = connection.exec_driver_sql(f"SELECT * FROM (\n{offending}\n) AS offending LIMIT {KEPT_KEYS}")
        names = list(listed.keys())
        places = {name: names.index(name) for name in key if name in names}
        rows = sorted(tuple(str(row[place]) for place in places.values()) for row in listed)
        return tuple(dict(zip(places, row, strict=True)) for row in rows)


def _keep(tx: Connection, run_id: int, suite: str, findings: Sequence[Finding], checked_at: datetime) -> None:
    earlier = tx.scalar(
        select(func.max(gate_results.c.attempt)).where(gate_results.c.run_id == run_id, gate_results.c.suite == suite)
    )
    tx.execute(
        insert(gate_results),
        [
            {
                "run_id": run_id,
                "suite": suite,
                "expectation": found.expectation,
                "severity": found.severity,
                "outcome": found.outcome,
                "rows_checked": found.rows_checked,
                "rows_failed": found.rows_failed,
                "failed_keys": list(found.failed_keys),
                "note": found.note,
                "checked_at": checked_at,
                "attempt": (earlier or 0) + 1,
            }
            for found in findings
        ],
    )


def _stop(suite: str, key: Sequence[str], critical: Sequence[Finding]) -> dict[str, Any]:
    """What stopped a run, as codes, counts and English reasons; `gate_words.stopped_words` makes a sentence of it."""
    first = critical[0]
    return {
        "suite": suite,
        "column": first.expectation.partition(": ")[2],
        "outcome": first.outcome,
        "rows": first.rows_checked,
        "failed": first.rows_failed,
        "note": first.note,
        "key": list(key),
        "keys": [" ".join(row.values()) for row in first.failed_keys[:ROWS_TOLD]],
        "more": len(critical) - 1,
    }

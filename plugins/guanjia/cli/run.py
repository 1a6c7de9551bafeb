"""Run a pipeline's DAG in this process, once, without a scheduler; exit 0 only if it succeeded.

The same DAG that the schedule runs: its tasks, gates and mails. It may be repeated: what was done is not done again.
Several are run one after the other and share what Airflow takes to start; the first that fails is the last.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from guanjia.cli.values import instant, now, pairs
from guanjia.domain.errors import GuanjiaError, UnknownName, UsageError
from guanjia.i18n import N_, Translator, gettext_for

_NOT_BEGUN = N_("the run ended before its first step")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("pipeline", nargs="+", help="name of the DAG, for example overdue_escalations")
    parser.add_argument("--as-of", metavar="T", help="instant the run is a function of; without it: now")
    parser.add_argument("--param", nargs="+", action="extend", default=[], metavar="k=v", help="parameters of the DAG")
    parser.add_argument("--json", action="store_true", help="print the run row as JSON, a line each")


def run(arguments: argparse.Namespace) -> int:
    """Run the DAG; see the module's help."""
    from guanjia.host.airflow import migrate_airflow_database, process_environment
    from guanjia.host.database import opened_database
    from guanjia.settings import environment, set_environment

    as_of = instant(arguments.as_of) if arguments.as_of else now()
    given = pairs(arguments.param)
    home = environment().home
    for pipeline in arguments.pipeline:
        _check_name(pipeline)
    with opened_database(), _airflow_server(home):
        migrate_airflow_database(home)
        set_environment(process_environment(home))
        with _let_go_at_the_end():
            done = (_run_and_tell(home, name, as_of, given, is_json=arguments.json) for name in arguments.pipeline)
            return 0 if all(done) else 1  # all() asks no further after a failure


def _run_and_tell(home: Path, pipeline: str, as_of: datetime, given: dict[str, str], *, is_json: bool) -> bool:
    """Runs one and prints its row; whether it succeeded."""
    from guanjia.settings import environment

    _ = gettext_for(environment().language)
    log = home / "logs" / f"run-{pipeline}.log"
    begun = _(
        "{pipeline}: running as of {as_of}; its log is {log}",
        pipeline=pipeline,
        as_of=f"{as_of:%Y-%m-%d %H:%M}",
        log=log,
    )
    sys.stderr.write(begun + "\n")
    with _output_into(log):
        state, run_id = _run_dag(pipeline, as_of, given)
    row = _run_row(pipeline, run_id)
    said = json.dumps(row, ensure_ascii=False) if is_json else _sentence(_, pipeline, state, row)
    sys.stdout.write(said + "\n")
    sys.stdout.flush()
    return state == "success"


@contextlib.contextmanager
def _let_go_at_the_end() -> Iterator[None]:
    """Airflow's connections end with the last run, before the embedded server is stopped."""
    try:
        yield
    finally:
        if "airflow.settings" in sys.modules:
            from airflow.settings import dispose_orm

            dispose_orm()


def _airflow_server(home: Path) -> contextlib.AbstractContextManager[object]:
    """The embedded server for Airflow's own database, where only the shared one stands on a server of one's own."""
    from guanjia.host.airflow import needs_embedded_server
    from guanjia.host.postgres import running_server

    return running_server(home) if needs_embedded_server() else contextlib.nullcontext()


def _check_name(pipeline: str) -> None:
    from guanjia.settings import environment

    folder = environment().project_root / "dags"
    known = sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))
    if pipeline not in known:
        raise UnknownName(f"There is no pipeline '{pipeline}'. Known: {', '.join(known)}.")


@contextlib.contextmanager
def _output_into(log: Path) -> Iterator[None]:
    """Whatever the block and the libraries it loads print goes into a file: our own output stays clean."""
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(1), os.dup(2)]
    with log.open("a", encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        try:
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, descriptor in zip((1, 2), kept, strict=True):
                os.dup2(descriptor, number)
                os.close(descriptor)


def _run_dag(pipeline: str, as_of: datetime, given: dict[str, str]) -> tuple[str, str]:
    """Run it with Airflow's in-process runner.

    Returns:
        The run's state in Airflow's words, and its run_id.
    """
    from airflow.dag_processing.dagbag import DagBag

    from guanjia.settings import environment

    logging.getLogger("airflow").setLevel(logging.WARNING)
    path = environment().project_root / "dags" / f"{pipeline}.py"
    bag = DagBag(dag_folder=str(path), bundle_path=path.parent, bundle_name="dags-folder")
    if bag.import_errors:
        raise GuanjiaError(
            f"{path} cannot be loaded: {next(iter(bag.import_errors.values())).strip().splitlines()[-1]}"
        )
    dag = bag.dags[pipeline]
    unknown = sorted(set(given) - set(dag.params))
    if unknown:
        raise UsageError(f"{pipeline} has no parameter {', '.join(unknown)}. Its parameters: {', '.join(dag.params)}.")
    conf = {name: _typed(dag.params.get_param(name).schema, name, text) for name, text in given.items()}
    if "as_of" in dag.params:
        conf["as_of"] = as_of.isoformat()
    for task in dag.tasks:
        task.retries = 0  # somebody is waiting: told at once, and starting it again is safe
    _fill_in(dag, conf)
    done = dag.test(logical_date=None, run_conf=conf)
    return str(getattr(done.state, "value", done.state)), done.run_id


def _fill_in(dag: Any, conf: dict[str, Any]) -> None:
    """Give the form's values to the DAG as its defaults, as the in-process runner wants them where there is none.

    Raises:
        UsageError: a value is missing, or is none the form takes.
    """
    from airflow.sdk.exceptions import ParamValidationError

    try:
        for params in (dag.params, *(task.params for task in dag.tasks)):
            for name, value in conf.items():
                if name in params:
                    params[name] = value
        dag.params.validate()
    except ParamValidationError as error:
        raise UsageError(
            f"{dag.dag_id}: {str(error).splitlines()[0]}. Give its parameters with --param name=value: "
            f"{', '.join(dag.params)}."
        ) from error


def _typed(schema: dict[str, Any], name: str, text: str) -> Any:
    """A word of the command line as the parameter's type."""
    types = schema.get("type", "string")
    for kind in [types] if isinstance(types, str) else types:
        try:
            if kind == "boolean" and text.lower() in ("true", "false", "yes", "no", "1", "0"):
                return text.lower() in ("true", "yes", "1")
            if kind == "integer":
                return int(text)
            if kind == "number":
                return float(text)
            if kind == "array":
                return [word.strip() for word in text.split(",") if word.strip()]
            if kind == "string":
                return text
        except ValueError:
            continue
    raise UsageError(f"Parameter {name} is '{text}'; expected {types}.")


def _run_row(pipeline: str, run_id: str) -> dict[str, Any]:
    from sqlalchemy import select

    from guanjia.store.engine import transaction
    from guanjia.store.exports import as_text
    from guanjia.store.tables.kernel import runs

    with transaction("read") as tx:
        row = (
            tx.execute(select(runs).where(runs.c.pipeline == pipeline, runs.c.external_key == run_id))
            .mappings()
            .one_or_none()
        )
    if row is None:
        return {"pipeline": pipeline, "state": "failed", "detail": {"reason": _NOT_BEGUN}}
    shown = ("run_code", "pipeline", "as_of", "started_at", "ended_at", "state", "rows_in", "rows_out", "detail")
    kept = {name: row[name] for name in shown}
    return {name: value if isinstance(value, int | dict) else as_text(value) for name, value in kept.items()}


def _sentence(_: Translator, pipeline: str, state: str, row: dict[str, Any]) -> str:
    from guanjia.count_words import count_words
    from guanjia.gate_words import reason_words

    detail = row.get("detail") or {}
    counts = ", ".join(f"{count_words(_, name)} {value}" for name, value in detail.items() if isinstance(value, int))
    name = row.get("run_code", pipeline)
    if state == "success":
        rows = row.get("rows_out", 0)
        return _(
            "{run}: succeeded, {rows} rows written ({counts}).", run=name, rows=rows, counts=counts or _("nothing due")
        )
    reason = reason_words(_, detail.get("reason"), detail.get("stopped_by")) or _("see its log")
    return _("{run}: failed at {task}: {reason}", run=name, task=detail.get("failed_task") or "?", reason=reason)

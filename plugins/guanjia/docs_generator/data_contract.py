"""The data contract: what comes in and goes out, read from the schema's declaration and the shipped defaults."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Table

from guanjia.docs_generator.markdown import anchor, code, table, title
from guanjia.store.exports import exported_columns
from guanjia.store.tables import datasets

DEFAULTS = Path(__file__).resolve().parents[1] / "defaults"
"""Policies every installation begins with, in the contract's own format."""

SHOWN_DEFAULTS = 60
"""Longer files are named, not printed."""

KINDS = {
    "code": "code",
    "text": "text",
    "email": "e-mail address",
    "phone": "telephone number",
    "choice": "choice",
    "boolean": "yes / no",
    "integer": "whole number",
    "decimal": "number",
    "date": "date",
    "timestamp": "date and time",
    "clock": "time of day",
    "shift_time": "time of day, or date and time",
    "code_list": "codes, comma-separated",
}

INTRODUCTION = """
What comes in through intake and what goes out as an export. Headers may be the English name or any of the Chinese
ones, in any order; how messy real files are read is in [files in](../files-in.md). `*` = required. A timestamp
without an offset is Asia/Shanghai; money is yuan with at most two places. *Restricted* datasets are taken only from
`inbox/restricted/`, and after the first rows only once a second person has confirmed the change.
"""


def page() -> str:
    """The page ``data-contract.md``."""
    incoming = list(datasets("in").values())
    outgoing = list(datasets("out").values())
    parts = [title("Data contract 数据约定", INTRODUCTION), _overview(incoming, outgoing)]
    for group, tables in groupby(incoming, key=lambda found: str(found.info["group"])):
        parts.append(f"# {group}\n")
        parts += [_incoming(found) for found in tables]
    parts.append("# Exports\n\nRows come in the order of the key. Datasets above can be exported as well.\n")
    parts += [_outgoing(found) for found in outgoing]
    return "\n".join(parts)


def _overview(incoming: list[Table], outgoing: list[Table]) -> str:
    rows = [
        [
            f"[`{found.name}`]({anchor(_heading(found))}) {found.info['zh']}",
            found.info.get("group", "Exports"),
            "restricted" if found.info.get("restricted") else "",
            found.comment,
        ]
        for found in (*incoming, *outgoing)
    ]
    return table(["dataset", "chapter", "", "one row per …"], rows)


def _heading(found: Table) -> str:
    return f"{found.info['dataset']} {found.info['zh']}"


def _incoming(found: Table) -> str:
    restricted = " **Restricted.**" if found.info["restricted"] else ""
    columns = table(
        ["column", "中文", "kind", "meaning", "bounds"],
        [
            [
                f"`{column.name}`{'*' if column.info['required'] else ''}",
                ", ".join(column.info["zh"]),
                _kind(column),
                column.comment,
                "; ".join(_bounds(column)),
            ]
            for column in found.columns
            if "kind" in column.info
        ],
    )
    choices = "".join(_choices(column) for column in found.columns if column.info.get("choices"))
    return (
        f"## {_heading(found)}\n\n{found.comment}{restricted} Key: {code(found.info['key'])}.\n\n"
        f"{columns}" + (f"\n{choices}" if choices else "") + _defaults(found.name)
    )


def _kind(column: Column[Any]) -> str:
    known_in = column.info["references"]
    return KINDS[column.info["kind"]] + (f" known in `{known_in}`" if known_in else "")


def _bounds(column: Column[Any]) -> Iterator[str]:
    info = column.info
    if info["minimum"] is not None:
        yield f"at least {info['minimum']}"
    if info["exclusive_minimum"] is not None:
        yield f"above {info['exclusive_minimum']}"
    if info["maximum"] is not None:
        yield f"at most {info['maximum']}"
    if info["places"] is not None:
        yield f"{info['places']} decimal places at most"
    if info["past"]:
        yield "not later than as_of"


def _choices(column: Column[Any]) -> str:
    words = ", ".join(f"`{word}` {'/'.join(spoken)}".strip() for word, spoken in column.info["choices"].items())
    return f"* `{column.name}`: {words}\n"


def _defaults(dataset: str) -> str:
    path = DEFAULTS / f"{dataset}.csv"
    if not path.exists():
        return ""
    with path.open(encoding="utf-8-sig", newline="") as opened:
        header, *rows = list(csv.reader(opened))
    where = f"Shipped defaults: {len(rows)} rows, `plugins/guanjia/defaults/{dataset}.csv`."
    if len(rows) > SHOWN_DEFAULTS:
        return f"\n{where}\n"
    return f"\n{where}\n\n{table(header, rows)}"


def _outgoing(found: Table) -> str:
    columns = table(["column", "meaning"], [[f"`{column.name}`", column.comment] for column in exported_columns(found)])
    return f"## {_heading(found)}\n\n{found.comment} Key: {code(found.info['key'])}.\n\n{columns}"

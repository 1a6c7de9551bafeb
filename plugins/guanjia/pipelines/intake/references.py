"""References: which codes of a sheet are known, and which were meant where leading zeros were lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ARRAY, Connection, Text, bindparam, exists, func, select

from guanjia.domain.cells import Fault, fault
from guanjia.pipelines.intake.columns import SEPARATOR, Frame, Rows, Texts, mask_of
from guanjia.pipelines.intake.contract import Dataset, Reference
from guanjia.store.tables import metadata
from guanjia.store.tables.registers import communities

Found = Iterator[tuple[int, str, Fault]]
Pair = tuple[str, ...]


Known = dict[str, Texts]
"""Column → keys found to be known already (Arrow); spares asking again for the next piece of a large file."""


def check_references(
    transaction: Connection,
    dataset: Dataset,
    frame: Frame,
    rows: Rows,
    known: Known | None = None,
    only: Sequence[Reference] | None = None,
) -> Found:
    """What a sheet refers to and nobody knows; a number that lost its leading zeros gets them back.

    Args:
        transaction: open transaction.
        dataset: the dataset.
        frame: its columns; references are replaced by the codes that were meant.
        rows: which rows are looked at (mask).
        known: what earlier calls have found; grows.
        only: these references; None: all that the sheet can tell (see `not_yet_told`).
    """
    doubtful = np.zeros(frame.rows, bool)
    """Rows whose community is unknown: what stands in it cannot be known either, and is not told twice."""
    late = not_yet_told(dataset, frame)
    for reference in dataset.references if only is None else only:
        if reference.column not in frame or reference in late:
            continue
        for row, found in _check(transaction, reference, frame, rows & ~doubtful, {} if known is None else known):
            if reference.column == "community_code":
                doubtful[row] = True
            yield row, reference.column, found
    if dataset.name == "report_recipients" and "scope" in frame:
        yield from _check_scopes(transaction, frame, rows)


def not_yet_told(dataset: Dataset, frame: Frame) -> list[Reference]:
    """References the sheet has no more than half of: a unit without the column of its community."""
    return [
        each
        for each in dataset.references
        if each.column in frame and each.beside is not None and each.beside not in frame
    ]


def _check(
    transaction: Connection, reference: Reference, frame: Frame, rows: Rows, known: Known
) -> Iterator[tuple[int, Fault]]:
    names = (reference.column,) if reference.beside is None else (reference.beside, reference.column)
    asked = rows & np.logical_and.reduce([frame.filled(name) for name in names])
    keys = frame.joined(names)
    before = known.get(reference.column, pa.array(sorted(reference.words), pa.string()))
    new = keys.filter(pa.array(asked & ~mask_of(pc.is_in(keys, before)))).unique()
    if not len(new):
        return
    unknown = _unknown(transaction, reference, [_pair(key) for key in new.to_pylist()])
    lost = pa.array([SEPARATOR.join(map(str, pair)) for pair in unknown], pa.string())
    known[reference.column] = pa.concat_arrays([before, new.filter(pc.invert(pc.is_in(new, lost)))])
    meant = _meant(transaction, reference, [pair for pair in unknown if str(pair[-1]).isdigit()])
    changed: dict[int, str] = {}
    told = fault("unknown_reference", "unknown", register=reference.target)
    for row in np.flatnonzero(asked & mask_of(pc.is_in(keys, lost))) if len(lost) else ():
        pair = _pair(keys[int(row)].as_py())
        if pair in meant:
            changed[int(row)] = meant[pair]
        else:
            yield int(row), told
    frame.replace(reference.column, changed)


def _pair(key: str) -> Pair:
    return tuple(key.split(SEPARATOR))


def _unknown(transaction: Connection, reference: Reference, given: Sequence[Pair]) -> list[Pair]:
    """Those of the given codes that the target does not hold."""
    if not given:
        return []
    asked = _listed(given)
    target = metadata.tables[reference.target]
    known = [target.c[reference.target_column] == asked.c.code]
    if reference.beside is not None:
        known.append(target.c[reference.beside] == asked.c.beside)
    found = transaction.execute(select(*asked.c).where(~exists().where(*known)))
    return [tuple(row) for row in found]


def _meant(transaction: Connection, reference: Reference, given: Sequence[Pair]) -> dict[Pair, str]:
    """The one known code that each number equals without leading zeros, where there is exactly one."""
    if not given:
        return {}
    asked = _listed(given)
    target = metadata.tables[reference.target]
    code = target.c[reference.target_column]
    alike = [func.ltrim(code, "0") == func.ltrim(asked.c.code, "0"), code.regexp_match("^[0-9]+$")]
    if reference.beside is not None:
        alike.append(target.c[reference.beside] == asked.c.beside)
    found = transaction.execute(
        select(*asked.c, func.min(code).label("meant"))
        .where(*alike)
        .group_by(*asked.c)
        .having(func.count(code.distinct()) == 1)
    )
    return {tuple(row)[:-1]: row.meant for row in found}


def _listed(given: Sequence[Pair]) -> Any:
    """Codes as a table: `code`, and `beside` where a community narrows them."""
    columns = list(zip(*given, strict=True))
    names = ("code",) if len(columns) == 1 else ("beside", "code")
    arrays = [
        bindparam(name, list(values), type_=ARRAY(Text), unique=True)
        for name, values in zip(names, columns, strict=True)
    ]
    return func.unnest(*arrays).table_valued(*names, name="asked").render_derived()


def _check_scopes(transaction: Connection, frame: Frame, rows: Rows) -> Found:
    """A report's scope is the company, a region some community lies in, or a community."""
    found = transaction.execute(select(communities.c.community_code, communities.c.region)).all()
    known = {
        "company",
        *(row.community_code for row in found),
        *(f"region:{row.region}" for row in found if row.region),
    }
    for row in np.flatnonzero(rows & frame.filled("scope")):
        scope = str(frame.value("scope", int(row)))
        if scope in known:
            continue
        alike = [code for code in known if scope.isdigit() and code.isdigit() and code.lstrip("0") == scope.lstrip("0")]
        if len(alike) == 1:
            frame.replace("scope", {int(row): alike[0]})
        else:
            yield int(row), "scope", fault("unknown_reference", "unknown", register="communities")

"""What intake knows of each dataset, read from the schema's declaration: columns, key, references, order of loading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import Column, Table

from guanjia.domain.cells import ColumnRule, Header, header_name, names_of
from guanjia.domain.cells.words import REPEATS, spoken
from guanjia.store.tables import datasets, metadata
from guanjia.store.tables.service import CASE_EVENTS

_STARTS: Final = {"opened_at": ("受理时间",), "booked_at": ("预约时间",)}
_EVENTS: Final = {word: (chinese,) for word, chinese in CASE_EVENTS.items()}
_WORDS: Final[Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]]] = {
    ("deadline_policies", "starts"): _STARTS | _EVENTS,
    ("deadline_policies", "met_by"): _EVENTS,
    ("deadline_policies", "needs_event"): _EVENTS,
    ("callback_rules", "repeat"): REPEATS,
}
"""Words a list of codes or a text may hold; the schema keeps it as one text and cannot say so."""

_KINDS: Final[Mapping[tuple[str, str], str]] = {
    ("report_recipients", "scope"): "scope",
    ("callback_rules", "repeat"): "repetition",
    ("calendars", "time_zone"): "time_zone",
}
"""Texts with a form of their own."""

_CALENDAR_WORDS: Final = frozenset(("office", "round_the_clock"))
_REFERENCES: Final[Mapping[tuple[str, str], tuple[str, frozenset[str]]]] = {
    ("communities", "working_calendar"): ("calendars", _CALENDAR_WORDS),
    ("deadline_policies", "calendar"): ("calendars", _CALENDAR_WORDS),
    ("escalation_steps", "calendar"): ("calendars", _CALENDAR_WORDS | {"deadline"}),
    ("escalation_steps", "policy_code"): ("deadline_policies", frozenset()),
    ("quality_scores", "criterion"): ("quality_criteria", frozenset()),
}
"""References that are no foreign keys: (dataset, column) → target and the words that are always known."""

_PART_OF_KEY: Final[Mapping[str, str]] = {
    "calendars": "calendar_code",
    "deadline_policies": "policy_code",
    "quality_criteria": "criterion",
}
"""Registers that are referred to by a part of their key."""

_AFTER: Final[Mapping[str, frozenset[str]]] = {"report_recipients": frozenset(("communities",))}
"""What must be there before, although no single column says so: a scope may be a community or a region."""

VERSIONED: Final[Mapping[str, tuple[str, ...]]] = {
    "units": ("unit_use", "area_m2"),
    "meters": ("multiplier", "apportion_by"),
}
"""Registers with a valid_from: what changes from that day. A blank valid_from keeps what is there."""


@dataclass(frozen=True)
class Reference:
    """A column that must be known elsewhere.

    Attributes:
        column: the column.
        beside: column that narrows it (`community_code`); None: it stands alone.
        target: dataset it must be known in.
        target_column: column of the target.
        words: values that are always known.
    """

    column: str
    beside: str | None
    target: str
    target_column: str
    words: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Dataset:
    """What intake knows of a dataset.

    Attributes:
        name: English name.
        zh: Chinese name.
        table: its table.
        rules: column → how its cells are read.
        headings: accepted heading → column.
        key: columns that identify a row.
        references: columns that must be known elsewhere, those that narrow others first.
        past: columns that cannot lie after as_of.
        restricted: taken only from the restricted inbox, after a second person's yes.
        prefilled: columns that a list we sent out has filled in already.
        shared: columns that such a list asks for once for several rows; they alone do not fill a row.
        sealed: columns that the seal of such a list covers.
        informative: headings, as they are compared, of what else such a list shows.
    """

    name: str
    zh: str
    table: Table
    rules: Mapping[str, ColumnRule]
    headings: Mapping[str, str]
    key: tuple[str, ...]
    references: tuple[Reference, ...]
    past: tuple[str, ...]
    restricted: bool
    prefilled: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    sealed: tuple[str, ...] = ()
    informative: frozenset[str] = frozenset()

    @property
    def required(self) -> tuple[str, ...]:
        """Columns in which a blank cell is a fault."""
        return tuple(name for name, rule in self.rules.items() if rule.required)

    def surplus(self, header: Header) -> tuple[str, ...]:
        """Headings of a sheet that neither the contract nor a list we send out has."""
        return tuple(title for title in header.surplus if header_name(title) not in self.informative)

    def is_list_of_ours(self, header: Header) -> bool:
        """Whether a sheet is a list we sent out: it shows what only those show."""
        return any(header_name(title) in self.informative for title in header.surplus)

    @property
    def key_column(self) -> str:
        """The column that names a row to people: the first of the key that is not the community."""
        return next((name for name in self.key if name != "community_code"), self.key[0])


@cache
def incoming() -> Mapping[str, Dataset]:
    """Name → dataset of everything that comes in, in the order of the contract."""
    return {name: _dataset(table) for name, table in datasets("in").items()}


@cache
def loading_order() -> tuple[str, ...]:
    """Datasets in the order in which references need them; where they do not decide, in the order of the contract."""
    waiting = {
        name: {each.target for each in dataset.references} & incoming().keys() - {name} | _AFTER.get(name, frozenset())
        for name, dataset in incoming().items()
    }
    order: list[str] = []
    while waiting:
        ready = [name for name, needs in waiting.items() if not needs & waiting.keys()]
        for name in ready or [next(iter(waiting))]:
            order.append(name)
            del waiting[name]
    return tuple(order)


def _dataset(table: Table) -> Dataset:
    name = table.info["dataset"]
    columns = [column for column in table.columns if "kind" in column.info]
    return Dataset(
        name=name,
        zh=table.info["zh"],
        table=table,
        rules={column.name: _rule(name, column) for column in columns},
        headings=names_of({column.name: column.info["zh"] for column in columns}),
        key=tuple(table.info["key"]),
        references=tuple(found for column in columns for found in _references(name, column)),
        past=tuple(column.name for column in columns if column.info["past"]),
        restricted=bool(table.info["restricted"]),
        prefilled=frozenset(table.info["prefilled"]),
        shared=frozenset(table.info["shared"]),
        sealed=tuple(table.info["sealed"]),
        informative=frozenset(header_name(name) for names in table.info["informative"].items() for name in names),
    )


def words_of(dataset: str, column: Column[Any]) -> Mapping[str, tuple[str, ...]]:
    """English word → Chinese words of what a column may hold; empty where it holds no words.

    Args:
        dataset: name of the dataset.
        column: one of its columns.
    """
    return _WORDS.get((dataset, column.name)) or column.info.get("choices") or {}


def _rule(dataset: str, column: Column[Any]) -> ColumnRule:
    info = column.info
    place = (dataset, column.name)
    return ColumnRule(
        name=column.name,
        kind=_KINDS.get(place, info["kind"]),
        required=info["required"],
        spellings=spoken(words_of(dataset, column)),
        minimum=info["minimum"],
        exclusive_minimum=info["exclusive_minimum"],
        maximum=info["maximum"],
        places=info["places"],
    )


def _references(dataset: str, column: Column[Any]) -> list[Reference]:
    target, words = _REFERENCES.get((dataset, column.name), (column.info["references"], frozenset()))
    if target is None:
        return []
    key = tuple(metadata.tables[target].info["key"])
    target_column = _PART_OF_KEY.get(target, key[-1])
    beside = "community_code" if len(key) > 1 and key[0] == "community_code" else None
    return [Reference(column.name, beside, target, target_column, words)]

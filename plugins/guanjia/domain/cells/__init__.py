"""Cells of spreadsheets: what was meant by what was typed, and what is wrong with it (data contract, Fine print)."""

from __future__ import annotations

from guanjia.domain.cells.faults import REASONS, Fault, Reason, fault
from guanjia.domain.cells.headers import Header, find_header, header_name, names_of
from guanjia.domain.cells.raw import CellError, PaddedNumber, Raw, as_found, is_blank
from guanjia.domain.cells.rules import CellReader, ColumnRule, read_cell

__all__ = [
    "REASONS",
    "CellError",
    "CellReader",
    "ColumnRule",
    "Fault",
    "Header",
    "PaddedNumber",
    "Raw",
    "Reason",
    "as_found",
    "fault",
    "find_header",
    "header_name",
    "is_blank",
    "names_of",
    "read_cell",
]

"""Say why a case, callback, sample, bill, payment, inspection or figure is as it is: rule, facts, what was done."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING

from guanjia.cli.values import instant, now
from guanjia.domain.errors import UnknownName
from guanjia.i18n import gettext_for
from guanjia.settings import environment

if TYPE_CHECKING:
    from guanjia.store.engine import Transaction

Explain = Callable[["Transaction", str, datetime, str], Sequence[str]]


@dataclass(frozen=True)
class Kind:
    """A kind of code that can be explained.

    Attributes:
        name: what it is called in messages and in the JSON.
        table: table that holds the codes.
        column: column of the code.
        function: `module:function`, called with (transaction, code, as_of, language), returning sentences.
    """

    name: str
    table: str
    column: str
    function: str

    def explain(self, transaction: Transaction, code: str, as_of: datetime, language: str) -> list[str]:
        """The sentences."""
        module, _separator, function = self.function.partition(":")
        found: Explain = getattr(import_module(module), function)
        return list(found(transaction, code, as_of, language))


KINDS = (
    Kind("case", "cases", "case_code", "guanjia.pipelines.overdue_escalations.explaining:explain_case"),
    Kind(
        "callback",
        "callbacks",
        "callback_code",
        "guanjia.pipelines.scheduled_callbacks.explaining:explain_callback",
    ),
    Kind("sample", "samples", "sample_code", "guanjia.pipelines.quality_sampling.explaining:explain_sample"),
    Kind(
        "inspection",
        "inspections",
        "inspection_code",
        "guanjia.pipelines.vacancy_inspections.explaining:explain_inspection",
    ),
    Kind(
        "vacancy_application",
        "vacancy_applications",
        "application_code",
        "guanjia.pipelines.vacancy_inspections.explaining_registrations:explain_application",
    ),
    Kind("bill", "bills", "bill_code", "guanjia.pipelines.fee_billing.explaining:explain_bill"),
    Kind("billing_run", "billing_runs", "run_code", "guanjia.pipelines.fee_billing.explaining:explain_run"),
    Kind("payment", "payments", "payment_code", "guanjia.pipelines.fee_billing.explaining:explain_payment"),
    Kind("found_thing", "found_property", "item_code", "guanjia.pipelines.custody.explaining:explain_item"),
    Kind("key_loan", "key_loans", "loan_code", "guanjia.pipelines.custody.explaining:explain_loan"),
)
"""What can be explained; a later pipeline adds a line here."""

FIGURE = Kind("report_figure", "report_figures", "figure", "guanjia.pipelines.reports.explaining:explain_figure")
"""A figure of a report: its code is put together from report, period, scope and figure."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "code",
        metavar="CODE",
        help="code of a case, callback, sample, inspection, vacancy application, bill, billing run, payment, found "
        "thing or key loan; or of a report's figure: report/period/scope/figure, such as "
        "weekly/2026-11-20/company/on_time.total",
    )
    parser.add_argument("--as-of", metavar="T", help="as it was at this instant; without it: now")
    parser.add_argument("--json", action="store_true", help="print one object: code, kind, as_of, sentences")


def run(arguments: argparse.Namespace) -> int:
    """Explain; see the module's help."""
    from guanjia.host.database import opened_database
    from guanjia.store.engine import transaction

    as_of = instant(arguments.as_of) if arguments.as_of else now()
    code, language = arguments.code.strip(), environment().language
    with opened_database(), transaction("read") as tx:
        kind = find_kind(tx, code)
        sentences = kind.explain(tx, code, as_of, language)
    if arguments.json:
        told = {"code": code, "kind": kind.name, "as_of": as_of.isoformat(), "sentences": sentences}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join(sentences) + "\n")
    return 0


def find_kind(transaction: Transaction, code: str) -> Kind:
    """What a code is the code of.

    Raises:
        UnknownName: nothing of that code exists.
    """
    from sqlalchemy import select

    from guanjia.pipelines.reports.explaining import EXAMPLE, is_figure_code
    from guanjia.store.tables import metadata

    if is_figure_code(code):
        return FIGURE
    for kind in KINDS:
        column = metadata.tables[kind.table].c[kind.column]
        if transaction.execute(select(column).where(column == code).limit(1)).first() is not None:
            return kind
    _ = gettext_for(environment().language)
    raise UnknownName(
        _(
            "Nothing has the code “{code}”. `guanjia export TABLE` lists the codes that can be explained, of {tables}; "
            "a figure of a report is written like {example}.",
            code=code,
            tables=", ".join(kind.table for kind in KINDS),
            example=EXAMPLE,
        )
    )

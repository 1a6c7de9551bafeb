"""The reasons of a bill's line, for pages and `explain`: the words of the bill itself, and the rule behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import RowMapping

from guanjia.i18n import Translator
from guanjia.pipelines.fee_billing.bill_rows import BillLine
from guanjia.pipelines.fee_billing.bill_words import reason_words, title_words

_RULES: Final = {
    "property": "BILL-02",
    "shared_water": "BILL-03",
    "shared_electricity": "BILL-03",
    "deposit": "BILL-07",
    "agency_deposit": "BILL-06",
    "paid_service": "BILL-09",
}
_EVERY_OTHER: Final = "BILL-01"
_VACANT: Final = ("property", "shared_water", "shared_electricity")


def rule_of(charge_kind: str) -> str:
    """The rule a charge is billed by, such as ``BILL-02``; with a vacancy factor also BILL-04."""
    rule = _RULES.get(charge_kind, _EVERY_OTHER)
    return f"{rule}, BILL-04" if charge_kind in _VACANT else rule


def line_sentences(_: Translator, line: Mapping[str, Any] | RowMapping) -> list[str]:
    """How the amount of a line came about, one sentence or sum each.

    Args:
        _: translator of the language wanted.
        line: a row of bill_lines.
    """
    return list(reason_words(_, _bill_line(line)))


def line_title(_: Translator, line: Mapping[str, Any] | RowMapping) -> str:
    """What a line is for, as on the bill: the charge, of a paid service also the item."""
    return title_words(_, _bill_line(line))


def _bill_line(line: Mapping[str, Any] | RowMapping) -> BillLine:
    return BillLine(
        charge_kind=line["charge_kind"],
        charge_source=line["charge_source"],
        period=line["period"],
        amount=line["amount"],
        quantity=line["quantity"],
        rate=line["rate"],
        factor=line["factor"],
        relief=line["relief"],
        explanation=line["explanation"] or {},
        correction_no=line["correction_no"],
    )

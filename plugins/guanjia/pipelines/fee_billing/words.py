"""How charges, accounts and sources of entries are called in pages, mails and sentences, in both languages."""

from __future__ import annotations

from typing import Final

from guanjia.i18n import N_, Translator
from guanjia.store.tables.registers import UNIT_USES

_CHARGES: Final = {
    "property": N_("property fee"),
    "parking": N_("parking"),
    "rent": N_("rent"),
    "water": N_("water"),
    "electricity": N_("electricity"),
    "shared_water": N_("shared water"),
    "shared_electricity": N_("shared electricity"),
    "paid_service": N_("paid service"),
    "late_fee": N_("late fee"),
    "deposit": N_("deposit"),
    "agency_deposit": N_("agency deposit"),
    "other": N_("other"),
}
_ACCOUNTS: Final = {
    "receivable": N_("receivable"),
    "relief": N_("relief borne by us"),
    "deposits": N_("deposits held"),
    "agency_deposits": N_("agency deposits held"),
    "credit": N_("credit of customers"),
    "suspense": N_("suspense"),
    "bank": N_("bank"),
    "opening": N_("opening balance"),
    "income:deposit_kept": N_("income: deposit kept"),
    "income:agency": N_("income: agency"),
}


def charge_words(_: Translator, charge_kind: str | None) -> str:
    """What is charged."""
    if charge_kind is None:
        return _("all charges")
    return _(_CHARGES[charge_kind]) if charge_kind in _CHARGES else charge_kind.replace("_", " ")


def account_words(_: Translator, account: str) -> str:
    """An account of the books, such as ``income:property``."""
    if account in _ACCOUNTS:
        return _(_ACCOUNTS[account])
    kind, _colon, charge = account.partition(":")
    return _("income: {charge}", charge=charge_words(_, charge)) if kind == "income" else account


def unit_use_words(_: Translator, unit_use: str | None) -> str:
    """The use of units."""
    if unit_use is None:
        return _("all uses")
    return UNIT_USES.get(unit_use, unit_use) if _.language == "zh" else unit_use

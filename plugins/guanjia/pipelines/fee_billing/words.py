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
_ASSIGNMENTS: Final = {
    "name": N_("the payer's name is that of a customer of the unit"),
    "only_payer": N_("one customer paid for the unit on the day it was received"),
    "developer": N_("the unit is not sold: its developer pays"),
    "reference": N_("it takes back the payment it names"),
    "by_hand": N_("a person said so"),
    "no_unit": N_("it names no unit we know"),
    "no_payer": N_("nobody paid for the unit on the day it was received"),
    "several_payers": N_("several customers paid for the unit on the day it was received"),
    "several_of_that_name": N_("several customers of the unit bear the payer's name"),
    "possible_duplicate": N_("an equal payment came in on the same day: a person decides whether it is the same one"),
    "no_reference": N_("it is negative and names no payment it takes back"),
    "unknown_reference": N_("it takes back a payment nobody knows"),
    "reference_not_assigned": N_("the payment it takes back waits in suspense itself"),
    "more_than_paid": N_("it takes back more than was paid"),
    "before_live": N_("it lies before the community was served"),
}


def assignment_words(_: Translator, reason: str) -> str:
    """Why a payment is somebody's, or waits in suspense."""
    return _(_ASSIGNMENTS[reason]) if reason in _ASSIGNMENTS else reason.replace("_", " ")


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
